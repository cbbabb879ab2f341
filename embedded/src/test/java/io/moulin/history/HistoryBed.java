package io.moulin.history;

import io.moulin.commit.Committer;
import io.moulin.commit.Ledger;
import io.moulin.commit.PartitionRange;
import io.moulin.embedded.catalog.LocalFileIO;
import io.moulin.ingest.FaultyCatalog;
import io.moulin.ingest.Ingestion;
import io.moulin.ingest.RawRecord;
import io.moulin.ingest.TableRows;
import io.moulin.platform.CatalogTables;
import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DeadLetterSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.Place;
import io.moulin.spec.SourceSpec;
import io.moulin.spec.TypeParser;
import io.moulin.spec.history.HistorySpec;
import io.moulin.spec.project.EngineSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/** A stream into silver and a history behind it, without broker and Flink. */
final class HistoryBed implements AutoCloseable {
  static final String VERSIONS =
      "id, plan, country, effective_start, effective_end, is_current, version";
  private static final long MEMORY = 128_000_000;
  private static final EngineSpec ENGINE =
      new EngineSpec(
          EngineSpec.Kind.EMBEDDED,
          EngineSpec.Mode.BATCH,
          1,
          Duration.ofSeconds(1),
          100_000,
          8_000_000,
          MEMORY);

  private final Path folder;
  private final Catalog catalog;
  private DatasetSpec dataset;
  private final List<Long> offsets = new ArrayList<>(List.of(0L, 0L));
  private int runs;
  private Ingestion ingestion;
  private Committer committer;

  HistoryBed(Path folder, DatasetSpec dataset) throws SQLException, IOException {
    this(folder, dataset, new FaultyCatalog());
  }

  HistoryBed(Path folder, DatasetSpec dataset, FaultyCatalog catalog)
      throws SQLException, IOException {
    this.folder = folder;
    this.dataset = dataset;
    this.catalog = catalog;
    catalog.initialize("test", Map.of("warehouse", folder.resolve("warehouse").toString()));
    CatalogTables tables = new CatalogTables(catalog, Map.of());
    dataset.everyTable().forEach(tables::create);
    open();
  }

  /** Users with a plan and a country; {@code op} is D where one is deleted. */
  static DatasetSpec users(HistorySpec history) {
    List<ColumnSpec> columns =
        Stream.of("id long", "plan string", "country string", "op string", "ts timestamp")
            .map(column -> column.split(" ", -1))
            .map(HistoryBed::column)
            .toList();
    return new DatasetSpec(
            "test.users",
            "users",
            "",
            new SourceSpec("test.users.raw", 2, Duration.ofDays(3), SourceSpec.Format.JSON, null),
            new DeadLetterSpec("test.users.dlq", 1, Duration.ofDays(7), 0),
            null,
            columns,
            DatasetSpec.UnknownFields.KEEP,
            List.of(),
            List.of(),
            List.of(),
            null,
            null,
            List.of(),
            List.of(),
            Place.of("datasets/users.yml"))
        .withHistory(history);
  }

  private static ColumnSpec column(String[] words) {
    return new ColumnSpec(
        words[0],
        TypeParser.parse(words[1]),
        words[0],
        TypeParser.parse(words[1]),
        "",
        false,
        false,
        List.of("iso"),
        null,
        Place.of("datasets/users.yml"));
  }

  static HistorySpec changes(int buckets) {
    return history(HistorySpec.Mode.CHANGES, "op = 'D'", buckets);
  }

  static HistorySpec listings(int buckets) {
    return history(HistorySpec.Mode.LISTING, null, buckets);
  }

  private static HistorySpec history(HistorySpec.Mode mode, @Nullable String deletes, int buckets) {
    return new HistorySpec(
        List.of("id"),
        List.of("plan", "country"),
        mode,
        "ts",
        deletes,
        buckets,
        null,
        Place.of("datasets/users.yml"));
  }

  /** Another declaration of the same tables. */
  void redeclare(HistorySpec history) {
    dataset = dataset.withHistory(history);
  }

  private void open() throws SQLException, IOException {
    String run = "run" + runs++;
    committer = new Committer(catalog, dataset, run);
    Map<Integer, PartitionRange> positions =
        committer.recover().map(Ledger::positions).orElse(Map.of());
    ingestion =
        Ingestion.open(
            dataset,
            ENGINE,
            catalog,
            positions,
            folder.resolve("work").resolve(run),
            run,
            Clock.systemUTC());
  }

  /** The process ends and another goes on from the tables; what was not committed is sent anew. */
  void restart() throws SQLException, IOException {
    ingestion.close();
    open();
  }

  /** A row of silver: id, plan, country, op and time, separated by blanks; {@code -} for none. */
  HistoryBed send(int partition, String row) throws SQLException, IOException {
    String[] words = row.split(" ", -1);
    List<String> fields = new ArrayList<>();
    List<String> names = List.of("id", "plan", "country", "op", "ts");
    for (int i = 0; i < words.length; i++) {
      if (!words[i].equals("-")) {
        String value = i == 0 ? words[i] : "\"" + words[i] + "\"";
        fields.add("\"" + names.get(i) + "\": " + value);
      }
    }
    return sendJson(partition, "{" + String.join(", ", fields) + "}");
  }

  HistoryBed sendJson(int partition, String json) throws SQLException, IOException {
    long offset = offsets.get(partition);
    offsets.set(partition, offset + 1);
    ingestion.add(
        new RawRecord(
            partition, offset, 1_700_000_000_000L, null, json.getBytes(StandardCharsets.UTF_8)));
    return this;
  }

  HistoryBed commit() throws SQLException, IOException {
    committer.commit(ingestion.finish());
    return this;
  }

  HistoryKeeper keeper() {
    return new HistoryKeeper(
        new HistoryJob(
            dataset, MEMORY, catalog, folder.resolve("keep"), folder.resolve("locks").toString()));
  }

  /** Commits what was sent and has the history follow. */
  Kept follow() throws SQLException, IOException {
    commit();
    return keeper().catchUp();
  }

  Table history() {
    return catalog.loadTable(TableIdentifier.of("history", dataset.table()));
  }

  Table silver() {
    return catalog.loadTable(TableIdentifier.of(Layer.SILVER.namespace(), dataset.table()));
  }

  /** The history, in order, columns joined by {@code |}. */
  List<String> versions() throws SQLException, IOException {
    return rows(VERSIONS);
  }

  List<String> rows(String columns) throws SQLException, IOException {
    return TableRows.of(history(), columns).stream().sorted().toList();
  }

  /** Files of the history's folder that are part of no snapshot. */
  List<String> strangers() throws IOException {
    Set<String> known = new HashSet<>();
    Table table = history();
    for (Snapshot snapshot : table.snapshots()) {
      try (CloseableIterable<FileScanTask> tasks =
          table.newScan().useSnapshot(snapshot.snapshotId()).planFiles()) {
        tasks.forEach(
            task -> known.add(LocalFileIO.path(task.file().location()).getFileName().toString()));
      }
    }
    Path data = LocalFileIO.path(table.location()).resolve("data");
    if (!Files.exists(data)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(data)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .filter(name -> !known.contains(name) && !name.endsWith(".crc"))
          .toList();
    }
  }

  @Override
  public void close() throws SQLException {
    ingestion.close();
  }
}
