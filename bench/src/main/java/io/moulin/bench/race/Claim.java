package io.moulin.bench.race;

/**
 * What a table must hold for a figure to count.
 *
 * @param table its full name, without what it ends in
 * @param money SQL of an amount of money in its rows
 * @param cents what that sums up to
 */
public record Claim(String table, long rows, String money, long cents) {

  /** Of a table whose money is not looked at. */
  public static Claim rows(String table, long rows) {
    return new Claim(table, rows, "0", 0);
  }
}
