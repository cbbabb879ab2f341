package io.moulin.ingest;

import io.moulin.commit.Balance;
import io.moulin.commit.Books;
import io.moulin.commit.Committable;
import io.moulin.commit.Committer;
import io.moulin.commit.Ledger;
import io.moulin.commit.PartitionRange;
import io.moulin.decode.Decoders;
import io.moulin.duck.Duck;
import io.moulin.ingest.mend.MendJob;
import io.moulin.parquet.ParquetOut;
import io.moulin.platform.CatalogTables;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.TableSpec;
import io.moulin.spec.project.EngineSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;

/**
 * Ingest without broker and Flink: records in, real tables out, read back by an engine of its own.
 */
final class IngestBed implements AutoCloseable {
  static final Instant NOW = Instant.parse("2024-06-01T12:00:00Z");

  private final Path folder;
  private DatasetSpec dataset;
  private final InMemoryCatalog catalog;
  private final Map<Integer, List<RawRecord>> topic = new TreeMap<>();
  private int runs;
  private Duck duck;
  private BatchPass pass;
  private Committer committer;
  private int batches;
  private Map<Integer, PartitionRange> positions = Map.of();

  IngestBed(Path folder, DatasetSpec dataset) throws SQLException, IOException {
    this(folder, dataset, new InMemoryCatalog());
  }

  IngestBed(Path folder, DatasetSpec dataset, InMemoryCatalog catalog)
      throws SQLException, IOException {
    this.folder = folder;
    this.dataset = dataset;
    this.catalog = catalog;
    catalog.initialize("test", Map.of("warehouse", folder.resolve("warehouse").toString()));
    CatalogTables tables = new CatalogTables(catalog, Map.of());
    dataset.tables().forEach(tables::create);
    start();
  }

  /** Declares the dataset anew, with columns that its tables get as {@code apply} gives them. */
  void redeclare(DatasetSpec changed) throws SQLException, IOException {
    redeclared(changed);
    restart();
  }

  /** The same, while the run goes on by what was declared before. */
  void redeclared(DatasetSpec changed) {
    dataset = changed;
    CatalogTables tables = new CatalogTables(catalog, Map.of());
    for (TableSpec spec : changed.tables()) {
      for (TableSpec.FieldSpec field : spec.fields()) {
        if (table(spec.layer()).schema().findField(field.name()) == null) {
          tables.addColumn(spec.fullName(), field);
        }
      }
    }
  }

  DatasetSpec dataset() {
    return dataset;
  }

  /** Begins a new run from what the tables say, and reads on from there. */
  void restart() throws SQLException, IOException {
    duck.close();
    start();
    for (List<RawRecord> records : topic.values()) {
      for (RawRecord record : records) {
        PartitionRange last = positions.get(record.partition);
        if (last == null || record.offset >= last.to()) {
          pass.add(record);
        }
      }
    }
  }

  private void start() throws SQLException, IOException {
    String run = "run" + runs++;
    committer = new Committer(catalog, dataset, run);
    positions = committer.recover().map(Ledger::positions).orElse(Map.of());
    Path work = Files.createDirectories(folder.resolve("work").resolve(run));
    Map<Layer, Table> tables = new EnumMap<>(Layer.class);
    Map<Layer, ParquetOut> outputs = new EnumMap<>(Layer.class);
    for (TableSpec spec : dataset.tables()) {
      Table table = table(spec.layer());
      tables.put(spec.layer(), table);
      outputs.put(spec.layer(), new ParquetOut(spec, table, ParquetOut.Rows.STAGED));
    }
    duck = Duck.open(work, 256_000_000);
    Staging staging = new Staging(duck, dataset, Decoders.of(dataset));
    SilverKeys silver = new SilverKeys(dataset, tables, work, 256_000_000, 500);
    pass = new BatchPass(dataset, duck, staging, outputs, new Memories(dataset, positions, silver));
  }

  Catalog catalog() {
    return catalog;
  }

  Committer committer() {
    return committer;
  }

  /** A correction of its tables, a minute after what was ingested. */
  MendJob mendJob(int batchRows) {
    EngineSpec engine =
        new EngineSpec(
            EngineSpec.Kind.EMBEDDED,
            EngineSpec.Mode.BATCH,
            1,
            Duration.ofSeconds(1),
            batchRows,
            1_000_000,
            128_000_000);
    return new MendJob(
        dataset,
        engine,
        catalog,
        folder.resolve("mend"),
        folder.resolve("locks").toString(),
        "tester",
        Clock.fixed(NOW.plusSeconds(60), ZoneOffset.UTC));
  }

  IngestBed send(int partition, String... payloads) throws SQLException, IOException {
    for (String payload : payloads) {
      send(partition, NOW.toEpochMilli(), payload.getBytes(StandardCharsets.UTF_8));
    }
    return this;
  }

  IngestBed send(int partition, long recordTime, byte[] payload) throws SQLException, IOException {
    List<RawRecord> records = topic.computeIfAbsent(partition, p -> new ArrayList<>());
    RawRecord record = new RawRecord(partition, records.size(), recordTime, null, payload);
    records.add(record);
    pass.add(record);
    return this;
  }

  /** Ends the batch without committing it. */
  Committable finish() throws SQLException, IOException {
    String name = "run" + (runs - 1) + "-" + batches++;
    return pass.finish(folder.resolve("work").resolve("run" + (runs - 1)), name, NOW);
  }

  IngestBed commit() throws SQLException, IOException {
    committer.commit(finish());
    return this;
  }

  Balance balance() {
    return Books.of(catalog, dataset);
  }

  Table table(Layer layer) {
    return catalog.loadTable(TableIdentifier.of(layer.namespace(), dataset.table()));
  }

  /** All Parquet files in the warehouse, whether a table knows them or not. */
  List<Path> dataFiles() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("warehouse"))) {
      return files.filter(file -> file.toString().endsWith(".parquet")).toList();
    }
  }

  /** Rows of a table as text, one line each, columns joined by {@code |}. */
  List<String> rows(Layer layer, String columns) throws SQLException, IOException {
    return TableRows.of(table(layer), columns);
  }

  @Override
  public void close() throws SQLException {
    duck.close();
  }
}
