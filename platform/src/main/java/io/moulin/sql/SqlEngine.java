package io.moulin.sql;

import io.moulin.spec.MoulinException;
import io.moulin.spec.Sql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.duckdb.DuckDBDriver;
import org.jspecify.annotations.Nullable;

/**
 * Read-only SQL over the tables of an Iceberg catalog, by DuckDB in this process. Every query has a
 * database of its own, in memory, that can read the files of the tables it names and nothing else.
 */
public final class SqlEngine {
  /** What does not fit in memory goes to disk, up to this many times as much. */
  private static final long SPILL_TIMES_MEMORY = 16;

  private final NamedTables tables;
  private final QueryLimits limits;
  private final QueryNames names;

  /** Over tables alone. */
  public SqlEngine(Catalog catalog, QueryLimits limits) {
    this(catalog, limits, List.of(), List.of());
  }

  /**
   * Over tables and views.
   *
   * @param views each behind those that it reads
   * @param path namespaces in which a bare name is looked for
   */
  public SqlEngine(Catalog catalog, QueryLimits limits, List<NamedView> views, List<String> path) {
    this.tables = new NamedTables(catalog);
    this.limits = limits;
    this.names = new QueryNames(tables, views, path);
  }

  /**
   * Runs a query.
   *
   * @param limit the most rows that {@code sink} takes
   * @throws MoulinException for a query that is wrong, does more than read, or needs too much
   */
  public QueryResult query(String sql, AsOf asOf, long limit, RowSink sink) {
    if (limit < 0) {
      throw new IllegalArgumentException("Invalid limit: " + limit);
    }
    try (Connection duckdb = open()) {
      ReadStatement statement = ReadStatement.parse(duckdb, sql);
      QueryNames.Read read = answer(() -> names.of(statement));
      List<TableView> views = answer(() -> views(statement, read, asOf));
      confine(duckdb, views);
      views.forEach(view -> view.create(duckdb));
      names.create(duckdb, read.views());
      return run(duckdb, statement.sql(), limit, sink);
    } catch (SQLException e) {
      throw SqlFailures.of(e);
    }
  }

  /** All tables of the catalog, in the order of their names. */
  public List<TableInfo> tables() {
    return answer(
        () ->
            tables.all().stream()
                .map(name -> SnapshotInfos.table(name.toString(), tables.load(name)))
                .toList());
  }

  /** The snapshots of a table, newest first. */
  public List<SnapshotInfo> snapshots(String table) {
    return answer(() -> SnapshotInfos.of(tables.table(table)));
  }

  /** What the catalog answers; its failures have no type of their own. */
  private static <T> T answer(Supplier<T> question) {
    try {
      return question.get();
    } catch (MoulinException e) {
      throw e;
    } catch (RuntimeException e) {
      throw MoulinException.external(
          "catalog-failed",
          "Cannot read the catalog: " + e.getMessage(),
          "check that the catalog can be reached and that the tables' files are where they were",
          e);
    }
  }

  private Connection open() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty(DuckDBDriver.JDBC_STREAM_RESULTS, "true");
    properties.setProperty("autoinstall_known_extensions", "false");
    properties.setProperty("autoload_known_extensions", "false");
    properties.setProperty("memory_limit", limits.memoryBytes() + "B");
    properties.setProperty("threads", Integer.toString(limits.threads()));
    return DriverManager.getConnection("jdbc:duckdb:", properties);
  }

  private List<TableView> views(ReadStatement statement, QueryNames.Read read, AsOf asOf) {
    Set<TableIdentifier> all = new LinkedHashSet<>(read.tables());
    if (statement.listing()) {
      all.addAll(tables.all());
    }
    List<TableView> views = new ArrayList<>();
    for (TableIdentifier table : all) {
      AsOf moment = read.tables().contains(table) ? asOf : AsOf.NOW;
      views.add(TableView.of(table, tables.load(table), moment));
    }
    return views;
  }

  /** From here on the connection reads the files of {@code views} and nothing else. */
  private void confine(Connection duckdb, List<TableView> views) throws SQLException {
    try {
      Files.createDirectories(limits.spill());
    } catch (IOException e) {
      throw MoulinException.external(
          "spill-not-writable",
          "Cannot make the folder " + limits.spill() + ": " + e.getMessage(),
          "check that it is writable",
          e);
    }
    String allowed =
        views.stream()
            .flatMap(TableView::paths)
            .collect(Collectors.toCollection(TreeSet::new))
            .stream()
            .map(Sql::text)
            .collect(Collectors.joining(", "));
    try (Statement statement = duckdb.createStatement()) {
      statement.execute("SET TimeZone = 'UTC'");
      // A folder of its own: two databases that spill into one would use the same names.
      Path spill = limits.spill().resolve(UUID.randomUUID().toString());
      statement.execute("SET temp_directory = " + Sql.text(spill.toString()));
      statement.execute(
          "SET max_temp_directory_size = '%dB'"
              .formatted(limits.memoryBytes() * SPILL_TIMES_MEMORY));
      statement.execute("SET allowed_paths = [" + allowed + "]");
      statement.execute("SET enable_external_access = false");
      statement.execute("SET lock_configuration = true");
    }
  }

  private static QueryResult run(Connection duckdb, String sql, long limit, RowSink sink)
      throws SQLException {
    try (Statement statement = duckdb.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      List<ResultColumn> columns = columns(result.getMetaData());
      sink.columns(columns);
      long rows = 0;
      while (result.next()) {
        if (rows == limit) {
          return new QueryResult(columns, rows, true);
        }
        sink.row(row(result, columns));
        rows++;
      }
      return new QueryResult(columns, rows, false);
    } catch (SQLException e) {
      throw reason(duckdb, sql, e);
    }
  }

  /** The driver loses the reason why a streamed result failed; run without one, it has it. */
  private static SQLException reason(Connection duckdb, String sql, SQLException failure) {
    if (SqlFailures.firstLine(failure).contains("Invalid result set")) {
      try (Statement statement = duckdb.createStatement()) {
        statement.execute("EXPLAIN ANALYZE\n" + sql);
      } catch (SQLException e) {
        return SqlFailures.oneLineUp(e);
      }
    }
    return failure;
  }

  private static List<ResultColumn> columns(ResultSetMetaData data) throws SQLException {
    List<ResultColumn> columns = new ArrayList<>();
    for (int i = 1; i <= data.getColumnCount(); i++) {
      columns.add(new ResultColumn(data.getColumnLabel(i), data.getColumnTypeName(i)));
    }
    return columns;
  }

  private static List<@Nullable Cell> row(ResultSet result, List<ResultColumn> columns)
      throws SQLException {
    List<@Nullable Cell> cells = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      cells.add(Cells.of(result, i + 1, columns.get(i).type()));
    }
    return cells;
  }
}
