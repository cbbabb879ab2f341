package io.moulin.lineage;

import io.openlineage.client.OpenLineage.RunEvent;
import io.openlineage.client.transports.Transport;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends events from a thread of its own, so that whoever takes them can neither fail nor slow the
 * work that they are about. Behind a failure it rests for a while, and what comes then is lost;
 * what was lost is counted and said, once.
 */
final class Delivery implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

  /** More wait only behind somebody who takes them too slowly. */
  private static final int MOST_WAITING = 1_000;

  /** What says that nothing comes behind it. */
  private static final class End implements Supplier<RunEvent> {
    @Override
    public RunEvent get() {
      throw new IllegalStateException("Cannot make an event: this is the end");
    }
  }

  private final Supplier<Transport> opener;
  private final Limits limits;
  private final String to;
  private final Consumer<String> notice;
  private final BlockingQueue<Supplier<RunEvent>> waiting = new LinkedBlockingQueue<>();
  private final AtomicLong offered = new AtomicLong();
  private final AtomicLong delivered = new AtomicLong();
  private volatile @Nullable String why;
  private @Nullable Thread worker;

  /**
   * How patient it is.
   *
   * @param rest after a failure
   * @param last at the end, for what still waits
   */
  record Limits(Duration rest, Duration last) {
    static final Limits USUAL = new Limits(Duration.ofSeconds(30), Duration.ofSeconds(3));
  }

  /**
   * @param opener makes the way to send; called by the thread that sends, at the first event
   * @param to where they go, as it may be shown
   * @param notice is told at the end if some were lost
   */
  Delivery(Supplier<Transport> opener, Limits limits, String to, Consumer<String> notice) {
    this.opener = opener;
    this.limits = limits;
    this.to = to;
    this.notice = notice;
  }

  /** Sends an event soon; it is made by the thread that sends it. */
  synchronized void send(Supplier<RunEvent> event) {
    if (worker == null) {
      worker = new Thread(this::work, "lineage");
      worker.setDaemon(true);
      worker.start();
    }
    offered.incrementAndGet();
    if (waiting.size() < MOST_WAITING) {
      waiting.add(event);
    }
  }

  private void work() {
    try (Transport transport = opener.get()) {
      long restsUntil = System.nanoTime();
      for (Supplier<RunEvent> next = waiting.take();
          !(next instanceof End);
          next = waiting.take()) {
        if (System.nanoTime() - restsUntil < 0) {
          continue;
        }
        try {
          transport.emit(next.get());
          delivered.incrementAndGet();
        } catch (RuntimeException e) { // of any kind: what it is about has to go on
          failed(e);
          restsUntil = System.nanoTime() + limits.rest().toNanos();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) { // the transport cannot be opened or closed
      failed(e);
    }
  }

  private void failed(Exception failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (why == null) {
      LOG.warn("An event of lineage did not reach {}", to, failure);
    }
    why = cause.getClass().getSimpleName() + ": " + cause.getMessage();
  }

  @Override
  public synchronized void close() {
    Thread sending = worker;
    if (sending == null) {
      return;
    }
    waiting.add(new End());
    boolean interrupted = false;
    try {
      sending.join(limits.last().toMillis());
    } catch (InterruptedException e) {
      interrupted = true;
    }
    worker = null;
    long lost = offered.get() - delivered.get();
    if (lost > 0) {
      String reason = why;
      notice.accept(
          "lineage-not-delivered: %d of %d events of lineage did not reach %s%n  why: %s%n  fix: %s"
              .formatted(
                  lost,
                  offered.get(),
                  to,
                  reason == null ? "it has not answered in time" : reason,
                  "see whether it runs and takes them, or remove 'lineage' from moulin.yml; the work"
                      + " itself is done"));
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
