package io.moulin.bench.fresh;

import io.moulin.bench.rows.EventRows;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Produces events at a steady rate, each with the time of its making as record time. */
final class EventFeed implements AutoCloseable {
  private static final int TICKS_PER_SECOND = 200;

  private final KafkaProducer<byte[], byte[]> producer;
  private final int perTick;
  private final AtomicLong sent = new AtomicLong();
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private final Thread thread;
  private volatile boolean ended;

  /**
   * Begins to produce.
   *
   * @param rate events a second; a multiple of 200
   */
  EventFeed(String bootstrap, int rate) {
    perTick = Math.max(1, rate / TICKS_PER_SECOND);
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap, "linger.ms", 5, "compression.type", "lz4"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    thread = new Thread(this::produce, "event-feed");
    thread.start();
  }

  /** Events that the broker has been given. */
  long sent() {
    return sent.get();
  }

  private void produce() {
    long step = 1_000_000_000L / TICKS_PER_SECOND;
    long next = System.nanoTime();
    for (long n = 0; !ended; ) {
      long now = System.currentTimeMillis();
      for (int i = 0; i < perTick; i++, n++) {
        ProducerRecord<byte[], byte[]> made =
            new ProducerRecord<>(Stage.TOPIC, null, now, EventRows.key(n), EventRows.line(n, now));
        Future<RecordMetadata> unused =
            producer.send(
                made,
                (metadata, e) -> {
                  if (e != null) {
                    failure.compareAndSet(null, e);
                  } else {
                    sent.incrementAndGet();
                  }
                });
      }
      next += step;
      LockSupport.parkNanos(Math.max(0, next - System.nanoTime()));
    }
    producer.flush();
  }

  /** Ends; fails when an event was not taken. May be called again. */
  @Override
  public void close() throws InterruptedException {
    ended = true;
    thread.join();
    producer.close();
    Exception first = failure.get();
    if (first != null) {
      throw new IllegalStateException("Cannot produce: " + first.getMessage(), first);
    }
  }
}
