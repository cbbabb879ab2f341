package io.moulin.job;

import io.moulin.commit.PartitionRange;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.MoulinException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Where a job begins to read: where the last commit ended, as the ledger says. A topic that no
 * longer has those records is an error here, because a reader that quietly went on would lose rows.
 */
final class StartPositions {
  private StartPositions() {}

  static Map<TopicPartition, Long> of(
      DatasetSpec dataset, Map<String, String> kafka, Map<Integer, PartitionRange> committed) {
    Properties config = new Properties();
    config.putAll(kafka);
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    String topic = dataset.source().topic();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      Map<TopicPartition, Long> first = consumer.beginningOffsets(partitions);
      Map<TopicPartition, Long> end = consumer.endOffsets(partitions);
      Map<TopicPartition, Long> start = new HashMap<>();
      for (TopicPartition partition : partitions) {
        PartitionRange last = committed.get(partition.partition());
        long from = first.getOrDefault(partition, 0L);
        long to = end.getOrDefault(partition, from);
        start.put(partition, last == null ? from : checked(partition, last.to(), from, to));
      }
      return start;
    } catch (KafkaException e) {
      throw MoulinException.external(
          "broker-unreachable",
          "Cannot ask the broker for the offsets of topic " + topic + ": " + e.getMessage(),
          "check that the broker runs and that the topic exists (moulin plan)",
          e);
    }
  }

  private static long checked(TopicPartition partition, long position, long first, long end) {
    if (position < first) {
      throw MoulinException.check(
          "records-expired",
          "Records %d to %d of %s are gone from the topic before they were ingested"
              .formatted(position, first - 1, partition),
          "raise source.retention, and load what was lost again under another dataset or topic");
    }
    if (position > end) {
      throw MoulinException.check(
          "topic-replaced",
          "The tables hold %s up to offset %d, but the topic ends at %d: it is not the same topic"
              .formatted(partition, position, end),
          "declare the new topic as a dataset of its own");
    }
    return position;
  }
}
