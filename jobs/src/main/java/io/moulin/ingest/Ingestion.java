package io.moulin.ingest;

import io.moulin.commit.Committable;
import io.moulin.commit.PartitionRange;
import io.moulin.decode.Decoders;
import io.moulin.decode.Undecodable;
import io.moulin.duck.Duck;
import io.moulin.ingest.crash.Marks;
import io.moulin.ingest.crash.Poison;
import io.moulin.parquet.ParquetOut;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DatasetTables;
import io.moulin.spec.DedupSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.TableSpec;
import io.moulin.spec.project.EngineSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.Map;
import org.apache.flink.util.FileUtils;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * The way of records into files, without Flink: records are added, batches are passed through
 * DuckDB when they are full, and {@link #finish} hands over all that was written since the last
 * time. One thread at a time.
 */
public final class Ingestion implements AutoCloseable {
  /** Their query takes about 24 MB. */
  private static final long KEYS_AT_ONCE = 1_000_000;

  private final EngineSpec engine;
  private final Path folder;
  private final String name;
  private final Duck duck;
  private final BatchPass pass;
  private final Memories memories;
  private final BatchTimes times;
  private @Nullable Marks marks;
  private Poison poison = Poison.NONE;
  private Committable made = Committable.EMPTY;
  private long batchBytes;
  private int batches;

  private Ingestion(
      EngineSpec engine,
      Path folder,
      String name,
      Duck duck,
      BatchPass pass,
      Memories memories,
      BatchTimes times) {
    this.engine = engine;
    this.folder = folder;
    this.name = name;
    this.duck = duck;
    this.pass = pass;
    this.memories = memories;
    this.times = times;
  }

  /**
   * Opens the way into the tables of {@code dataset}, which all exist.
   *
   * @param positions where the last commit ended, by partition
   * @param folder its own, for files until they are in a table and for what does not fit in memory
   * @param name begins the name of every file; nothing else may ever use it
   */
  public static Ingestion open(
      DatasetSpec dataset,
      EngineSpec engine,
      Catalog catalog,
      Map<Integer, PartitionRange> positions,
      Path folder,
      String name,
      Clock clock)
      throws SQLException, IOException {
    Files.createDirectories(folder);
    Map<Layer, Table> tables = new EnumMap<>(Layer.class);
    Map<Layer, ParquetOut> outputs = new EnumMap<>(Layer.class);
    for (TableSpec spec : dataset.tables()) {
      Table table = catalog.loadTable(TableIdentifier.of(spec.layer().namespace(), spec.name()));
      tables.put(spec.layer(), table);
      outputs.put(spec.layer(), new ParquetOut(spec, table, ParquetOut.Rows.STAGED));
    }
    SilverKeys silver = new SilverKeys(dataset, tables, folder, engine.memoryBytes(), KEYS_AT_ONCE);
    Duck duck = Duck.open(folder, engine.memoryBytes());
    try {
      Staging staging = new Staging(duck, dataset, Decoders.of(dataset));
      Memories memories = new Memories(dataset, positions, silver);
      BatchPass pass = new BatchPass(dataset, duck, staging, outputs, memories);
      BatchTimes times = BatchTimes.after(dataset, tables, clock);
      return new Ingestion(engine, folder, name, duck, pass, memories, times);
    } catch (SQLException | RuntimeException e) {
      duck.close();
      throw e;
    }
  }

  /**
   * Protects it against native code.
   *
   * @param toLeave says which records are in native code, for whoever comes after a crash
   * @param known records that are not let in
   */
  public void guard(Marks toLeave, Poison known) {
    marks = toLeave;
    poison = known;
  }

  /** Takes the next record of its partition; returns the reason when it is a dead letter. */
  public @Nullable Undecodable add(RawRecord record) throws SQLException, IOException {
    long bytes = record.value == null ? 0 : record.value.length;
    if (batchBytes + bytes > engine.batchBytes()) {
      pass(); // a batch is never larger than its bound, unless one record alone is
    }
    Undecodable poisonous = poison.reason(record.partition, record.offset);
    Undecodable reason = poisonous == null ? pass.add(record) : pass.refuse(record, poisonous);
    batchBytes += bytes;
    if (pass.consumed() >= engine.batchRows()) {
      pass();
    }
    return reason;
  }

  /** All that was added since the last time, written to files; nothing of it is committed yet. */
  public Committable finish() throws SQLException, IOException {
    pass();
    Committable all = made;
    made = Committable.EMPTY;
    return all;
  }

  /** Keys that dedup remembers. */
  long keys() {
    return memories.keys();
  }

  /** Bytes of the heap that they take. */
  long keyBytes() {
    return memories.keyBytes();
  }

  private void pass() throws SQLException, IOException {
    if (pass.consumed() == 0) {
      return;
    }
    Marks left = marks;
    if (left == null) {
      write();
      return;
    }
    left.enter(pass.spans());
    try {
      write();
    } finally {
      left.leave(); // a failure of Java's is no crash
    }
  }

  private void write() throws SQLException, IOException {
    made = made.plus(pass.finish(folder, name + "-" + batches++, times.next()));
    batchBytes = 0;
  }

  /** Closes it, and removes its folder. */
  @Override
  public void close() throws SQLException {
    try {
      duck.close();
    } finally {
      FileUtils.deleteDirectoryQuietly(folder.toFile());
    }
  }

  /**
   * The times at which batches are ingested. No two batches of a subtask have the same, even where
   * the clock stands still or goes back, so that bronze tells the order in which they were judged.
   */
  private static final class BatchTimes {
    private final Clock clock;
    private Instant last;

    private BatchTimes(Clock clock, Instant last) {
      this.clock = clock;
      this.last = last;
    }

    /**
     * Times that come after those of earlier runs, where the order of batches matters: when equal
     * rows are looked for in all partitions.
     */
    static BatchTimes after(DatasetSpec dataset, Map<Layer, Table> tables, Clock clock)
        throws IOException {
      Table bronze = tables.get(Layer.BRONZE);
      return new BatchTimes(
          clock,
          bronze == null || !DedupSpec.acrossTopic(dataset.dedup())
              ? Instant.EPOCH
              : greatest(bronze));
    }

    private static Instant greatest(Table bronze) throws IOException {
      Types.NestedField field = bronze.schema().findField(DatasetTables.INGESTED_AT);
      long greatest = 0;
      try (CloseableIterable<FileScanTask> tasks =
          bronze.newScan().includeColumnStats().planFiles()) {
        for (FileScanTask task : tasks) {
          Map<Integer, ByteBuffer> bounds = task.file().upperBounds();
          ByteBuffer bound = bounds == null ? null : bounds.get(field.fieldId());
          if (bound != null) {
            Long micros = Conversions.fromByteBuffer(field.type(), bound);
            greatest = Math.max(greatest, micros);
          }
        }
      }
      return Instant.EPOCH.plus(greatest, ChronoUnit.MICROS);
    }

    /** The time of the next batch, to the microsecond. */
    Instant next() {
      Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
      last = now.isAfter(last) ? now : last.plus(1, ChronoUnit.MICROS);
      return last;
    }
  }
}
