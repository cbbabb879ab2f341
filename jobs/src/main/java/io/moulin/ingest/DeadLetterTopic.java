package io.moulin.ingest;

import io.moulin.decode.Undecodable;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.MoulinException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends undecodable records to the dead-letter topic as they came, with the reason in headers. They
 * are sent before their commit, so a crash in between sends them again: consumers of the topic tell
 * copies by the headers {@code partition} and {@code offset}. The table of dead letters is exact.
 */
final class DeadLetterTopic implements AutoCloseable {
  /** Larger than any record that the embedded broker carries. */
  private static final int MAX_REQUEST_BYTES = 80 * 1024 * 1024;

  private final DatasetSpec dataset;
  private final Map<String, String> clientProperties;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private @Nullable KafkaProducer<byte[], byte[]> producer;

  DeadLetterTopic(DatasetSpec dataset, Map<String, String> clientProperties) {
    this.dataset = dataset;
    this.clientProperties = Map.copyOf(clientProperties);
  }

  void send(RawRecord record, Undecodable reason, Instant now) {
    List<Header> headers =
        List.of(
            header("error.type", reason.kind().name()),
            header("error.message", reason.message()),
            header("topic", dataset.source().topic()),
            header("partition", Integer.toString(record.partition)),
            header("offset", Long.toString(record.offset)),
            header("failed_at", now.toString()));
    send(record.key, record.value, headers);
  }

  private void send(byte @Nullable [] key, byte @Nullable [] value, List<Header> headers) {
    KafkaProducer<byte[], byte[]> out = producer;
    if (out == null) {
      out = open();
      producer = out;
    }
    String topic = dataset.deadLetters().topic();
    Future<RecordMetadata> unused =
        out.send(
            new ProducerRecord<>(topic, null, key, value, headers),
            (metadata, e) -> {
              if (e instanceof RecordTooLargeException && value != null) {
                // The broker refuses it, the table has it: the topic at least says that it was
                // there.
                sendWithoutPayload(key, headers);
              } else if (e != null) {
                failure.compareAndSet(null, e);
              }
            });
  }

  private void sendWithoutPayload(byte @Nullable [] key, List<Header> headers) {
    List<Header> more = new ArrayList<>(headers);
    more.add(header("payload", "too large for the topic; see the table of dead letters"));
    send(key, null, more);
  }

  /** Waits until all that was sent has arrived. */
  void flush() {
    if (producer == null) {
      return;
    }
    producer.flush();
    Exception failed = failure.getAndSet(null);
    if (failed != null) {
      throw MoulinException.external(
          "dead-letter-topic",
          "Cannot send dead letters to the topic %s: %s"
              .formatted(dataset.deadLetters().topic(), failed.getMessage()),
          "check that the topic exists (moulin plan) and that the broker answers",
          failed);
    }
  }

  private KafkaProducer<byte[], byte[]> open() {
    Properties config = new Properties();
    config.putAll(clientProperties);
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES);
    config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 2L * MAX_REQUEST_BYTES);
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static Header header(String name, String value) {
    return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    if (producer != null) {
      producer.close(Duration.ofSeconds(5));
    }
  }
}
