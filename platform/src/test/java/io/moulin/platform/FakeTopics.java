package io.moulin.platform;

import io.moulin.spec.MoulinException;
import io.moulin.spec.TopicSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Topics in memory: how many records each partition has, but no records. */
public final class FakeTopics implements Topics {
  private final Map<String, TopicSpec> topics = new HashMap<>();
  private final Map<String, List<Long>> ends = new HashMap<>();
  private final Fault.Source faults;

  FakeTopics(Fault.Source faults) {
    this.faults = faults;
  }

  @Override
  public Map<String, TopicSpec> describe(Collection<String> names) {
    Map<String, TopicSpec> found = new HashMap<>();
    run(
        "describe topics",
        () ->
            names.forEach(
                name -> {
                  TopicSpec topic = topics.get(name);
                  if (topic != null) {
                    found.put(name, topic);
                  }
                }));
    return found;
  }

  @Override
  public void create(TopicSpec topic) {
    run(
        "create topic " + topic.name(),
        () -> {
          if (topics.putIfAbsent(topic.name(), topic) == null) {
            ends.put(topic.name(), new ArrayList<>(Collections.nCopies(topic.partitions(), 0L)));
          }
        });
  }

  @Override
  public void keepFor(String topic, Duration retention) {
    run(
        "keep records of " + topic,
        () -> {
          TopicSpec old = existing(topic);
          topics.put(topic, new TopicSpec(topic, old.partitions(), retention));
        });
  }

  @Override
  public void grow(String topic, int partitions) {
    run(
        "grow topic " + topic,
        () -> {
          TopicSpec old = existing(topic);
          List<Long> records = records(topic);
          while (records.size() < partitions) {
            records.add(0L);
          }
          topics.put(topic, new TopicSpec(topic, records.size(), old.retention()));
        });
  }

  @Override
  public Map<Integer, Long> beginnings(String topic) {
    Map<Integer, Long> beginnings = new TreeMap<>();
    run(
        "find the beginnings of " + topic,
        () -> {
          for (int partition = 0; partition < records(topic).size(); partition++) {
            beginnings.put(partition, 0L);
          }
        });
    return beginnings;
  }

  @Override
  public Map<Integer, Long> ends(String topic) {
    Map<Integer, Long> found = new TreeMap<>();
    run(
        "find the ends of " + topic,
        () -> records(topic).forEach(end -> found.put(found.size(), end)));
    return found;
  }

  @Override
  public Map<String, Map<Integer, Long>> ends(Collection<String> names) {
    Map<String, Map<Integer, Long>> all = new TreeMap<>();
    names.stream().filter(topics::containsKey).forEach(name -> all.put(name, ends(name)));
    return all;
  }

  @Override
  public Map<String, String> clientProperties() {
    return Map.of("bootstrap.servers", "fake:9092");
  }

  /** Adds {@code count} records to a partition. */
  public void produce(String topic, int partition, long count) {
    records(topic).set(partition, records(topic).get(partition) + count);
  }

  private TopicSpec existing(String topic) {
    TopicSpec found = topics.get(topic);
    if (found == null) {
      throw MoulinException.external("unknown-topic", "There is no topic '" + topic + "'", "");
    }
    return found;
  }

  private List<Long> records(String topic) {
    existing(topic);
    return ends.getOrDefault(topic, List.of());
  }

  private void run(String operation, Runnable body) {
    faults.next(operation).run(operation, body);
  }
}
