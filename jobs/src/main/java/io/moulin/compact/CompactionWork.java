package io.moulin.compact;

import java.io.Serializable;

/**
 * What a compaction works with.
 *
 * @param folder its own, for files until they are in a table and for what does not fit in memory
 * @param locks folder of the locks that all writers share; empty for none
 * @param memoryBytes most memory of DuckDB
 * @param several so many files of about a size are merged
 */
public record CompactionWork(String folder, String locks, long memoryBytes, int several)
    implements Serializable {
  /** More would be opened by every reader, less would be rewritten by nearly every commit. */
  public static final int SEVERAL = 8;
}
