package io.moulin.follow;

import io.moulin.spec.DatasetSpec;
import io.moulin.spec.TableSpec;
import java.io.Serializable;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Something that is a function of silver's rows and has a table of its own, which follows silver
 * behind its commits.
 */
public interface Following extends Serializable {
  /** The dataset of whose silver it is made. */
  DatasetSpec dataset();

  /** The table that it is kept in. */
  TableSpec table();

  /** What it is among those of its dataset, for example {@code history}. */
  String name();

  /** Least time between two commits to it; null for after every commit to silver. */
  @Nullable Duration every();

  /** What of its declaration decides about rows; the table of another one is made anew. */
  String shape();

  /**
   * Makes the turns of following, one after the other. What does not change between them may be
   * worked out at the first.
   */
  Function<Stage, Step> steps();
}
