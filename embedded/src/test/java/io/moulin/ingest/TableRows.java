package io.moulin.ingest;

import io.moulin.embedded.catalog.KeptFileIO;
import io.moulin.parquet.LocalDisk;
import io.moulin.spec.Sql;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;

/** What a table holds, read by an engine of its own. */
public final class TableRows {
  private TableRows() {}

  /** Rows as text, one line each, columns joined by {@code |}. */
  public static List<String> of(Table table, String columns) throws SQLException, IOException {
    List<String> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      for (FileScanTask task : tasks) {
        String location = task.file().location();
        Path file =
            table.io() instanceof KeptFileIO kept
                ? kept.path(location)
                : LocalDisk.path(location).orElseThrow();
        files.add(Sql.text(file.toString()));
      }
    }
    if (files.isEmpty()) {
      return List.of();
    }
    String query =
        "SELECT %s FROM read_parquet([%s], union_by_name = true, hive_partitioning = false)"
            .formatted(columns, files.stream().collect(Collectors.joining(", ")));
    List<String> lines = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("SET TimeZone = 'UTC'");
      try (ResultSet rows =
          statement.executeQuery("SELECT CAST(COLUMNS(*) AS VARCHAR) FROM (" + query + ")")) {
        while (rows.next()) {
          List<String> cells = new ArrayList<>();
          for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
            cells.add(String.valueOf(rows.getString(i)));
          }
          lines.add(String.join("|", cells));
        }
      }
    }
    return lines;
  }
}
