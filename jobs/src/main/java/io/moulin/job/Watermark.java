package io.moulin.job;

import io.moulin.commit.PartitionRange;
import io.moulin.spec.TimeSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How far event time has come: rows before it are not expected any more. Each partition has its
 * own, the greatest event time so far less what {@code time.watermark} allows; that of the dataset
 * is the smallest of the partitions that are not idle, so that a silent partition does not stall
 * it. Lateness is judged by the partition's own, never by this one, which is for people who look.
 *
 * @param at null while no partition has an event time
 * @param heldBackBy the partition whose watermark it is while others are further; null when none
 *     holds it back
 */
public record Watermark(
    @Nullable Instant at, @Nullable Integer heldBackBy, Map<Integer, Partition> partitions) {

  public Watermark {
    partitions = Collections.unmodifiableMap(new TreeMap<>(partitions));
  }

  /**
   * How far one partition has come.
   *
   * @param at null while it has no event time
   */
  public record Partition(@Nullable Instant at, State state) {}

  /** Whether a partition counts. */
  public enum State {
    /** Its watermark counts. */
    ACTIVE,
    /** No good row came for longer than {@code time.idle}: it holds nothing back. */
    IDLE,
    /** None of its rows had an event time: it holds nothing back. */
    TIMELESS
  }

  /**
   * The watermark of a dataset.
   *
   * @param positions of every partition that was ever read, as the ledger has them
   * @param now by which idleness is judged, against the times of the records
   */
  public static Watermark of(TimeSpec time, Map<Integer, PartitionRange> positions, Instant now) {
    Map<Integer, Partition> partitions = new TreeMap<>();
    positions.forEach((partition, range) -> partitions.put(partition, partition(time, range, now)));
    Integer slowest = null;
    Instant first = null;
    Instant last = null;
    for (Map.Entry<Integer, Partition> entry : partitions.entrySet()) {
      Instant at = entry.getValue().at();
      if (at == null) {
        continue;
      }
      last = last == null || at.isAfter(last) ? at : last;
      if (entry.getValue().state() == State.ACTIVE && (first == null || at.isBefore(first))) {
        first = at;
        slowest = entry.getKey();
      }
    }
    if (first == null || last == null) {
      return new Watermark(last, null, partitions); // all is silent: as far as any has come
    }
    return new Watermark(first, first.isBefore(last) ? slowest : null, partitions);
  }

  private static Partition partition(TimeSpec time, PartitionRange range, Instant now) {
    Long max = range.maxEventTime();
    Instant at = max == null ? null : instant(max).minus(time.watermark());
    Long record = range.maxRecordTime();
    boolean idle =
        record == null || Duration.between(instant(record), now).compareTo(time.idle()) > 0;
    if (idle) {
      return new Partition(at, State.IDLE);
    }
    return new Partition(at, at == null ? State.TIMELESS : State.ACTIVE);
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
