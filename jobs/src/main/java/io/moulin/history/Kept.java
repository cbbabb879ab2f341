package io.moulin.history;

/**
 * What keeping a history has done.
 *
 * @param way how it followed silver
 * @param rows rows of silver that were read for it
 * @param versions rows of the history that were written
 */
public record Kept(Way way, long rows, long versions) {
  /** How it followed silver. */
  public enum Way {
    /** There was nothing new, or nothing that makes another version. */
    UNCHANGED,
    /** The partitions of the keys that got rows were written anew. */
    FOLLOWED,
    /** All of it was made anew of all rows of silver. */
    REBUILT
  }

  static final Kept NOTHING = new Kept(Way.UNCHANGED, 0, 0);
}
