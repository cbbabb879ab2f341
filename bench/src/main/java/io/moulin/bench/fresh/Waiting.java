package io.moulin.bench.fresh;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits for a stack that was just started. */
final class Waiting {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration STEP = Duration.ofMillis(200);

  private Waiting() {}

  /** A reader of silver, as soon as the catalog of the stream answers. */
  static SilverReader forReader(Stage stage, Process stream) throws SQLException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return new SilverReader(stage.catalog());
      } catch (RuntimeException e) {
        if (System.nanoTime() > end || !stream.isAlive()) {
          throw e;
        }
        LockSupport.parkNanos(STEP.toNanos());
      }
    }
  }
}
