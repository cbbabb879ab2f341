package io.moulin.ingest;

import io.moulin.commit.PartitionRange;
import io.moulin.ingest.keys.KeyMemory;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DedupSpec;
import io.moulin.spec.TimeSpec;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What is carried from batch to batch for one partition of the topic: the keys seen and the running
 * maxima of event time and record time. They are functions of the partition's sequence alone, but
 * for keys that are looked for across the topic: those also depend on the order in which the
 * partitions are read.
 */
public final class PartitionMemory {
  /** What a row is, given everything before it in its partition. */
  enum Mark {
    NONE,
    DUPLICATE,
    LATE
  }

  private final int partition;
  private final @Nullable KeyMemory keys;
  private final long lateAfterMicros;
  private final boolean dropsLate;
  private @Nullable Long maxEventMicros;
  private @Nullable Long maxRecordMicros;

  /**
   * @param last where the last commit ended; null when there was none
   * @param keys its own, or those of the whole topic; null without dedup
   */
  PartitionMemory(
      DatasetSpec dataset, int partition, @Nullable PartitionRange last, @Nullable KeyMemory keys) {
    this.partition = partition;
    this.keys = keys;
    TimeSpec time = dataset.time();
    lateAfterMicros =
        time == null || time.lateness() == null
            ? Long.MAX_VALUE
            : micros(time.watermark().plus(time.lateness().allow()));
    dropsLate = IngestSql.late(dataset) == TimeSpec.Then.DROP;
    maxEventMicros = last == null ? null : last.maxEventTime();
    maxRecordMicros = last == null ? null : last.maxRecordTime();
  }

  /** Memories of partitions that know nothing yet; each partition is asked for once. */
  public static IntFunction<PartitionMemory> fresh(DatasetSpec dataset) {
    DedupSpec dedup = dataset.dedup();
    if (dedup == null) {
      return partition -> new PartitionMemory(dataset, partition, null, null);
    }
    if (dedup.across() == DedupSpec.Across.TOPIC) {
      KeyMemory shared = new KeyMemory(micros(dedup.within()), dataset.source().partitions());
      return partition -> new PartitionMemory(dataset, partition, null, shared);
    }
    return partition ->
        new PartitionMemory(dataset, partition, null, new KeyMemory(micros(dedup.within()), 1));
  }

  /** A duration as microseconds; what a manifest can declare is no finer than a millisecond. */
  static long micros(Duration duration) {
    return TimeUnit.MILLISECONDS.toMicros(duration.toMillis());
  }

  /** Takes the event time of a row that stays as it is. */
  void observe(long eventMicros) {
    Long max = maxEventMicros;
    maxEventMicros = max == null ? eventMicros : Math.max(max, eventMicros);
  }

  /** Judges the next row of the partition, and carries what it teaches. */
  Mark judge(long high, long low, long recordMicros, @Nullable Long eventMicros) {
    if (maxRecordMicros == null || recordMicros > maxRecordMicros) {
      maxRecordMicros = recordMicros;
      if (keys != null) {
        keys.tick(partition, recordMicros);
      }
    }
    boolean late = late(eventMicros);
    if (keys != null && seen(keys, high, low, recordMicros, late)) {
      return Mark.DUPLICATE;
    }
    if (late) {
      return Mark.LATE;
    }
    Long max = maxEventMicros;
    if (eventMicros != null && (max == null || eventMicros > max)) {
      maxEventMicros = eventMicros;
    }
    return Mark.NONE;
  }

  /**
   * A dropped row does not teach its key: no table keeps it, so the next run could not know it, and
   * what becomes of a row must not depend on where a run began.
   */
  private boolean seen(KeyMemory known, long high, long low, long recordMicros, boolean late) {
    return (late && dropsLate)
        ? known.contains(high, low, recordMicros)
        : !known.add(high, low, recordMicros);
  }

  private boolean late(@Nullable Long eventMicros) {
    Long max = maxEventMicros;
    return max != null && eventMicros != null && max - eventMicros > lateAfterMicros;
  }

  /** What a commit of these offsets carries on. */
  public PartitionRange range(long from, long to) {
    return new PartitionRange(from, to, maxEventMicros, maxRecordMicros);
  }
}
