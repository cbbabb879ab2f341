package io.moulin.follow;

/**
 * What following silver has done.
 *
 * @param way how it followed silver
 * @param rows rows of silver that were read for it
 * @param written rows of the table that were written
 */
public record Kept(Way way, long rows, long written) {
  /** How it followed silver. */
  public enum Way {
    /** There was nothing new, or nothing that makes a difference. */
    UNCHANGED,
    /** The partitions that the new rows are about were written anew. */
    FOLLOWED,
    /** All of it was made anew of all rows of silver. */
    REBUILT
  }

  /** There was nothing new. */
  public static final Kept NOTHING = new Kept(Way.UNCHANGED, 0, 0);
}
