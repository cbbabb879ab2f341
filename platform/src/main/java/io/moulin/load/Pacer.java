package io.moulin.load;

import io.moulin.load.Pace.Batch;
import io.moulin.load.Pace.Burst;
import io.moulin.load.Pace.Gated;
import io.moulin.load.Pace.Realtime;
import io.moulin.load.file.TimeText;
import java.time.Duration;

/** Says how long to wait before a row. */
final class Pacer {
  // Real data has times that are years wrong: such a row must not end or stop the pacing.
  private static final long WRONG_MICROS = Duration.ofDays(1).toNanos() / 1000;
  // A sleep takes longer than a shorter wait; what is not waited now is waited later.
  private static final long SHORTEST_NANOS = 1_000_000;

  private final Pace pace;
  private long rows;
  private long newest = TimeText.NONE;
  private long due;

  Pacer(Pace pace) {
    this.pace = pace;
  }

  /**
   * How long to wait before the next row.
   *
   * @param micros its event time, or {@link TimeText#NONE}
   * @param nanos what time it is, from any origin
   */
  Duration before(long micros, long nanos) {
    long row = rows++;
    if (pace instanceof Gated gated) {
      gated.gate().accept(row);
      return Duration.ZERO;
    }
    if (pace instanceof Batch batch) {
      return row > 0 && row % batch.rows() == 0 ? batch.pause() : Duration.ZERO;
    }
    return pace instanceof Realtime realtime && micros != TimeText.NONE
        ? until(realtime, micros, nanos)
        : Duration.ZERO;
  }

  /** Counted from the first row on, so that the time that the load itself takes is no delay. */
  private Duration until(Realtime realtime, long micros, long nanos) {
    if (newest == TimeText.NONE) {
      newest = micros;
      due = nanos;
    } else if (micros > newest) {
      double gap = (micros - newest) * 1000.0 / realtime.speed();
      due += Math.min((long) gap, realtime.longestPause().toNanos());
      newest = micros;
    } else if (newest - micros > WRONG_MICROS) {
      newest = micros;
    }
    return due - nanos < SHORTEST_NANOS ? Duration.ZERO : Duration.ofNanos(due - nanos);
  }

  boolean needsEventTime() {
    return pace instanceof Realtime;
  }

  boolean bursts() {
    return pace instanceof Burst;
  }
}
