package io.moulin.load;

import java.time.Duration;
import java.util.function.LongConsumer;

/** How fast a file is loaded. */
public sealed interface Pace {

  /** As fast as the broker takes it. */
  static Pace burst() {
    return new Burst();
  }

  /** As fast as the broker takes it. */
  record Burst() implements Pace {}

  /**
   * By event time: a row that is newer than all before it comes as much later as its event did. One
   * that is not newer follows at once.
   *
   * @param speed how many seconds of event time pass in one second
   * @param longestPause most that a row comes after those before it, whatever their events say
   */
  record Realtime(double speed, Duration longestPause) implements Pace {
    public Realtime {
      if (!(speed > 0) || Double.isInfinite(speed)) {
        throw new IllegalArgumentException("Invalid speed: " + speed);
      }
    }
  }

  /** In chunks, with a pause after each of them. */
  record Batch(int rows, Duration pause) implements Pace {
    public Batch {
      if (rows < 1) {
        throw new IllegalArgumentException("Invalid rows: " + rows);
      }
    }
  }

  /**
   * As somebody else allows.
   *
   * @param gate is given the number of each row, from 0, and returns when it may go; not before
   *     that, unless the thread is interrupted
   */
  record Gated(LongConsumer gate) implements Pace {}
}
