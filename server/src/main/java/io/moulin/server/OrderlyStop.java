package io.moulin.server;

import io.moulin.control.live.StopPatience;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/**
 * Lets a signal end a command in order: what it started is stopped before the process ends.
 *
 * <p>This happens while the process still runs, not in a shutdown hook: hooks run side by side, and
 * the one of Iceberg refuses the work that finishing a commit needs.
 */
final class OrderlyStop {
  private static final List<String> SIGNALS = List.of("INT", "TERM", "HUP");

  // What a process that a signal has ended says: this and the number of the signal.
  private static final int SIGNALLED = 128;

  private final Thread worker;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicInteger received = new AtomicInteger();

  private OrderlyStop(Thread worker) {
    this.worker = worker;
  }

  /**
   * Runs {@code command} on this thread, which a signal interrupts. A second signal, or a stop that
   * takes too long, ends the process at once; that is as safe as a kill.
   *
   * @return the exit code: that of the command, or 128 and the number of the signal
   */
  static int run(IntSupplier command) {
    OrderlyStop stop = new OrderlyStop(Thread.currentThread());
    SIGNALS.forEach(name -> Signals.handle(name, stop::received));
    int code;
    try {
      code = command.getAsInt();
    } finally {
      stop.ended.countDown();
    }
    int signal = stop.received.get();
    return signal == 0 ? code : SIGNALLED + signal;
  }

  private void received(int signal) {
    if (!received.compareAndSet(0, signal)) {
      Runtime.getRuntime().halt(SIGNALLED + signal);
    }
    worker.interrupt();
    try {
      if (!ended.await(StopPatience.WHOLE.toSeconds(), TimeUnit.SECONDS)) {
        System.err.println("not everything stopped in time; the next start cleans up");
        Runtime.getRuntime().halt(SIGNALLED + signal);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
