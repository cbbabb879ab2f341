package io.moulin.plan;

import io.moulin.spec.DataType;
import io.moulin.spec.PartitionSpec;
import io.moulin.spec.TableSpec;
import io.moulin.spec.TableSpec.FieldSpec;
import io.moulin.spec.TopicSpec;
import java.time.Duration;
import java.util.stream.Collectors;

/** One step from what exists to what is declared. Doing it twice is the same as doing it once. */
public sealed interface Change {

  /** Name of the dataset that asks for it. */
  String dataset();

  /** What it is done to, for example {@code table silver.trips}. */
  String target();

  /** One line that says what is done, without the target. */
  String what();

  /** What it does to that which runs and that which is stored. */
  Impact impact();

  /** What a user should know before it is made; empty when there is nothing. */
  default String note() {
    return "";
  }

  /** True when it makes something new, false when it alters what exists. */
  default boolean creates() {
    return this instanceof CreateTopic || this instanceof CreateTable;
  }

  /** Makes a topic. */
  record CreateTopic(String dataset, TopicSpec topic) implements Change {
    @Override
    public String target() {
      return "topic " + topic.name();
    }

    @Override
    public String what() {
      return "create with %s, records kept %s"
          .formatted(
              Texts.count(topic.partitions(), "partition"), Texts.retention(topic.retention()));
    }

    @Override
    public Impact impact() {
      return Impact.NONE;
    }
  }

  /** Alters how long a topic keeps its records. */
  record KeepRecords(String dataset, String topic, Duration from, Duration to) implements Change {
    @Override
    public String target() {
      return "topic " + topic;
    }

    @Override
    public String what() {
      return "keep records %s instead of %s".formatted(Texts.retention(to), Texts.retention(from));
    }

    @Override
    public Impact impact() {
      return shorter() ? Impact.DATA_LOSS : Impact.NONE;
    }

    @Override
    public String note() {
      return shorter()
          ? "the broker deletes older records; rows that were ingested stay in their tables"
          : "";
    }

    private boolean shorter() {
      return !to.isNegative() && (from.isNegative() || to.compareTo(from) < 0);
    }
  }

  /** Raises the number of a topic's partitions. */
  record GrowTopic(String dataset, String topic, int from, int to) implements Change {
    @Override
    public String target() {
      return "topic " + topic;
    }

    @Override
    public String what() {
      return "grow from %s to %d".formatted(Texts.count(from, "partition"), to);
    }

    @Override
    public Impact impact() {
      return Impact.RESTART;
    }

    @Override
    public String note() {
      return "keys move to other partitions: duplicates of which one came before the change and"
          + " one after it may both be kept";
    }
  }

  /** Makes a table. */
  record CreateTable(TableSpec table) implements Change {
    @Override
    public String dataset() {
      return table.dataset();
    }

    @Override
    public String target() {
      return "table " + table.fullName();
    }

    @Override
    public String what() {
      String columns = "create with " + Texts.count(table.fields().size(), "column");
      return table.partition().isEmpty()
          ? columns
          : columns
              + ", partitioned by "
              + table.partition().stream()
                  .map(PartitionSpec::toString)
                  .collect(Collectors.joining(", "));
    }

    @Override
    public Impact impact() {
      return Impact.NONE;
    }
  }

  /** Adds an optional column to a table. */
  record AddColumn(String dataset, String table, FieldSpec field) implements Change {
    @Override
    public String target() {
      return "table " + table;
    }

    @Override
    public String what() {
      return "add column %s %s; empty in the rows that exist".formatted(field.name(), field.type());
    }

    @Override
    public Impact impact() {
      return Impact.RESTART;
    }
  }

  /** Widens the type of a column. */
  record WidenColumn(String dataset, String table, String column, DataType from, DataType to)
      implements Change {
    @Override
    public String target() {
      return "table " + table;
    }

    @Override
    public String what() {
      return "widen column %s from %s to %s".formatted(column, from, to);
    }

    @Override
    public Impact impact() {
      return Impact.RESTART;
    }
  }

  /** Sets the documentation of a column. */
  record DocumentColumn(String dataset, String table, String column, String doc) implements Change {
    @Override
    public String target() {
      return "table " + table;
    }

    @Override
    public String what() {
      return doc.isEmpty()
          ? "remove the documentation of column " + column
          : "document column %s: %s".formatted(column, Texts.line(doc));
    }

    @Override
    public Impact impact() {
      return Impact.NONE;
    }
  }
}
