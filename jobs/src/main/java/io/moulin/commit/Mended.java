package io.moulin.commit;

/**
 * Rows of the tables of quarantine and dead letters that were dealt with. Their rows stay in the
 * table, so {@code rows of quarantine = tally.quarantine + replayed} and {@code rows of dead
 * letters = tally.dead + deadReplayed}.
 *
 * @param replayed rows that were judged again and passed; the tally counts them where they went
 * @param discarded rows that were given up; the tally counts them as quarantined
 * @param deadReplayed dead letters that were decoded after all; the tally counts them in bronze
 * @param deadDiscarded dead letters that were given up; the tally counts them as dead
 */
public record Mended(long replayed, long discarded, long deadReplayed, long deadDiscarded) {
  /** Nothing was dealt with. */
  public static final Mended NONE = new Mended(0, 0, 0, 0);
}
