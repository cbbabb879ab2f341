package io.moulin.commit;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What a commit holds of one partition of the topic.
 *
 * @param from first offset, inclusive
 * @param to last offset, exclusive: where the next commit begins
 * @param maxEventTime the greatest event time so far, in microseconds since 1970; null without one
 * @param maxRecordTime the greatest record time so far of a row that no rule has kept out, in
 *     microseconds since 1970; null before the first, and in a ledger that is older than this field
 */
public record PartitionRange(
    long from, long to, @Nullable Long maxEventTime, @Nullable Long maxRecordTime)
    implements Serializable {

  /** This range and the one that follows it. */
  PartitionRange then(PartitionRange next) {
    if (next.from < to) {
      throw new IllegalStateException(
          "Cannot join offsets [%d, %d) and [%d, %d): they overlap"
              .formatted(from, to, next.from, next.to));
    }
    return new PartitionRange(
        from,
        next.to,
        next.maxEventTime == null ? maxEventTime : next.maxEventTime,
        next.maxRecordTime == null ? maxRecordTime : next.maxRecordTime);
  }
}
