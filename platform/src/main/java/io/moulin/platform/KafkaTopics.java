package io.moulin.platform;

import io.moulin.spec.MoulinException;
import io.moulin.spec.TopicSpec;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** Topics of a Kafka broker, or of one that speaks its protocol. */
public final class KafkaTopics implements Topics, AutoCloseable {
  private static final Duration LONGEST_CHANGE = Duration.ofSeconds(20);

  private final Map<String, String> properties;
  private @Nullable Admin admin;

  /**
   * @param clientProperties with which a Kafka client reaches the broker
   */
  public KafkaTopics(Map<String, String> clientProperties) {
    this.properties = Map.copyOf(clientProperties);
  }

  @Override
  public Map<String, TopicSpec> describe(Collection<String> names) {
    Map<String, TopicSpec> topics = new TreeMap<>();
    admin()
        .describeTopics(names)
        .topicNameValues()
        .forEach(
            (name, future) -> {
              TopicDescription topic = orMissing("describe topic " + name, future);
              if (topic != null) {
                topics.put(
                    name, new TopicSpec(name, topic.partitions().size(), Duration.ofMillis(-1)));
              }
            });
    List<ConfigResource> resources = topics.keySet().stream().map(KafkaTopics::resource).toList();
    admin()
        .describeConfigs(resources)
        .values()
        .forEach(
            (resource, future) -> {
              Config config = orMissing("describe topic " + resource.name(), future);
              if (config == null) {
                topics.remove(resource.name()); // removed since
              } else {
                topics.computeIfPresent(
                    resource.name(),
                    (name, topic) -> new TopicSpec(name, topic.partitions(), retention(config)));
              }
            });
    return topics;
  }

  private static Duration retention(Config config) {
    return Duration.ofMillis(Long.parseLong(config.get(TopicConfig.RETENTION_MS_CONFIG).value()));
  }

