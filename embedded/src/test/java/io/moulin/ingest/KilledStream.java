package io.moulin.ingest;

import io.moulin.commit.Balance;
import io.moulin.commit.Books;
import io.moulin.commit.Committable;
import io.moulin.commit.Committer;
import io.moulin.commit.Ledger;
import io.moulin.commit.PartitionRange;
import io.moulin.ingest.FaultyCatalog.Crash;
import io.moulin.ingest.FaultyCatalog.Fault;
import io.moulin.platform.CatalogTables;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.MoulinException;
import io.moulin.spec.project.EngineSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * Streams a topic into tables as a job does, but without broker and Flink, and is killed on the
 * way: within a batch, between writing files and the commit, and at any step of a commit. Each life
 * begins with nothing but the tables.
 */
final class KilledStream {
  private static final int LONGEST_BURST = 90;
  private static final List<Fault> FAULTS = List.of(Fault.values());

  private final Path folder;
  private final DatasetSpec dataset;
  private final Random random;
  private final FaultyCatalog catalog = new FaultyCatalog();
  private int lives;
  private int kills;

  KilledStream(Path folder, DatasetSpec dataset, Random random) {
    this.folder = folder;
    this.dataset = dataset;
    this.random = random;
    catalog.initialize("test", Map.of("warehouse", folder.resolve("warehouse").toString()));
    CatalogTables tables = new CatalogTables(catalog, Map.of());
    dataset.tables().forEach(tables::create);
  }

  FaultyCatalog catalog() {
    return catalog;
  }

  int kills() {
    return kills;
  }

  Balance balance() {
    return Books.of(catalog, dataset);
  }

  Table table(Layer layer) {
    return catalog.loadTable(TableIdentifier.of(layer.namespace(), dataset.table()));
  }

  /** Reads all of the topic at once, with one commit. */
  void undisturbed(ExampleTopic topic) throws SQLException, IOException {
    Committer committer = new Committer(catalog, dataset, "whole");
    committer.recover();
    try (Ingestion way = open("whole", Map.of(), 100_000)) {
      for (List<RawRecord> records : topic.partitions().values()) {
        for (RawRecord record : records) {
          way.add(record);
        }
      }
      committer.commit(way.finish());
    }
    committer.end();
  }

  /** Reads the topic until its end, by {@code parallelism} subtasks. */
  void killed(ExampleTopic topic, int parallelism) throws SQLException, IOException {
    catalog.failBy(this::fault);
    while (!live(topic, parallelism)) {
      kills++;
    }
    catalog.failBy(() -> Fault.NONE);
    Committer committer = new Committer(catalog, dataset, "last");
    committer.recover();
    committer.end();
  }

  private Fault fault() {
    return random.nextInt(12) == 0 ? FAULTS.get(random.nextInt(FAULTS.size())) : Fault.NONE;
  }

  /** A life; true when it has read all there is. */
  private boolean live(ExampleTopic topic, int parallelism) throws SQLException, IOException {
    String run = "life%d".formatted(lives++);
    List<Ingestion> ways = new ArrayList<>();
    try {
      Committer committer = new Committer(catalog, dataset, run);
      Map<Integer, PartitionRange> positions =
          committer.recover().map(Ledger::positions).orElse(Map.of());
      Map<Integer, List<RawRecord>> rest = rest(topic, positions);
      int batch = List.of(23, 150, 1_000).get(random.nextInt(3));
      for (int i = 0; i < parallelism; i++) {
        ways.add(open(run + "-subtask-" + i, positions, batch));
      }
      while (!rest.isEmpty()) {
        if (!read(rest, ways)) {
          return false;
        }
        Committable all = Committable.EMPTY;
        for (Ingestion way : ways) {
          all = all.plus(way.finish());
        }
        if (random.nextInt(10) == 0) {
          return false; // the files are written, and nobody knows of them
        }
        committer.commit(all);
      }
      return true;
    } catch (Crash | MoulinException e) {
      return false;
    } finally {
      for (Ingestion way : ways) {
        way.close();
      }
    }
  }

  /** Reads on for some bursts from partitions in turn; false when it dies of it. */
  private boolean read(Map<Integer, List<RawRecord>> rest, List<Ingestion> ways)
      throws SQLException, IOException {
    int bursts = 1 + random.nextInt(8);
    for (int i = 0; i < bursts && !rest.isEmpty(); i++) {
      List<Integer> partitions = rest.keySet().stream().sorted().toList();
      int partition = partitions.get(random.nextInt(partitions.size()));
      List<RawRecord> records = rest.getOrDefault(partition, List.of());
      int count = Math.min(records.size(), 1 + random.nextInt(LONGEST_BURST));
      for (RawRecord record : records.subList(0, count)) {
        ways.get(partition % ways.size()).add(record);
      }
      rest.put(partition, records.subList(count, records.size()));
      rest.values().removeIf(List::isEmpty);
      if (random.nextInt(40) == 0) {
        return false;
      }
    }
    return true;
  }

  private static Map<Integer, List<RawRecord>> rest(
      ExampleTopic topic, Map<Integer, PartitionRange> positions) {
    return topic.partitions().entrySet().stream()
        .map(
            entry -> {
              PartitionRange read = positions.get(entry.getKey());
              List<RawRecord> records = entry.getValue();
              return Map.entry(
                  entry.getKey(),
                  records.subList(read == null ? 0 : (int) read.to(), records.size()));
            })
        .filter(entry -> !entry.getValue().isEmpty())
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private Ingestion open(String name, Map<Integer, PartitionRange> positions, int batchRows)
      throws SQLException, IOException {
    return Ingestion.open(
        dataset,
        engine(batchRows),
        catalog,
        positions,
        folder.resolve("work").resolve(name),
        name,
        Clock.systemUTC());
  }

  static EngineSpec engine(int batchRows) {
    return new EngineSpec(
        EngineSpec.Kind.EMBEDDED,
        EngineSpec.Mode.BATCH,
        1,
        Duration.ofSeconds(1),
        batchRows,
        8L << 20,
        128L << 20);
  }

  /** Rows of a table without some columns, in order. */
  List<String> rows(Layer layer, String... without) throws SQLException, IOException {
    List<String> known =
        Stream.of(without)
            .filter(column -> table(layer).schema().findField(column) != null)
            .toList();
    String columns = known.isEmpty() ? "*" : "* EXCLUDE (%s)".formatted(String.join(", ", known));
    return TableRows.of(table(layer), columns).stream().sorted().toList();
  }
}
