package io.moulin.plan;

import io.moulin.plan.Actual.ActualTable;
import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DataType.Scalar;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DeadLetterSpec;
import io.moulin.spec.KeySpec;
import io.moulin.spec.PartitionSpec;
import io.moulin.spec.Place;
import io.moulin.spec.SourceSpec;
import io.moulin.spec.TableSpec;
import io.moulin.spec.TimeSpec;
import io.moulin.spec.TopicSpec;
import io.moulin.spec.TypeParser;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A dataset to plan with, and what exists of it. */
record Green(
    String name,
    String table,
    String topic,
    int partitions,
    Duration retention,
    List<ColumnSpec> columns,
    List<PartitionSpec> partition,
    @Nullable KeySpec key) {
  private static final Place AT = Place.of("datasets/green.yml");

  static Green plain() {
    return new Green(
            "taxi.green",
            "green",
            "taxi.raw_green",
            4,
            Duration.ofDays(3),
            List.of(),
            List.of(),
            null)
        .with("VendorID", "int", "vendor_id", "int")
        .with("pickup", "string", "pickup", "string")
        .with("fare", "float", "fare", "decimal(8,2)")
        .with("distance", "double", "distance", "double");
  }

  Green with(String name, String type, String as, String silver) {
    return column(name, type, as, silver, "", null);
  }

  /** With a column, in the place of the one of the same name if there is one. */
  Green column(
      String name, String type, String as, String silver, String doc, @Nullable String was) {
    ColumnSpec column =
        new ColumnSpec(
            name,
            TypeParser.parse(type),
            as,
            TypeParser.parse(silver),
            doc,
            false,
            false,
            List.of(),
            was,
            AT);
    List<ColumnSpec> all = new ArrayList<>(columns);
    if (all.stream().anyMatch(other -> other.name().equals(name))) {
      all.replaceAll(other -> other.name().equals(name) ? column : other);
    } else {
      all.add(column);
    }
    return columns(all);
  }

  Green without(String name) {
    return columns(columns.stream().filter(column -> !column.name().equals(name)).toList());
  }

  private Green columns(List<ColumnSpec> changed) {
    return new Green(name, table, topic, partitions, retention, changed, partition, key);
  }

  Green topic(int count, Duration kept) {
    return new Green(name, table, topic, count, kept, columns, partition, key);
  }

  Green partitionedBy(String column, PartitionSpec.Transform transform) {
    return new Green(
        name,
        table,
        topic,
        partitions,
        retention,
        columns,
        List.of(new PartitionSpec(column, transform)),
        key);
  }

  Green keyed() {
    KeySpec trip = new KeySpec("trip_id", List.of("vendor_id"), KeySpec.Hash.MD5, AT);
    return new Green(name, table, topic, partitions, retention, columns, partition, trip);
  }

  Green named(String other) {
    return new Green(other, table, topic, partitions, retention, columns, partition, key);
  }

  /** The pickup is the event time where it is a time. */
  private @Nullable TimeSpec time() {
    return columns.stream().anyMatch(column -> column.type() == Scalar.TIMESTAMP)
        ? new TimeSpec(
            "pickup",
            List.of("iso"),
            ZoneId.of("UTC"),
            Duration.ZERO,
            null,
            null,
            Duration.ofSeconds(30))
        : null;
  }

  DatasetSpec spec() {
    return new DatasetSpec(
        name,
        table,
        "",
        new SourceSpec(topic, partitions, retention, SourceSpec.Format.JSON, null),
        new DeadLetterSpec(topic + ".dlq", 1, Duration.ofDays(7), 0),
        time(),
        columns,
        DatasetSpec.UnknownFields.IGNORE,
        List.of(),
        List.of(),
        List.of(),
        null,
        key,
        partition,
        List.of(),
        AT);
  }

  /** All of it, as it is after an apply. */
  Actual exists() {
    Map<String, TopicSpec> topics = new HashMap<>();
    Map<String, ActualTable> tables = new HashMap<>();
    spec().topics().forEach(topic -> topics.put(topic.name(), topic));
    for (TableSpec each : spec().tables()) {
      tables.put(
          each.fullName(),
          new ActualTable(
              each.fullName(),
              each.fields(),
              each.partition(),
              10,
              Map.of("moulin.dataset", name)));
    }
    return new Actual(topics, tables);
  }
}
