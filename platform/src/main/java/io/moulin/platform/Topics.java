package io.moulin.platform;

import io.moulin.spec.TopicSpec;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;

/**
 * The broker's topics. Every method fails with a {@link io.moulin.spec.MoulinException} of kind
 * EXTERNAL when the broker does not answer.
 */
public interface Topics {

  /** Those of {@code names} that exist, by name. */
  Map<String, TopicSpec> describe(Collection<String> names);

  /** Makes a topic; does nothing when one of that name exists. */
  void create(TopicSpec topic);

  /** Sets how long records are kept. */
  void keepFor(String topic, Duration retention);

  /** Raises the number of partitions to {@code partitions}; does nothing when it has as many. */
  void grow(String topic, int partitions);

  /** First offset that can still be read, by partition. */
  Map<Integer, Long> beginnings(String topic);

  /** Offset after the last record, by partition. */
  Map<Integer, Long> ends(String topic);

  /** As {@link #ends(String)} for several topics at once; those that do not exist are left out. */
  Map<String, Map<Integer, Long>> ends(Collection<String> topics);

  /**
   * Properties with which a Kafka client reaches the broker, {@code bootstrap.servers} included.
   */
  Map<String, String> clientProperties();
}
