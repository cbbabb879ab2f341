package io.moulin.follow;

import io.moulin.commit.Committer;
import io.moulin.commit.Ledger;
import io.moulin.commit.PartitionRange;
import io.moulin.compact.Compaction;
import io.moulin.compact.CompactionWork;
import io.moulin.embedded.catalog.LocalFileIO;
import io.moulin.ingest.FaultyCatalog;
import io.moulin.ingest.Ingestion;
import io.moulin.ingest.RawRecord;
import io.moulin.platform.CatalogTables;
import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.Place;
import io.moulin.spec.TableSpec;
import io.moulin.spec.TypeParser;
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

/** A stream of two partitions into silver, and what follows it, without broker and Flink. */
public class SilverBed implements AutoCloseable {
  public static final long MEMORY = 128_000_000;
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
  protected DatasetSpec dataset;
  private final List<Long> offsets = new ArrayList<>(List.of(0L, 0L));
  private int runs;
  private Ingestion ingestion;
  private Committer committer;

  public SilverBed(Path folder, DatasetSpec dataset, FaultyCatalog catalog)
      throws SQLException, IOException {
    this.folder = folder;
    this.dataset = dataset;
    this.catalog = catalog;
    catalog.initialize("test", Map.of("warehouse", folder.resolve("warehouse").toString()));
    CatalogTables tables = new CatalogTables(catalog, Map.of());
    dataset.everyTable().forEach(tables::create);
    open();
  }

  /** A column of a dataset, such as {@code id long}, as it is on the wire and in silver. */
  public static ColumnSpec column(String nameAndType) {
    String[] words = nameAndType.split(" ", -1);
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
        Place.of("datasets/test.yml"));
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
  public void restart() throws SQLException, IOException {
    ingestion.close();
    open();
  }

  /** A record as it comes. */
  public void sendJson(int partition, String json) throws SQLException, IOException {
    sendJson(partition, json, 0);
  }

  /**
   * A record as it comes.
   *
   * @param second when it was produced
   */
  public void sendJson(int partition, String json, long second) throws SQLException, IOException {
    long offset = offsets.get(partition);
    offsets.set(partition, offset + 1);
    ingestion.add(
        new RawRecord(
            partition,
            offset,
            1_700_000_000_000L + second * 1000,
            null,
            json.getBytes(StandardCharsets.UTF_8)));
  }

  /** Commits what was sent. */
  public void commit() throws SQLException, IOException {
    committer.commit(ingestion.finish());
  }

  /** Merges small files, two and more of them. */
  public void compact() {
    CompactionWork work =
        new CompactionWork(
            folder.resolve("compact").toString(), folder.resolve("locks").toString(), MEMORY, 2);
    new Compaction(catalog, dataset, work).run(() -> false);
  }

  /** Who keeps a table that follows. */
  public Keeper keeper(Following following) {
    return new Keeper(
        following,
        new FollowJob(MEMORY, catalog, folder.resolve("keep"), folder.resolve("locks").toString()));
  }

  /** One that says at the latest after so many rows that made no difference. */
  public Keeper keeper(Following following, long rows) {
    return new Keeper(
        following,
        new FollowJob(MEMORY, catalog, folder.resolve("keep"), folder.resolve("locks").toString()),
        new Unsaid.Patience(rows, Duration.ofDays(1)));
  }

  /** How far a table that follows has come. */
  public Standing standing(Following following) {
    return Standing.of(catalog, following).orElseThrow();
  }

  /** A table as it is now. */
  public Table table(TableSpec spec) {
    return catalog.loadTable(TableIdentifier.of(spec.layer().namespace(), spec.name()));
  }

  public Table silver() {
    return table(dataset.table(Layer.SILVER));
  }

  /** Files of a table's folder that are part of no snapshot. */
  public static List<String> strangers(Table table) throws IOException {
    Set<String> known = new HashSet<>();
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
