package io.moulin.load;

import io.moulin.spec.DatasetSpec;
import java.nio.file.Path;

/**
 * What to load.
 *
 * @param limit most rows to load; 0 for all
 * @param repeat what to do when the same content was loaded before
 */
public record LoadRequest(DatasetSpec dataset, Path file, Pace pace, long limit, Repeat repeat) {

  public LoadRequest {
    if (limit < 0) {
      throw new IllegalArgumentException("Invalid limit: " + limit);
    }
  }

  /** The whole file, as fast as possible, unless it was loaded before. */
  public static LoadRequest of(DatasetSpec dataset, Path file) {
    return new LoadRequest(dataset, file, Pace.burst(), 0, Repeat.SKIP);
  }

  /** What to do when the same content was loaded before. */
  public enum Repeat {
    /** Load nothing. */
    SKIP,
    /** Load it again. */
    AGAIN
  }
}
