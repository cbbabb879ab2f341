package io.moulin.spec.history;

import io.moulin.spec.Place;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The history of what silver says of a key: slowly changing dimension, type 2. All names are those
 * of silver.
 *
 * @param key what the history is of; rows with the same values are about the same thing
 * @param track columns of which a changed value begins a new version
 * @param mode what a row means
 * @param order the column whose time puts the rows of a key in order, or names their listing
 * @param deletes DuckDB SQL that is true of a row which ends its key; null when no row does
 * @param buckets how many partitions the table has; a change rewrites those of its keys
 * @param every least time between two commits to the history; null for after every commit
 * @param at where {@code deletes} is written, or else where the block begins
 */
public record HistorySpec(
    List<String> key,
    List<String> track,
    Mode mode,
    String order,
    @Nullable String deletes,
    int buckets,
    @Nullable Duration every,
    Place at)
    implements Serializable {

  public HistorySpec {
    key = List.copyOf(key);
    track = List.copyOf(track);
  }

  /** What a row means. */
  public enum Mode {
    /** A row says how its key is from then on. */
    CHANGES,
    /** A row belongs to a full listing; a key that the next listing lacks has ended. */
    LISTING
  }
}
