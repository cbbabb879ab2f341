package io.moulin.verify;

import io.moulin.control.Loading;
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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Loads the inputs into the topics while the run is hurt, side by side and no faster than it is
 * allowed to. A broker that is away is waited for.
 */
final class Feed implements AutoCloseable {
  /** Milliseconds that the broker may be away. */
  private static final String LONGEST_AWAY = "900000";

  private final Map<String, Lane> lanes = new LinkedHashMap<>();

  /** The input of one dataset on its way. */
  private static final class Lane {
    private final Thread thread;
    private final CompletableFuture<Long> sent = new CompletableFuture<>();
    private final AtomicReference<@Nullable LoadSummary> summary = new AtomicReference<>();
    private long allowed;

    Lane(Path project, int port, DatasetSpec dataset, Path input) {
      thread = new Thread(() -> load(project, port, dataset, input), "feed-" + dataset.name());
      thread.setDaemon(true);
    }

    private void load(Path project, int port, DatasetSpec dataset, Path input) {
      try (KafkaTopics topics = new KafkaTopics(client(port))) {
        LoadRequest request =
            new LoadRequest(
                dataset,
                input,
                new Pace.Gated(this::pass),
                0,
                LoadRequest.Repeat.AGAIN,
                Loading.form(dataset));
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

    synchronized void allow(long rows) {
      allowed = allowed > Long.MAX_VALUE - rows ? Long.MAX_VALUE : allowed + rows;
      notifyAll();
    }
  }

  /**
   * Begins to load.
   *
   * @param inputs a file for each dataset
   */
  static Feed start(Path project, int port, Map<DatasetSpec, Path> inputs) {
    Feed feed = new Feed();
    inputs.forEach(
        (dataset, input) ->
            feed.lanes.put(dataset.name(), new Lane(project, port, dataset, input)));
    feed.lanes.values().forEach(lane -> lane.thread.start());
    return feed;
  }

  private static Map<String, String> client(int port) {
    return Map.of(
        "bootstrap.servers", "127.0.0.1:" + port,
        "max.block.ms", LONGEST_AWAY,
        "delivery.timeout.ms", LONGEST_AWAY);
  }

  /** Lets about {@code rows} more go, of all datasets the same number. */
  void allow(long rows) {
    lanes.values().forEach(lane -> lane.allow(Math.max(1, rows / lanes.size())));
  }

  /** Lets all go. */
  void allowAll() {
    lanes.values().forEach(lane -> lane.allow(Long.MAX_VALUE));
  }

  boolean finished() {
    return lanes.values().stream().allMatch(lane -> lane.sent.isDone());
  }

  /** Waits until all was sent; how many records the broker has acknowledged. */
  long await() throws InterruptedException {
    long all = 0;
    for (String dataset : lanes.keySet()) {
      all += await(dataset);
    }
    return all;
  }

  /** The same, of one dataset. */
  long await(String dataset) throws InterruptedException {
    Lane lane = lanes.get(dataset);
    if (lane == null) {
      throw new IllegalArgumentException("Invalid dataset: " + dataset);
    }
    try {
      return lane.sent.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException("Cannot load the input", e.getCause());
    }
  }

  @Override
  public void close() {
    lanes.values().forEach(lane -> lane.thread.interrupt());
  }
}
