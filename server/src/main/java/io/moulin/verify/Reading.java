package io.moulin.verify;

import io.moulin.control.Querying;
import io.moulin.control.Session;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DatasetTables;
import io.moulin.spec.Layer;
import io.moulin.spec.Sql;
import io.moulin.spec.TableSpec;
import io.moulin.spec.TableSpec.FieldSpec;
import io.moulin.spec.history.HistorySpec;
import io.moulin.spec.history.HistoryTable;
import io.moulin.spec.live.LiveTable;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads what there is: the topic by a consumer of its own, the tables by queries. */
final class Reading {
  /** They say when something was done, which is different in every run. */
  private static final Set<String> TIMES_OF_A_RUN =
      Set.of(DatasetTables.INGESTED_AT, DatasetTables.QUARANTINED_AT, DatasetTables.FAILED_AT);

  /** Of the record behind a row. */
  private static final String PLACE = DatasetTables.PARTITION + ", " + DatasetTables.OFFSET;

  private final Querying querying;

  Reading(Querying querying) {
    this.querying = querying;
  }

  /** Every record that the topic holds. */
  static Contents topic(String bootstrap, String topic) {
    Properties config = new Properties();
    config.put("bootstrap.servers", bootstrap);
    config.put("enable.auto.commit", false);
    Contents contents = new Contents();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream()
          .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          contents.add(record.partition(), record.offset(), 0);
        }
      }
    }
    return contents;
  }

  /** All tables of a dataset. */
  Map<Layer, Contents> tables(Session session, DatasetSpec dataset) {
    Map<Layer, Contents> all = new EnumMap<>(Layer.class);
    for (TableSpec table : dataset.tables()) {
      all.put(table.layer(), table(session, table));
    }
    HistorySpec history = dataset.history();
    if (history != null) {
      all.put(Layer.HISTORY, versions(session, history, dataset.historyTable().orElseThrow()));
    }
    if (!dataset.live().isEmpty()) {
      all.put(Layer.LIVE, windows(session, dataset));
    }
    return all;
  }

  /** A window is told apart by its turn within its table. */
  private Contents windows(Session session, DatasetSpec dataset) {
    Contents contents = new Contents();
    for (int i = 0; i < dataset.live().size(); i++) {
      TableSpec table = LiveTable.of(dataset.live().get(i), dataset);
      String key =
          dataset.live().get(i).by().stream()
              .map(name -> ", " + Sql.name(name))
              .collect(Collectors.joining());
      String turn = "%d, row_number() OVER (ORDER BY %s%s) - 1".formatted(i, LiveTable.START, key);
      String columns =
          table.fields().stream()
              .map(field -> Sql.name(field.name()))
              .collect(Collectors.joining(", "));
      read(session, table, turn, "hash(" + columns + ") >> 1", contents);
    }
    return contents;
  }

  private Contents table(Session session, TableSpec table) {
    String columns =
        table.fields().stream()
            .map(FieldSpec::name)
            .filter(name -> !TIMES_OF_A_RUN.contains(name))
            .map(Sql::name)
            .collect(Collectors.joining(", "));
    Contents contents = new Contents();
    read(session, table, PLACE, "hash(" + columns + ") >> 1", contents);
    return contents;
  }

  /** A version is of no one record: it is told apart by its turn within its partition. */
  private Contents versions(Session session, HistorySpec history, TableSpec table) {
    String key = history.key().stream().map(Sql::name).collect(Collectors.joining(", "));
    String columns =
        table.fields().stream()
            .map(field -> Sql.name(field.name()))
            .collect(Collectors.joining(", "));
    String turn =
        "%1$s, row_number() OVER (PARTITION BY %1$s ORDER BY %2$s, %3$s) - 1"
            .formatted(HistoryTable.BUCKET, key, HistoryTable.VERSION);
    Contents contents = new Contents();
    read(session, table, turn, "hash(" + columns + ") >> 1", contents);
    return contents;
  }

  /** The records behind the dead letters and bronze, which are all records, each once. */
  Contents records(Session session, DatasetSpec dataset) {
    Contents contents = new Contents();
    read(session, dataset.table(Layer.DEAD_LETTERS), PLACE, "0", contents);
    read(session, dataset.table(Layer.BRONZE), PLACE, "0", contents);
    return contents;
  }

  private void read(Session session, TableSpec table, String place, String hash, Contents into) {
    String sql =
        "SELECT %s, %s FROM %s.%s"
            .formatted(place, hash, table.layer().namespace(), Sql.name(table.name()));
    querying.query(session, sql, Optional.empty(), Long.MAX_VALUE, new Into(into));
  }

  private record Into(Contents contents) implements Querying.Sink {
    @Override
    public void columns(List<String> names) {
      // They are known.
    }

    @Override
    public void row(List<Querying.@Nullable Value> values) {
      contents.add((int) number(values.get(0)), number(values.get(1)), number(values.get(2)));
    }

    private static long number(Querying.@Nullable Value value) {
      if (value == null) {
        throw new IllegalStateException("Cannot compare a row: it has no place in the topic");
      }
      return Long.parseLong(value.text());
    }
  }
}
