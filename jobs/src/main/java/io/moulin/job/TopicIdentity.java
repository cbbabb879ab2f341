package io.moulin.job;

import io.moulin.commit.PartitionRange;
import io.moulin.commit.TopicMark;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.MoulinException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.iceberg.catalog.Catalog;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;

/**
 * Sees to it that a topic is still the one that the tables were filled from. One that was deleted
 * and made again begins at offset 0, so that offsets of the ledger would skip its first records
 * without a word as soon as it has more of them than the old one had.
 */
final class TopicIdentity {
  private TopicIdentity() {}

  /**
   * @param committed where the last commit ended, by partition
   */
  static void check(
      Catalog catalog,
      DatasetSpec dataset,
      Map<String, String> kafka,
      Map<Integer, PartitionRange> committed) {
    String topic = dataset.source().topic();
    Optional<String> id = id(topic, kafka);
    if (id.isEmpty()) {
      return; // a broker that is too old to tell
    }
    TopicMark now = new TopicMark(topic, id.get());
    Optional<TopicMark> mark = TopicMark.of(catalog, dataset);
    if (mark.isEmpty() || committed.isEmpty()) {
      now.leave(catalog, dataset);
    } else if (!mark.get().id().equals(now.id())) {
      throw MoulinException.check(
          "topic-replaced",
          "The tables of %s were filled from topic %s (id %s), and topic %s (id %s) is another one"
              .formatted(dataset.name(), mark.get().topic(), mark.get().id(), topic, now.id()),
          ("declare the new topic as a dataset of its own; only when it holds the same records at"
                  + " the same offsets, delete %s and run again")
              .formatted(TopicMark.location(catalog, dataset)));
    }
  }

  private static Optional<String> id(String topic, Map<String, String> kafka) {
    Properties config = new Properties();
    config.putAll(kafka);
    try (Admin admin = Admin.create(config)) {
      TopicDescription described =
          admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
      return Optional.ofNullable(described)
          .map(TopicDescription::topicId)
          .filter(id -> !id.equals(Uuid.ZERO_UUID))
          .map(Uuid::toString);
    } catch (KafkaException | ExecutionException e) {
      throw unreachable(topic, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreachable(topic, e);
    }
  }

  private static MoulinException unreachable(String topic, Exception e) {
    return MoulinException.external(
        "broker-unreachable",
        "Cannot ask the broker about topic " + topic + ": " + e.getMessage(),
        "check that the broker runs and that the topic exists (moulin plan)",
        e);
  }
}
