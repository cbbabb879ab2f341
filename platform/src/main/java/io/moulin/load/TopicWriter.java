package io.moulin.load;

import io.moulin.load.file.JsonText;
import io.moulin.load.file.WireText;
import io.moulin.spec.MoulinException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Writes records to the topic of a dataset, and to that of its dead letters. */
final class TopicWriter implements AutoCloseable {
  // Above this a broker may refuse a record for its size: what it holds is kept until then.
  private static final int LARGE = 256 * 1024;
  private static final int LARGEST = 32 * 1024 * 1024;
  private static final int SHOWN = 10_000;

  private final KafkaProducer<byte[], byte[]> producer;
  private final String topic;
  private final String deadLetterTopic;
  private final Clock clock;
  private final AtomicLong produced = new AtomicLong();
  private final AtomicLong deadLetters = new AtomicLong();
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private final Callback onProduced = (metadata, e) -> acknowledged(produced, e);
  private final Callback onDeadLetter = (metadata, e) -> acknowledged(deadLetters, e);
  private final Queue<byte[]> refused = new ConcurrentLinkedQueue<>();

  TopicWriter(
      Map<String, String> clientProperties, String topic, String deadLetterTopic, Clock clock) {
    this.topic = topic;
    this.deadLetterTopic = deadLetterTopic;
    this.clock = clock;
    Properties properties = new Properties();
    properties.putAll(clientProperties);
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 20);
    properties.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 * 1024);
    properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 64L * 1024 * 1024);
    properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LARGEST);
    properties.put(ProducerConfig.CLIENT_ID_CONFIG, "moulin-load");
    this.producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /**
   * Sends a record.
   *
   * @param row what its value was made of, for the dead letter of a value that is too large
   */
  void send(byte @Nullable [] key, byte[] value, byte[] row) {
    Callback callback = onProduced;
    if (value.length > LARGE) {
      callback = (metadata, e) -> acknowledgedLarge(value.length, row, e);
    }
    send(new ProducerRecord<>(topic, key, value), callback);
    sendRefused();
  }

  /** Hears where a record is, on a thread of the producer. */
  interface Placed {
    void at(int partition, long offset);
  }

  void send(byte @Nullable [] key, byte[] value, Placed placed) {
    Callback callback =
        (metadata, e) -> {
          if (e == null) {
            placed.at(metadata.partition(), metadata.offset());
          }
          acknowledged(produced, e);
        };
    send(new ProducerRecord<>(topic, key, value), callback);
  }

  private void send(ProducerRecord<byte @Nullable [], byte[]> record, Callback callback) {
    check();
    try {
      // The callback hears of every outcome.
      Future<RecordMetadata> unused = producer.send(record, callback);
    } catch (InterruptException e) {
      throw interrupted(e);
    } catch (KafkaException e) {
      throw lost(e);
    }
  }

  private void acknowledged(AtomicLong counter, @Nullable Exception e) {
    if (e == null) {
      counter.incrementAndGet();
    } else {
      failure.compareAndSet(null, e);
    }
  }

  private void acknowledgedLarge(int bytes, byte[] row, @Nullable Exception e) {
    if (e instanceof RecordTooLargeException) {
      String error = "too large for the broker: %d bytes".formatted(bytes);
      refused.add(deadLetter(error, row));
    } else {
      acknowledged(produced, e);
    }
  }

  private void sendRefused() {
    for (byte[] next = refused.poll(); next != null; next = refused.poll()) {
      send(new ProducerRecord<>(deadLetterTopic, null, next), onDeadLetter);
    }
  }

  /** Sends a row to the dead letters as {@code {error, row, timestamp}}. */
  void sendDead(String error, byte[] row) {
    send(new ProducerRecord<>(deadLetterTopic, null, deadLetter(error, row)), onDeadLetter);
  }

  private byte[] deadLetter(String error, byte[] row) {
    JsonText json = new JsonText();
    json.ascii("{\"error\":");
    json.text(error);
    json.ascii(",\"row\":");
    byte[] shown = row.length > LARGE ? Arrays.copyOf(row, SHOWN) : row;
    if (WireText.isNested(shown)) {
      json.raw(shown);
    } else {
      json.text(new String(shown, StandardCharsets.UTF_8));
    }
    json.ascii(",\"timestamp\":");
    json.text(clock.instant().toString());
    json.raw('}');
    return json.copy();
  }

  /** Waits until the broker has acknowledged all that was sent. */
  void flush() {
    try {
      producer.flush();
      // A refused row becomes a dead letter only now.
      sendRefused();
      producer.flush();
    } catch (InterruptException e) {
      throw interrupted(e);
    }
    check();
  }

  private void check() {
    Exception e = failure.get();
    if (e != null) {
      throw lost(e);
    }
  }

  private static MoulinException interrupted(InterruptException e) {
    return MoulinException.external("load-interrupted", "The load was interrupted", "", e);
  }

  private static MoulinException lost(Exception e) {
    return MoulinException.external(
        "broker-failed",
        "The broker does not take records: " + e.getMessage(),
        "check that it runs and that its disk has room",
        e);
  }

  /** Records that the broker acknowledged. */
  long produced() {
    return produced.get();
  }

  long deadLetters() {
    return deadLetters.get();
  }

  @Override
  public void close() {
    // What is left was flushed, or belongs to a load that has failed.
    producer.close(Duration.ZERO);
  }
}
