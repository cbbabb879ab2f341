package io.moulin.bench.race;

import io.moulin.bench.rows.Expected.Tally;

/**
 * What a table must hold for a figure to count.
 *
 * @param table its full name, without what it ends in
 * @param money SQL of an amount of money in its rows
 * @param tally how many rows, and what that sums up to
 */
public record Claim(String table, String money, Tally tally) {

  /** Of a table whose money is not looked at. */
  public static Claim rows(String table, long rows) {
    return new Claim(table, "0", new Tally(rows, 0));
  }
}
