package io.moulin.ingest.mend;

import io.moulin.ingest.RawRecord;
import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads stretches of a topic that were read before. */
final class TopicReader implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final int AT_ONCE = 5_000;
  private static final long BYTES_AT_ONCE = 32L << 20;

  private final String topic;
  private final KafkaConsumer<byte[], byte[]> consumer;

  TopicReader(String topic, Map<String, String> kafka) {
    this.topic = topic;
    Properties config = new Properties();
    config.putAll(kafka);
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** First offsets of {@code place}, by partition; what does not exist in the topic is refused. */
  Map<Integer, Long> offsets(FromPlace place) {
    List<Integer> partitions =
        consumer.partitionsFor(topic).stream().map(info -> info.partition()).toList();
    for (int partition : place.offsets().keySet()) {
      if (!partitions.contains(partition)) {
        throw MoulinException.user(
            "bad-offset",
            "Topic %s has no partition %d".formatted(topic, partition),
            "its partitions are " + partitions);
      }
    }
    Map<Integer, Long> offsets = new TreeMap<>(place.offsets());
    place
        .time()
        .ifPresent(
            time -> {
              Map<TopicPartition, Long> asked = new HashMap<>();
              partitions.forEach(p -> asked.put(new TopicPartition(topic, p), time.toEpochMilli()));
              for (Map.Entry<TopicPartition, OffsetAndTimestamp> found :
                  consumer.offsetsForTimes(asked).entrySet()) {
                if (found.getValue() != null) {
                  offsets.put(found.getKey().partition(), found.getValue().offset());
                }
              }
            });
    return offsets;
  }

  /** First offset that the topic still has. */
  long beginning(int partition) {
    TopicPartition asked = new TopicPartition(topic, partition);
    return consumer.beginningOffsets(List.of(asked)).getOrDefault(asked, 0L);
  }

  /** Hands on the records from {@code from} until before {@code to}, some at a time. */
  void read(int partition, long from, long to, Taker taker) throws SQLException, IOException {
    TopicPartition assigned = new TopicPartition(topic, partition);
    consumer.assign(List.of(assigned));
    consumer.seek(assigned, Math.max(from, beginning(partition)));
    List<RawRecord> records = new ArrayList<>();
    long bytes = 0;
    long patience = System.nanoTime() + PATIENCE.toNanos();
    while (consumer.position(assigned) < to) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        patience = System.nanoTime() + PATIENCE.toNanos();
        if (record.offset() < to) {
          records.add(
              new RawRecord(
                  partition, record.offset(), record.timestamp(), record.key(), record.value()));
          bytes += record.value() == null ? 0 : record.value().length;
        }
        if (records.size() >= AT_ONCE || bytes >= BYTES_AT_ONCE) {
          taker.take(records);
          records = new ArrayList<>();
          bytes = 0;
        }
      }
      if (System.nanoTime() > patience) {
        throw MoulinException.external(
            "broker-silent",
            "The broker gave no record of %s for %d s".formatted(assigned, PATIENCE.toSeconds()),
            "nothing was changed; check the broker and run it again");
      }
    }
    if (!records.isEmpty()) {
      taker.take(records);
    }
  }

  /** A failure of the broker's client, as one of ours. */
  static MoulinException failed(String topic, KafkaException e) {
    return MoulinException.external(
        "broker-unreachable",
        "Cannot read the topic %s again: %s".formatted(topic, e.getMessage()),
        "nothing was changed; check that the broker runs and that the topic exists (moulin plan)",
        e);
  }

  @Override
  public void close() {
    consumer.close();
  }

  /** Takes records of one partition, in order. */
  @FunctionalInterface
  interface Taker {
    void take(List<RawRecord> records) throws SQLException, IOException;
  }
}
