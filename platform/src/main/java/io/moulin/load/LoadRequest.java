package io.moulin.load;

import io.moulin.spec.DatasetSpec;
import io.moulin.spec.SourceSpec;
import java.nio.file.Path;

/**
 * What to load.
 *
 * @param limit most rows to load; 0 for all
 * @param repeat what to do when the same content was loaded before
 * @param form of the records of the dataset
 */
public record LoadRequest(
    DatasetSpec dataset, Path file, Pace pace, long limit, Repeat repeat, RecordForm form) {

  public LoadRequest {
    if (limit < 0) {
      throw new IllegalArgumentException("Invalid limit: " + limit);
    }
  }

  /** Into a dataset whose records are the rows as they are. */
  public LoadRequest(DatasetSpec dataset, Path file, Pace pace, long limit, Repeat repeat) {
    this(dataset, file, pace, limit, repeat, RecordForm.AS_IT_IS);
    if (dataset.source().format() != SourceSpec.Format.JSON) {
      throw new IllegalArgumentException(
          "Invalid form of records of %s: they are not JSON".formatted(dataset.name()));
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
