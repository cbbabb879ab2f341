package io.moulin.spec;

import java.io.Serializable;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Event time.
 *
 * @param column wire name of the column that carries it
 * @param formats how timestamps are written: {@code iso}, {@code epoch-s}, {@code epoch-ms}, {@code
 *     epoch-us} or a {@link java.time.format.DateTimeFormatter} pattern; tried in order, and for
 *     every timestamp column that has no formats of its own
 * @param zone the zone of times that are written without one
 * @param watermark how far out of order rows may come before the watermark passes them
 * @param lateness null when the dataset computes no lateness
 * @param ahead how far ahead of its own record's time an event time may be; a row beyond it is
 *     quarantined. Null for no bound
 * @param idle after how long without records a partition no longer holds the watermark back
 */
public record TimeSpec(
    String column,
    List<String> formats,
    ZoneId zone,
    Duration watermark,
    @Nullable LatenessSpec lateness,
    @Nullable Duration ahead,
    Duration idle)
    implements Serializable {

  /** The reason of a row whose event time is further ahead than {@code ahead}. */
  public static final String IN_FUTURE = "TIME_IN_FUTURE";

  public TimeSpec {
    formats = List.copyOf(formats);
  }

  /**
   * When a row is late and what then.
   *
   * @param allow how far behind the watermark a row may be before it is late
   */
  public record LatenessSpec(Duration allow, Then then) implements Serializable {}

  /** What happens to a late row. */
  public enum Then {
    /** It goes to silver with {@code is_late_arrival} set. */
    FLAG,
    /** It goes to the table of late rows instead of silver. */
    ROUTE,
    /** It is counted, and is nowhere but in bronze. */
    DROP
  }
}
