package io.moulin.model.tables;

import java.nio.file.Path;

/**
 * What each computation of a build may use.
 *
 * @param memoryBytes most memory of its DuckDB; what does not fit goes to disk
 * @param threads of its DuckDB
 * @param folder for files that are being made; empty before and after a build
 */
public record Means(long memoryBytes, int threads, Path folder) {
  /** What each of so many has that share this, with one thread each. */
  public Means shared(int by) {
    return new Means(memoryBytes / by, 1, folder);
  }
}
