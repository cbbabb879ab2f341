package io.moulin.load.file;

import io.moulin.load.file.ColumnMatch.Matched;
import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.MoulinException;
import io.moulin.spec.Sql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parquet, read by DuckDB in process, in the file's order. */
public final class ParquetRows implements Rows {
  private final Path path;
  private final Connection connection;
  private final Statement statement;
  private final ResultSet rows;
  private final ColumnMatch match;
  private final ParquetColumn[] columns;
  private final int[] watched;
  private final JsonText json = new JsonText();

  public ParquetRows(Path path, DatasetSpec dataset, List<ColumnSpec> watchedColumns) {
    this.path = path;
    this.connection = DuckDb.open();
    try {
      this.statement = connection.createStatement();
      List<String> names = new ArrayList<>();
      List<String> types = new ArrayList<>();
      describe(statement, path, names, types);
      this.match = ColumnMatch.of(path, names, dataset);
      this.columns = new ParquetColumn[match.columns().size()];
      for (int i = 0; i < columns.length; i++) {
        Matched matched = match.columns().get(i);
        String type = types.get(matched.index());
        columns[i] = ParquetColumn.of(matched, type, i + 1, dataset);
      }
      this.watched = watchedColumns.stream().mapToInt(match::place).toArray();
      this.rows = statement.executeQuery(select(path, names));
    } catch (SQLException e) {
      close(connection);
      throw failed(path, e);
    } catch (RuntimeException e) {
      close(connection);
      throw e;
    }
  }

  private String select(Path file, List<String> names) {
    List<String> expressions = new ArrayList<>();
    for (ParquetColumn column : columns) {
      expressions.add(column.sql(Sql.name(names.get(column.matched().index()))));
    }
    return "SELECT " + String.join(", ", expressions) + " FROM " + source(file);
  }

  public static String source(Path file) {
    return "read_parquet(" + DuckDb.fileToRead(file) + ", hive_partitioning = false)";
  }

  private static void describe(
      Statement statement, Path path, List<String> names, List<String> types) throws SQLException {
    String sql = "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM %s)";
    try (ResultSet result = statement.executeQuery(sql.formatted(source(path)))) {
      while (result.next()) {
        names.add(result.getString(1));
        types.add(result.getString(2));
      }
    }
  }

  /** How many rows the file says that it has. */
  public static long count(Path path) {
    try (Connection connection = DuckDb.open();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT count(*) FROM " + source(path))) {
      result.next();
      return result.getLong(1);
    } catch (SQLException e) {
      throw failed(path, e);
    }
  }

  private static MoulinException failed(Path path, SQLException e) {
    if (!Files.isReadable(path)) {
      return MoulinException.user(
          "file-unreadable", "Cannot read " + path, "check that you may read it", e);
    }
    String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return MoulinException.user(
        "file-broken",
        path + " is broken: " + message,
        "fetch the file again: it is cut off or damaged",
        e);
  }

  public List<String> warnings() {
    return match.warnings();
  }

  @Override
  public boolean next() throws IOException {
    try {
      return rows.next();
    } catch (SQLException e) {
      throw failed(path, e);
    }
  }

  @Override
  public byte[] value() {
    json.clear();
    json.raw('{');
    try {
      for (int i = 0; i < columns.length; i++) {
        if (i > 0) {
          json.raw(',');
        }
        columns[i].append(json, rows);
      }
    } catch (SQLException e) {
      throw failed(path, e);
    }
    json.raw('}');
    return json.copy();
  }

  @Override
  public @Nullable String text(int index) {
    int at = watched[index];
    try {
      return at < 0 ? null : columns[at].text(rows);
    } catch (SQLException e) {
      throw failed(path, e);
    }
  }

  @Override
  public void close() {
    close(connection);
  }

  private static void close(Connection connection) {
    try {
      // Closes its statements and results too.
      connection.close();
    } catch (SQLException e) {
      throw MoulinException.internal("duckdb", "Cannot close DuckDB: " + e.getMessage(), e);
    }
  }
}
