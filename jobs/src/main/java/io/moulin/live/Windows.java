package io.moulin.live;

import io.moulin.spec.DatasetSpec;
import io.moulin.spec.PartitionSpec.Transform;
import io.moulin.spec.TimeSpec;
import io.moulin.spec.live.LiveSpec;
import io.moulin.spec.live.LiveTable;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The windows of an aggregate, numbered: number {@code k} begins {@code k} hops after a Monday,
 * which is where DuckDB's {@code time_bucket} begins to count. All times are microseconds since
 * 1970.
 *
 * @param size how long a window is
 * @param hop from the beginning of one to that of the next
 * @param delay how far the greatest event time of a partition is behind the end of a window when
 *     its rows are too late; null when none ever is
 * @param idle how far the newest record of a partition is behind the newest of all when it holds no
 *     window back; null when it always does
 * @param keep how far ends of windows are behind the greatest event time when they go; null for
 *     never
 * @param unit how long a partition of the table is
 */
record Windows(
    long size,
    long hop,
    @Nullable Long delay,
    @Nullable Long idle,
    @Nullable Long keep,
    long unit) {
  /** 2000-01-03. */
  static final long ORIGIN = 946_857_600_000_000L;

  static Windows of(DatasetSpec dataset, LiveSpec live) {
    TimeSpec time = dataset.time();
    Duration lateness = live.lateness();
    Duration idle = live.idle();
    Duration keep = live.keep();
    Duration unit =
        LiveTable.unit(live) == Transform.HOUR ? Duration.ofHours(1) : Duration.ofDays(1);
    return new Windows(
        micros(live.window()),
        micros(live.hop()),
        time == null || lateness == null ? null : micros(time.watermark().plus(lateness)),
        idle == null ? null : micros(idle),
        keep == null ? null : micros(keep),
        micros(unit));
  }

  private static long micros(Duration duration) {
    return TimeUnit.MILLISECONDS.toMicros(duration.toMillis());
  }

  long start(long number) {
    return ORIGIN + number * hop;
  }

  /** The partition of the table that holds a window. */
  long partition(long number) {
    return Math.floorDiv(start(number), unit);
  }

  /** The first partition that is kept when the greatest event time is {@code newest}. */
  long firstKept(@Nullable Long newest) {
    Long behind = keep;
    return behind == null || newest == null
        ? Long.MIN_VALUE
        : Math.floorDiv(newest - behind - size, unit);
  }

  /**
   * The last window that is closed for every partition that counts.
   *
   * @param slowest the greatest event time of that of them which is least far; null when one of
   *     them has none
   */
  long lastFinal(@Nullable Long slowest) {
    Long behind = delay;
    return behind == null || slowest == null
        ? Long.MIN_VALUE
        : Math.floorDiv(slowest - behind - size - ORIGIN, hop);
  }

  /** The same in SQL, as a division that rounds down. */
  static String floor(String value, long by) {
    return "((%1$s) - ((%1$s) %% %2$d + %2$d) %% %2$d) // %2$d".formatted(value, by);
  }

  /** The last window that has begun at a time. */
  String last(String micros) {
    return floor(micros + " - " + ORIGIN, hop);
  }

  /** The first window that has not ended at a time. */
  String first(String micros) {
    return floor("%s - %d".formatted(micros, ORIGIN + size), hop) + " + 1";
  }

  /** The last window whose rows are too late once a partition has come to a time. */
  String closed(String micros) {
    Long behind = delay;
    if (behind == null) {
      throw new IllegalStateException("Cannot close windows: no row is ever late");
    }
    return floor("%s - %d".formatted(micros, ORIGIN + size + behind), hop);
  }

  /** The partition of the table that holds a window. */
  String partition(String number) {
    return floor("%d + %s * %d".formatted(ORIGIN, number, hop), unit);
  }

  /** Whether rows are in one window each. */
  boolean tumbling() {
    return size == hop;
  }
}
