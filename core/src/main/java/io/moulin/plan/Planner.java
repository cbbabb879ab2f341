package io.moulin.plan;

import io.moulin.spec.DatasetSpec;
import io.moulin.spec.TableSpec;
import io.moulin.spec.TopicSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares what is declared with what exists. What is no longer declared is left alone: a dataset
 * that is removed from the project keeps its topics and tables.
 */
public final class Planner {
  private final Actual actual;
  private final List<Change> changes = new ArrayList<>();
  private final List<Refusal> refused = new ArrayList<>();
  private final Map<String, TopicSpec> topics = new LinkedHashMap<>();
  private final Map<String, String> owners = new LinkedHashMap<>();

  private Planner(Actual actual) {
    this.actual = actual;
  }

  /** The plan that makes {@code desired} of {@code actual}, where no manifest was in force. */
  public static Plan plan(List<DatasetSpec> desired, Actual actual) {
    return plan(desired, actual, Map.of());
  }

  /**
   * The plan that makes {@code desired} of {@code actual}.
   *
   * @param former the manifests that are in force, by name of the dataset, as far as they are known
   */
  public static Plan plan(
      List<DatasetSpec> desired, Actual actual, Map<String, DatasetSpec> former) {
    Planner planner = new Planner(actual);
    for (DatasetSpec dataset : desired) {
      dataset.topics().forEach(topic -> planner.topic(dataset.name(), topic));
      dataset.everyTable().forEach(planner::table);
    }
    List<Carry> carried = new ArrayList<>();
    for (DatasetSpec dataset : desired) {
      DatasetSpec before = former.get(dataset.name());
      if (before != null) {
        planner.source(before, dataset);
        carried.addAll(Carries.between(before, dataset));
      }
    }
    return new Plan(planner.changes, planner.refused, carried);
  }

  /** Whether a job would do the same with both, wherever in their files they stand. */
  public static boolean same(DatasetSpec one, DatasetSpec other) {
    return Carries.shape(one).equals(Carries.shape(other));
  }

  /** What the tables say of positions is about one topic. */
  private void source(DatasetSpec before, DatasetSpec now) {
    String from = before.source().topic();
    String to = now.source().topic();
    boolean rows =
        now.tables().stream()
            .map(table -> actual.tables().get(table.fullName()))
            .anyMatch(table -> table != null && table.rows() > 0);
    if (rows && !from.equals(to)) {
      refused.add(
          new Refusal(
              now.name(),
              "job " + now.name(),
              "read topic %s instead of %s".formatted(to, from),
              Impact.DATA_LOSS,
              "the tables know how far %s was read; a job that began there in %s would leave records out"
                  .formatted(from, to),
              "keep 'topic: %s', or declare a new dataset for the new topic".formatted(from)));
    }
  }

  private void topic(String dataset, TopicSpec topic) {
    String target = "topic " + topic.name();
    TopicSpec planned = topics.putIfAbsent(topic.name(), topic);
    if (planned != null) {
      if (!planned.equals(topic)) {
        refused.add(
            new Refusal(
                dataset,
                target,
                "declare it with %s, records kept %s"
                    .formatted(
                        Texts.count(topic.partitions(), "partition"),
                        Texts.retention(topic.retention())),
                Impact.NONE,
                "another dataset declares the same topic with %s, records kept %s"
                    .formatted(
                        Texts.count(planned.partitions(), "partition"),
                        Texts.retention(planned.retention())),
                "declare the same 'partitions' and 'retention' in both"));
      }
      return;
    }
    TopicSpec existing = actual.topics().get(topic.name());
    if (existing == null) {
      changes.add(new Change.CreateTopic(dataset, topic));
      return;
    }
    partitions(dataset, existing, topic);
    if (!existing.retention().equals(topic.retention())) {
      changes.add(
          new Change.KeepRecords(dataset, topic.name(), existing.retention(), topic.retention()));
    }
  }

  private void partitions(String dataset, TopicSpec existing, TopicSpec topic) {
    if (existing.partitions() < topic.partitions()) {
      changes.add(
          new Change.GrowTopic(dataset, topic.name(), existing.partitions(), topic.partitions()));
    } else if (existing.partitions() > topic.partitions()) {
      refused.add(
          new Refusal(
              dataset,
              "topic " + topic.name(),
              "shrink from %s to %d"
                  .formatted(Texts.count(existing.partitions(), "partition"), topic.partitions()),
              Impact.DATA_LOSS,
              "a topic cannot give up partitions without giving up their records",
              "declare 'partitions: %d', or name a new topic".formatted(existing.partitions())));
    }
  }

  private void table(TableSpec table) {
    String other = owners.putIfAbsent(table.fullName(), table.dataset());
    Actual.@Nullable ActualTable existing = actual.tables().get(table.fullName());
    if (other != null) {
      refused.add(foreign(table, "dataset '" + other + "' has a table of the same name"));
    } else if (existing == null) {
      changes.add(new Change.CreateTable(table));
    } else {
      TableChanges differences = TableChanges.between(table, existing);
      changes.addAll(differences.changes());
      refused.addAll(differences.refused());
    }
  }

  /** The refusal to use a table that is another's. */
  static Refusal foreign(TableSpec table, String why) {
    return new Refusal(
        table.dataset(),
        "table " + table.fullName(),
        "use it for dataset " + table.dataset(),
        Impact.DATA_LOSS,
        why,
        "choose another 'table:' name in the manifest of '" + table.dataset() + "'");
  }
}
