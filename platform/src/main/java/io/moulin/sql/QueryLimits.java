package io.moulin.sql;

import java.nio.file.Path;

/**
 * What a query may use.
 *
 * @param memoryBytes how much memory; what needs more is spilled to files
 * @param threads how many threads
 * @param spill folder of the files that are spilled
 */
public record QueryLimits(long memoryBytes, int threads, Path spill) {
  private static final long LEAST_MEMORY = 64L << 20;

  public QueryLimits {
    if (memoryBytes < LEAST_MEMORY) {
      throw new IllegalArgumentException("Invalid memoryBytes: " + memoryBytes);
    }
    if (threads < 1) {
      throw new IllegalArgumentException("Invalid threads: " + threads);
    }
  }
}
