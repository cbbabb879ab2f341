package io.moulin.control;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Does something several times a second until it is closed. */
final class Ticker implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofMillis(200);

  private final CountDownLatch closed = new CountDownLatch(1);

  private Ticker() {}

  static Ticker start(Runnable action) {
    Ticker ticker = new Ticker();
    Thread thread = new Thread(() -> ticker.run(action), "ticker");
    thread.setDaemon(true);
    thread.start();
    return ticker;
  }

  private void run(Runnable action) {
    try {
      while (!closed.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS)) {
        action.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
