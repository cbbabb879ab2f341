package io.moulin.ingest;

import io.moulin.duck.Duck;
import io.moulin.ingest.keys.KeyMemory;
import io.moulin.parquet.LocalDisk;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DatasetTables;
import io.moulin.spec.DedupSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.Sql;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/**
 * The keys that silver (and the table of late rows) already hold: what dedup has to remember when a
 * job begins. Reading them from the tables makes the tables the only state there is.
 */
final class SilverKeys {
  private static final List<String> OURS =
      List.of(DatasetTables.PARTITION, DatasetTables.RECORD_TIME);

  private final DatasetSpec dataset;
  private final Map<Layer, Table> tables;
  private final Path folder;
  private final long memoryBytes;
  private final long keysAtOnce;

  /**
   * @param memoryBytes what reading may use
   * @param keysAtOnce the result of a query is in memory as a whole, whatever the limit says, so no
   *     query reads much more keys than these
   */
  SilverKeys(
      DatasetSpec dataset,
      Map<Layer, Table> tables,
      Path folder,
      long memoryBytes,
      long keysAtOnce) {
    this.dataset = dataset;
    this.tables = tables;
    this.folder = folder;
    this.memoryBytes = memoryBytes;
    this.keysAtOnce = keysAtOnce;
  }

  /**
   * Reminds {@code memory} of the keys of records since then.
   *
   * @param partition whose keys; null for those of all
   * @param since in microseconds since 1970
   */
  void load(@Nullable Integer partition, long since, KeyMemory memory)
      throws SQLException, IOException {
    for (Layer layer : List.of(Layer.LATE, Layer.SILVER)) {
      Table table = tables.get(layer);
      if (table == null) {
        continue;
      }
      long keys = 0;
      List<DataFile> files = new ArrayList<>();
      for (DataFile file : files(table, partition, since)) {
        keys += file.recordCount();
        files.add(file);
        if (keys >= keysAtOnce) {
          read(table, layer, files, partition, since, memory);
          files.clear();
          keys = 0;
        }
      }
      if (!files.isEmpty()) {
        read(table, layer, files, partition, since, memory);
      }
    }
  }

  private static List<DataFile> files(Table table, @Nullable Integer partition, long since)
      throws IOException {
    Expression recent = Expressions.greaterThanOrEqual(DatasetTables.RECORD_TIME, since);
    Expression wanted =
        partition == null
            ? recent
            : Expressions.and(recent, Expressions.equal(DatasetTables.PARTITION, partition));
    List<DataFile> files = new ArrayList<>();
    table.refresh();
    try (CloseableIterable<FileScanTask> tasks = table.newScan().filter(wanted).planFiles()) {
      tasks.forEach(task -> files.add(task.file()));
    }
    return files;
  }

  /** The file itself when it is on this machine's disk, otherwise a copy. */
  private Path local(Table table, String location, int index) throws IOException {
    Optional<Path> onDisk = LocalDisk.path(location);
    if (onDisk.isPresent()) {
      return onDisk.get();
    }
    Path copy = Files.createDirectories(folder.resolve("keys")).resolve(index + ".parquet");
    try (InputStream in = table.io().newInputFile(location).newStream()) {
      Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
    }
    return copy;
  }

  /**
   * The columns behind a key, found by field id: files that are older than a column have NULL in
   * it, as every reader of the table sees it.
   */
  private String relation(Table table, Layer layer, List<Path> files) {
    String columns =
        dataset.table(layer).fields().stream()
            .filter(field -> needed(field.name()))
            .map(
                field ->
                    "%d: {name: %s, type: %s, default_value: NULL}"
                        .formatted(
                            table.schema().findField(field.name()).fieldId(),
                            Sql.text(field.name()),
                            Sql.text(field.type().sql())))
            .collect(Collectors.joining(", "));
    String list =
        files.stream().map(file -> Sql.text(file.toString())).collect(Collectors.joining(", "));
    return "read_parquet([%s], hive_partitioning = false, schema = MAP {%s})"
        .formatted(list, columns);
  }

  private boolean needed(String column) {
    return OURS.contains(column)
        || (dataset.dedup() != null && dataset.dedup().key().contains(column));
  }

  private void read(
      Table table,
      Layer layer,
      List<DataFile> files,
      @Nullable Integer partition,
      long since,
      KeyMemory memory)
      throws SQLException, IOException {
    DedupSpec dedup = dataset.dedup();
    if (dedup == null) {
      return;
    }
    List<Path> paths = new ArrayList<>();
    for (DataFile file : files) {
      paths.add(local(table, file.location(), paths.size()));
    }
    String time = "epoch_us(%s)".formatted(DatasetTables.RECORD_TIME);
    String keys =
        "SELECT CAST(h >> 65 AS BIGINT), CAST(h & 9223372036854775807 AS BIGINT), t FROM"
            + " (SELECT %s AS h, %s AS t FROM %s WHERE %s >= %d%s)"
                .formatted(
                    IngestSql.hash(dedup.key()),
                    time,
                    relation(table, layer, paths),
                    time,
                    since,
                    partition == null
                        ? ""
                        : " AND %s = %d".formatted(DatasetTables.PARTITION, partition));
    try (Duck duck = Duck.openReading(folder, paths, memoryBytes)) {
      duck.query(keys, row -> memory.remember(row.getLong(1), row.getLong(2), row.getLong(3)));
    }
  }
}
