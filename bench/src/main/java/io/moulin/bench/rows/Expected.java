package io.moulin.bench.rows;

/**
 * What the tables must hold, worked out by a few lines of Java that share nothing with what is
 * measured.
 *
 * @param bronze rows that are JSON objects
 * @param bronzeCents sum over them of the money column that is always well formed
 * @param quarantine rows of bronze that violate a rule
 * @param silver rows that pass, each once
 * @param silverCents sum over them of the total
 * @param passedCents the same sum with every duplicate in it
 */
public record Expected(
    long rows,
    long bronze,
    long bronzeCents,
    long quarantine,
    long silver,
    long silverCents,
    long passedCents) {

  /** Rows that pass and were there before. */
  public long duplicates() {
    return bronze - quarantine - silver;
  }
}
