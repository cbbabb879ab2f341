package io.moulin.bench.rows;

import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Fills a topic, packed with lz4; equal keys meet in one partition. */
final class TopicFill implements AutoCloseable {
  private final KafkaProducer<byte[], byte[]> producer;
  private final String topic;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  TopicFill(String bootstrap, String topic) {
    this.topic = topic;
    producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                bootstrap,
                "compression.type",
                "lz4",
                "linger.ms",
                20,
                "batch.size",
                256 * 1024),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  void send(byte[] key, byte[] value) {
    Future<RecordMetadata> unused =
        producer.send(
            new ProducerRecord<>(topic, key, value),
            (metadata, e) -> {
              if (e != null) {
                failure.compareAndSet(null, e);
              }
            });
  }

  /** Waits until the broker has all; fails when it refused any. */
  @Override
  public void close() {
    producer.flush();
    producer.close();
    Exception first = failure.get();
    if (first != null) {
      throw new IllegalStateException("Cannot fill " + topic + ": " + first.getMessage(), first);
    }
  }
}
