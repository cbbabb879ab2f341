package io.moulin.bench.fresh;

import io.moulin.embedded.catalog.LocalFileIO;
import io.moulin.platform.IcebergTables;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.IncrementalAppendScan;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.CloseableIterable;

/**
 * Reads silver as any other program would, through the catalog, from a process of its own, and
 * notes how old each event is when it has been read.
 */
final class SilverReader implements AutoCloseable {
  private final IcebergTables tables;
  private final Table silver;
  private final Connection duckdb;
  private long seen;

  SilverReader(String catalog) throws SQLException {
    tables =
        IcebergTables.open(
            Map.of("type", "rest", "uri", catalog, "io-impl", LocalFileIO.class.getName()));
    silver = tables.catalog().loadTable(TableIdentifier.of("silver", "events"));
    duckdb = DriverManager.getConnection("jdbc:duckdb:");
    Snapshot current = silver.currentSnapshot();
    seen = current == null ? -1 : current.snapshotId();
  }

  /** Reads what is new; adds the age in milliseconds of every event to {@code ages}. */
  void poll(Ages ages) throws IOException, SQLException {
    silver.refresh();
    Snapshot current = silver.currentSnapshot();
    if (current == null || current.snapshotId() == seen) {
      return;
    }
    IncrementalAppendScan scan = silver.newIncrementalAppendScan().toSnapshot(current.snapshotId());
    if (seen >= 0) {
      scan = scan.fromSnapshotExclusive(seen);
    }
    List<String> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = scan.planFiles()) {
      for (FileScanTask task : tasks) {
        files.add("'" + Path.of(URI.create(task.file().location()).getPath()) + "'");
      }
    }
    seen = current.snapshotId();
    if (!files.isEmpty()) {
      read(files, ages);
    }
  }

  private void read(List<String> files, Ages ages) throws SQLException {
    String list = files.stream().collect(Collectors.joining(", "));
    List<long[]> times = new ArrayList<>();
    try (Statement statement = duckdb.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT epoch_ms(_record_time), count(*) FROM read_parquet([%s]) GROUP BY 1"
                    .formatted(list))) {
      while (rows.next()) {
        times.add(new long[] {rows.getLong(1), rows.getLong(2)});
      }
    }
    long readable = System.currentTimeMillis();
    times.forEach(time -> ages.add(readable - time[0], time[1]));
  }

  /** Snapshots and data files that the table has now. */
  String size() {
    silver.refresh();
    int snapshots = 0;
    for (Snapshot unused : silver.snapshots()) {
      snapshots++;
    }
    Snapshot current = silver.currentSnapshot();
    String files = current == null ? "0" : current.summary().getOrDefault("total-data-files", "?");
    return snapshots + " snapshots, " + files + " files";
  }

  @Override
  public void close() throws SQLException {
    duckdb.close();
    tables.close();
  }
}
