package io.moulin.bench.rows;

/**
 * What the tables must hold, worked out by a few lines of Java that share nothing with what is
 * measured.
 *
 * @param rows all of them
 * @param bronze rows that are JSON objects, and the money that is always well formed
 * @param passed rows of bronze that break no rule, and their totals
 * @param silver those, each once
 * @param unjudged rows whose values fit silver's columns, each once, and their totals: silver
 *     without rules
 */
public record Expected(long rows, Tally bronze, Tally passed, Tally silver, Tally unjudged) {

  /** Rows and the sum of an amount of money in them. */
  public record Tally(long rows, long cents) {
    public static final Tally NONE = new Tally(0, 0);

    Tally plus(long more) {
      return new Tally(rows + 1, cents + more);
    }
  }

  /** Rows of bronze that break a rule. */
  public long quarantine() {
    return bronze.rows() - passed.rows();
  }

  /** Rows that pass and were there before. */
  public long duplicates() {
    return passed.rows() - silver.rows();
  }
}
