package io.moulin.commit;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.catalog.Catalog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does the upkeep of a dataset's tables on a thread of its own: commits do not wait for it. */
final class UpkeepThread implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UpkeepThread.class);
  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final Duration LONGEST_END = Duration.ofSeconds(30);

  /** So many commits make files enough for it, however soon they follow each other. */
  private static final int COMMITS = 64;

  private final String dataset;
  private final Upkeep upkeep;
  private final Catalog catalog;
  private final ExecutorService executor;
  private Instant last;
  private int commits;
  private Future<?> running;
  private volatile boolean ending;

  UpkeepThread(String dataset, Upkeep upkeep, Catalog catalog, Instant now) {
    this.dataset = dataset;
    this.upkeep = upkeep;
    this.catalog = catalog;
    last = now;
    executor =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "upkeep-" + dataset);
              thread.setDaemon(true);
              return thread;
            });
    running = executor.submit(() -> {});
  }

  /** Tells of a commit. What is still at work is not begun twice. */
  void committed(Instant now) {
    commits++;
    boolean due = commits >= COMMITS || !now.isBefore(last.plus(LONGEST));
    if (due && running.isDone()) {
      begin(now);
    }
  }

  /** Does it once more where the input has ended, and waits for it. */
  void finish(Instant now) throws InterruptedException {
    begin(now);
    try {
      running.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("Cannot happen: the task catches what it throws", e);
    }
  }

  private void begin(Instant now) {
    last = now;
    commits = 0;
    running = executor.submit(this::run);
  }

  private void run() {
    try {
      upkeep.run(catalog, () -> ending);
    } catch (RuntimeException e) {
      // No row depends on it, and the next time does what this one has not.
      LOG.warn("Cannot look after the tables of {} this time", dataset, e);
    }
  }

  @Override
  public void close() throws InterruptedException {
    ending = true;
    executor.shutdown();
    if (!executor.awaitTermination(LONGEST_END.toSeconds(), TimeUnit.SECONDS)) {
      LOG.warn("The upkeep of the tables of {} goes on after the end of the job", dataset);
    }
  }
}
