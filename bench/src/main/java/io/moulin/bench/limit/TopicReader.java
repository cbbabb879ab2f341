package io.moulin.bench.limit;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A consumer of its own that reads some partitions of a topic from their beginning to their end.
 */
final class TopicReader {
  private static final Duration POLL = Duration.ofSeconds(1);

  private TopicReader() {}

  /** What becomes of a record. */
  @FunctionalInterface
  interface Then {
    void take(ConsumerRecord<byte[], byte[]> record) throws Exception;
  }

  static KafkaConsumer<byte[], byte[]> open(String bootstrap) {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers",
            bootstrap,
            "auto.offset.reset",
            "earliest",
            "isolation.level",
            "read_committed",
            "enable.auto.commit",
            false),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  /** Reads on one thread. */
  static void read(String bootstrap, String topic, Collection<Integer> mine, Then then)
      throws Exception {
    List<TopicPartition> partitions =
        mine.stream().map(partition -> new TopicPartition(topic, partition)).toList();
    try (KafkaConsumer<byte[], byte[]> consumer = open(bootstrap)) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      long left = ends.values().stream().mapToLong(Long::longValue).sum();
      while (left > 0) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          then.take(record);
          left--;
        }
      }
    }
  }
}
