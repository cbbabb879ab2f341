package io.moulin.verify;

import io.moulin.load.LoadListener;
import io.moulin.load.LoadRequest;
import io.moulin.load.LoadSummary;
import io.moulin.load.Loader;
import io.moulin.load.Pace;
import io.moulin.platform.KafkaTopics;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.MoulinException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Loads the input into the topic while the run is hurt, no faster than it is allowed to. A broker
 * that is away is waited for.
 */
final class Feed implements AutoCloseable {
  /** Milliseconds that the broker may be away. */
  private static final String LONGEST_AWAY = "900000";

  private final Thread thread;
  private final CompletableFuture<Long> sent = new CompletableFuture<>();
  private final AtomicReference<@Nullable LoadSummary> summary = new AtomicReference<>();
  private long allowed;

  private Feed(Path project, int port, DatasetSpec dataset, Path input) {
    thread = new Thread(() -> load(project, port, dataset, input), "feed");
    thread.setDaemon(true);
  }

  static Feed start(Path project, int port, DatasetSpec dataset, Path input) {
    Feed feed = new Feed(project, port, dataset, input);
    feed.thread.start();
    return feed;
  }

  private void load(Path project, int port, DatasetSpec dataset, Path input) {
    try (KafkaTopics topics = new KafkaTopics(client(port))) {
      LoadRequest request =
          new LoadRequest(dataset, input, new Pace.Gated(this::pass), 0, LoadRequest.Repeat.AGAIN);
      try {
        new Loader(project, topics, Clock.systemUTC()).load(request, listener());
      } catch (MoulinException e) {
        if (summary.get() == null) {
          throw e;
        }
        // More rows break the contract than the dataset allows: no matter here.
      }
      LoadSummary finished = summary.get();
      sent.complete(finished == null ? 0L : finished.produced());
    } catch (RuntimeException | Error e) {
      sent.completeExceptionally(e);
    }
  }

  private static Map<String, String> client(int port) {
    return Map.of(
        "bootstrap.servers", "127.0.0.1:" + port,
        "max.block.ms", LONGEST_AWAY,
        "delivery.timeout.ms", LONGEST_AWAY);
  }

  private LoadListener listener() {
    return new LoadListener() {
      @Override
      public void finished(LoadSummary finished) {
        summary.set(finished);
      }
    };
  }

  private synchronized void pass(long row) {
    try {
      while (row >= allowed) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Lets {@code rows} more go. */
  synchronized void allow(long rows) {
    allowed = allowed > Long.MAX_VALUE - rows ? Long.MAX_VALUE : allowed + rows;
    notifyAll();
  }

  /** Lets all go. */
  synchronized void allowAll() {
    allowed = Long.MAX_VALUE;
    notifyAll();
  }

  boolean finished() {
    return sent.isDone();
  }

  /** Waits until all was sent; how many records the broker has acknowledged. */
  long await() throws InterruptedException {
    try {
      return sent.get();
    } catch (java.util.concurrent.ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException("Cannot load the input", e.getCause());
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