  @Override
  public void create(TopicSpec topic) {
    NewTopic created =
        new NewTopic(topic.name(), Optional.of(topic.partitions()), Optional.empty())
            .configs(Map.of(TopicConfig.RETENTION_MS_CONFIG, millis(topic.retention())));
    try {
      admin().createTopics(List.of(created)).all().get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw failed("create topic " + topic.name(), e.getCause());
      }
    } catch (InterruptedException e) {
      throw interrupted("create topic " + topic.name(), e);
    }
    awaitSeen(topic.name(), seen -> true);
  }

  @Override
  public void keepFor(String topic, Duration retention) {
    AlterConfigOp set =
        new AlterConfigOp(
            new ConfigEntry(TopicConfig.RETENTION_MS_CONFIG, millis(retention)),
            AlterConfigOp.OpType.SET);
    get(
        "set the retention of topic " + topic,
        admin().incrementalAlterConfigs(Map.of(resource(topic), List.of(set))).all());
    awaitSeen(topic, seen -> seen.retention().equals(retention));
  }

  @Override
  public void grow(String topic, int partitions) {
    TopicSpec now = describe(List.of(topic)).get(topic);
    if (now != null && now.partitions() >= partitions) {
      return;
    }
    get(
        "add partitions to topic " + topic,
        admin().createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions))).all());
    awaitSeen(topic, seen -> seen.partitions() >= partitions);
  }

  /** The controller has made a change; waits until the broker that answers questions knows it. */
  private void awaitSeen(String topic, Predicate<TopicSpec> change) {
    long end = System.nanoTime() + LONGEST_CHANGE.toNanos();
    TopicSpec seen = describe(List.of(topic)).get(topic);
    while (seen == null || !change.test(seen)) {
      if (System.nanoTime() > end) {
        throw MoulinException.external(
            "broker-slow",
            "The broker has accepted a change of topic %s and does not show it after %d seconds"
                .formatted(topic, LONGEST_CHANGE.toSeconds()),
            "see the log of the broker, then try again");
      }
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        throw interrupted("change topic " + topic, e);
      }
      seen = describe(List.of(topic)).get(topic);
    }
  }

  @Override
  public Map<Integer, Long> beginnings(String topic) {
    return offsets(topic, OffsetSpec.earliest());
  }

  @Override
  public Map<Integer, Long> ends(String topic) {
    return offsets(topic, OffsetSpec.latest());
  }

  @Override
  public Map<String, Map<Integer, Long>> ends(Collection<String> topics) {
    String what = "read the ends of topics";
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    admin()
        .describeTopics(topics)
        .topicNameValues()
        .forEach(
            (topic, future) -> {
              TopicDescription description = orMissing(what, future);
              if (description != null) {
                description
                    .partitions()
                    .forEach(
                        partition ->
                            asked.put(
                                new TopicPartition(topic, partition.partition()),
                                OffsetSpec.latest()));
              }
            });
    Map<String, Map<Integer, Long>> ends = new TreeMap<>();
    get(what, admin().listOffsets(asked).all())
        .forEach(
            (partition, info) ->
                ends.computeIfAbsent(partition.topic(), topic -> new TreeMap<>())
                    .put(partition.partition(), info.offset()));
    return ends;
  }

  private Map<Integer, Long> offsets(String topic, OffsetSpec which) {
    String what = "read the offsets of topic " + topic;
    TopicDescription description =
        get(what, admin().describeTopics(List.of(topic)).topicNameValues().get(topic));
    Map<TopicPartition, OffsetSpec> asked =
        description.partitions().stream()
            .map(partition -> new TopicPartition(topic, partition.partition()))
            .collect(Collectors.toMap(Function.identity(), partition -> which));
    Map<TopicPartition, ListOffsetsResultInfo> found = get(what, admin().listOffsets(asked).all());
    Map<Integer, Long> offsets = new TreeMap<>();
    found.forEach((partition, info) -> offsets.put(partition.partition(), info.offset()));
    return offsets;
  }

  @Override
  public Map<String, String> clientProperties() {
    return properties;
  }

  /** Ends the connection to the broker; a later call makes a new one. */
  @Override
  public synchronized void close() {
    if (admin != null) {
      admin.close(Duration.ofSeconds(2));
      admin = null;
    }
  }

  private synchronized Admin admin() {
    if (admin == null) {
      Properties all = new Properties();
      all.putAll(properties);
      // A broker that does not answer is an answer; a user should not wait a minute for it.
      all.putIfAbsent("default.api.timeout.ms", "20000");
      all.putIfAbsent("request.timeout.ms", "10000");
      try {
        admin = Admin.create(all);
      } catch (KafkaException e) {
        throw failed("connect", e);
      }
    }
    return admin;
  }

  private static ConfigResource resource(String topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, topic);
  }

  private static String millis(Duration duration) {
    return String.valueOf(duration.toMillis());
  }

  /** The value, or null when there is no such topic. */
  private <T> @Nullable T orMissing(String what, KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return null;
      }
      throw failed(what, e.getCause());
    } catch (InterruptedException e) {
      throw interrupted(what, e);
    }
  }

  private <T> T get(String what, @Nullable KafkaFuture<T> future) {
    try {
      if (future == null) {
        throw new IllegalStateException("Cannot " + what + ": the client did not ask for it");
      }
      return future.get();
    } catch (ExecutionException e) {
      throw failed(what, e.getCause());
    } catch (InterruptedException e) {
      throw interrupted(what, e);
    }
  }

  private MoulinException failed(String what, @Nullable Throwable cause) {
    Throwable known = cause == null ? new IllegalStateException("unknown") : cause;
    if (known instanceof UnknownTopicOrPartitionException) {
      return MoulinException.external(
          "topic-missing", "Cannot " + what + ": it does not exist", "run 'moulin apply'", known);
    }
    return MoulinException.external(
        "broker-failed",
        "Cannot %s: the broker at %s answered: %s"
            .formatted(what, properties.get("bootstrap.servers"), describe(known)),
        "check that the broker runs, and 'broker' in moulin.yml",
        known);
  }

  private static String describe(Throwable cause) {
    StringBuilder text = new StringBuilder(String.valueOf(cause.getMessage()));
    for (Throwable next = cause.getCause(); next != null; next = next.getCause()) {
      text.append(": ").append(next.getMessage());
    }
    return text.toString();
  }

  private static MoulinException interrupted(String what, InterruptedException e) {
    Thread.currentThread().interrupt();
    return MoulinException.external("interrupted", "Interrupted: could not " + what, "", e);
  }
}
