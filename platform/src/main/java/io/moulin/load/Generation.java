package io.moulin.load;

import io.moulin.load.generate.GeneratedRows;
import io.moulin.load.generate.GeneratedRows.Made;
import io.moulin.load.generate.PlantedFile;
import io.moulin.platform.Topics;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.MoulinException;
import io.moulin.spec.generate.GeneratorSpec;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Sends generated rows to the topics of their datasets, keyed as a load keys them. */
public final class Generation {
  private static final int PROGRESS_ROWS = 1024;

  private final Topics topics;
  private final Clock clock;

  public Generation(Topics topics, Clock clock) {
    this.topics = topics;
    this.clock = clock;
  }

  /** How fast rows are sent. */
  public enum Speed {
    /** As fast as the broker takes them. */
    BURST,
    /** As fast as their generators say, side by side. */
    REALTIME
  }

  /**
   * What to generate for one dataset.
   *
   * @param from line of the first row
   * @param form of the records of the dataset
   * @param planted where to note how every row must end; null for nowhere
   */
  public record Order(
      GeneratorSpec generator,
      long from,
      long rows,
      RecordForm form,
      @Nullable PlantedFile planted) {}

  /**
   * What was sent for one dataset.
   *
   * @param rows those that were generated
   * @param dead those of them that do not fit the schema of the records: they went to the
   *     dead-letter topic
   * @param planted how many rows have which fault
   */
  public record Sent(String dataset, long rows, long dead, Map<String, Long> planted) {}

  /** Hears how many rows were sent. */
  public interface Listener {
    void progress(long rows, long total);
  }

  /** One dataset's rows on their way. */
  private static final class Stream implements AutoCloseable {
    private final Order order;
    private final RecordKey key;
    private final GeneratedRows rows;
    private final TopicWriter writer;
    private final Map<String, Long> planted = new TreeMap<>();
    private long sent;

    Stream(Order order, Map<String, String> client, Clock clock) {
      DatasetSpec dataset = order.generator().dataset();
      this.order = order;
      this.key = new RecordKey(dataset);
      this.rows = new GeneratedRows(order.generator(), order.from(), order.rows(), key.columns());
      this.writer =
          new TopicWriter(client, dataset.source().topic(), dataset.deadLetters().topic(), clock);
    }

    boolean ended() {
      return sent == order.rows();
    }

    /** When its next row is due, in nanoseconds since the start. */
    long due() {
      return (long) (sent / order.generator().rate() * 1e9);
    }

    void send() {
      if (!rows.next()) {
        throw new IllegalStateException("Cannot send: the generator has no row " + sent);
      }
      Made made = rows.made();
      PlantedFile file = order.planted();
      String dataset = order.generator().dataset().name();
      byte[] recordKey = key.columns().isEmpty() ? null : key.of(rows);
      byte[] row = rows.value();
      try {
        byte[] value = order.form().value(row);
        if (file == null) {
          writer.send(recordKey, value, row);
        } else {
          writer.send(recordKey, value, file.sent(dataset, made)::arrived);
        }
      } catch (RecordForm.Unfit e) {
        writer.sendDead(e.why(), row);
        if (file != null) {
          file.add(dataset, made);
        }
      }
      String fault = made.fault();
      if (fault != null) {
        planted.merge(fault, 1L, Long::sum);
      }
      sent++;
    }

    Sent sent() {
      long dead = writer.deadLetters();
      return new Sent(order.generator().dataset().name(), sent, dead, planted);
    }

    @Override
    public void close() {
      try (rows) {
        writer.close();
      }
    }
  }

  /**
   * Sends all rows; several datasets take turns.
   *
   * @throws MoulinException of kind USER when a topic is not there
   */
  public List<Sent> send(List<Order> orders, Speed speed, Listener listener) {
    requireTopics(orders);
    List<Stream> streams = new ArrayList<>();
    try {
      for (Order order : orders) {
        streams.add(new Stream(order, topics.clientProperties(), clock));
      }
      sendAll(streams, speed, listener);
      streams.forEach(stream -> stream.writer.flush());
      return streams.stream().map(Stream::sent).toList();
    } finally {
      streams.forEach(Stream::close);
    }
  }

  private static void sendAll(List<Stream> streams, Speed speed, Listener listener) {
    long total = streams.stream().mapToLong(stream -> stream.order.rows()).sum();
    long start = System.nanoTime();
    long sent = 0;
    for (Stream next = next(streams); next != null; next = next(streams)) {
      if (speed == Speed.REALTIME) {
        await(start + next.due());
      }
      next.send();
      sent++;
      if (sent % PROGRESS_ROWS == 0 || speed == Speed.REALTIME || sent == total) {
        listener.progress(sent, total);
      }
    }
  }

  /** The stream of which the next row is due first; null when all have ended. */
  private static @Nullable Stream next(List<Stream> streams) {
    Stream first = null;
    for (Stream stream : streams) {
      if (!stream.ended() && (first == null || stream.due() < first.due())) {
        first = stream;
      }
    }
    return first;
  }

  private static void await(long due) {
    long wait = due - System.nanoTime();
    try {
      if (wait > 0) {
        TimeUnit.NANOSECONDS.sleep(wait);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw MoulinException.external("generate-interrupted", "Generating was interrupted", "", e);
    }
  }

  private void requireTopics(List<Order> orders) {
    List<String> names =
        orders.stream().map(order -> order.generator().dataset().source().topic()).toList();
    Map<String, ?> known = topics.describe(names);
    for (String name : names) {
      if (!known.containsKey(name)) {
        throw MoulinException.user(
            "topic-missing",
            "There is no topic '%s'".formatted(name),
            "make it first: moulin apply");
      }
    }
  }

  /** How many rows come within {@code time} at a generator's rate: at least one. */
  public static long rows(GeneratorSpec generator, Duration time) {
    return Math.max(1, Math.round(generator.rate() * time.toMillis() / 1000));
  }
}
