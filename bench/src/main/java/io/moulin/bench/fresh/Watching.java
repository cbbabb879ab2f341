package io.moulin.bench.fresh;

import com.fasterxml.jackson.databind.JsonNode;
import io.moulin.bench.race.Tree;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A stream of events that is kept up by {@code moulin up}, and a reader of its silver table in this
 * process.
 */
final class Watching implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(20);

  private final Stage stage;
  private final Process up;
  private final SilverReader reader;
  private final EventFeed feed;
  private final Tree tree;

  private Watching(Stage stage, Process up, SilverReader reader, EventFeed feed, Tree tree) {
    this.stage = stage;
    this.up = up;
    this.reader = reader;
    this.feed = feed;
    this.tree = tree;
  }

  /**
   * Starts all of it.
   *
   * @param rate events a second
   */
  static Watching start(Duration commit, int partitions, int rate) throws Exception {
    Stage stage = Stage.set(commit, partitions);
    try {
      Process up = stage.up();
      SilverReader reader = Waiting.forReader(stage, up);
      Tree tree = Tree.watch(up, () -> {});
      return new Watching(stage, up, reader, new EventFeed(stage.broker(), rate), tree);
    } catch (Exception e) {
      stage.close();
      throw e;
    }
  }

  /** Reads for a while what comes, and adds the ages of the events. */
  void read(Duration time, Ages ages) throws Exception {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      stage.requireAlive(up);
      reader.poll(ages);
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  long sent() {
    return feed.sent();
  }

  /** Most memory that the stack had, in MiB. */
  double peakMib() {
    return tree.peakMib();
  }

  /** Memory that it has now, in MiB. */
  double residentMib() {
    return tree.residentMib();
  }

  /** Snapshots and files of silver. */
  String size() {
    return reader.size();
  }

  /** Ends the stream, reads what is left, and proves that all of it is in the tables. */
  String prove() throws Exception {
    feed.close();
    stage.stop(up);
    String caughtUp = stage.catchUp().lines().findFirst().orElse("");
    JsonNode books = stage.balance();
    if (books.path("consumed").asLong() != feed.sent()) {
      throw new IllegalStateException(
          "Cannot prove that nothing is missing: %,d events were sent, but the books say %s"
              .formatted(feed.sent(), books));
    }
    return "%s. All %,d events are in the tables: %s".formatted(caughtUp, feed.sent(), books);
  }

  @Override
  public void close() throws Exception {
    try (stage;
        reader;
        tree) {
      feed.close();
    }
  }
}
