package io.moulin.model.tables;

import io.moulin.model.Node;
import io.moulin.model.SqlNames;
import io.moulin.parquet.Duck;
import io.moulin.spec.Sql;
import io.moulin.sql.TableView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.duckdb.DuckDBConnection;

/**
 * A DuckDB for one computation: the tables that it reads are views of their files, and there is
 * nothing else that it could read.
 */
public final class Database implements AutoCloseable {
  private static final long SPILL_TIMES_MEMORY = 16;

  private final DuckDBConnection connection;
  private final Duck duck;

  private Database(DuckDBConnection connection) {
    this.connection = connection;
    this.duck = Duck.around(connection);
  }

  /**
   * Opens it.
   *
   * @param views models that are views, each behind those that it reads
   * @param files that its SQL reads by their paths
   */
  public static Database open(
      Means means, List<TableView> tables, List<Node> views, List<Path> files)
      throws SQLException, IOException {
    Files.createDirectories(means.folder());
    Properties config = new Properties();
    config.setProperty("autoinstall_known_extensions", "false");
    config.setProperty("autoload_known_extensions", "false");
    config.setProperty("memory_limit", means.memoryBytes() + "B");
    config.setProperty("threads", Integer.toString(means.threads()));
    Connection opened = DriverManager.getConnection("jdbc:duckdb:", config);
    try {
      prepare(opened, means, tables, files);
      tables.forEach(table -> table.create(opened));
      try (Statement statement = opened.createStatement()) {
        for (Node view : views) {
          statement.execute(
              "CREATE VIEW %s AS FROM (\n%s\n)"
                  .formatted(SqlNames.quoted(view.fullName()), view.sql()));
        }
      }
      return new Database(opened.unwrap(DuckDBConnection.class));
    } catch (SQLException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private static void prepare(
      Connection opened, Means means, List<TableView> tables, List<Path> files)
      throws SQLException {
    String paths =
        Stream.concat(tables.stream().flatMap(TableView::paths), files.stream().map(Path::toString))
            .distinct()
            .map(Sql::text)
            .collect(Collectors.joining(", "));
    List<String> settings = new ArrayList<>();
    settings.add("SET TimeZone = 'UTC'");
    SqlNames.PATH.forEach(each -> settings.add("CREATE SCHEMA IF NOT EXISTS " + Sql.name(each)));
    settings.add(SqlNames.searchPath());
    Path spill = means.folder().resolve("spill-" + UUID.randomUUID());
    settings.add("SET temp_directory = " + Sql.text(spill.toString()));
    settings.add(
        "SET max_temp_directory_size = '%dB'".formatted(means.memoryBytes() * SPILL_TIMES_MEMORY));
    settings.add("SET allowed_paths = [" + paths + "]");
    settings.add("SET allowed_directories = [" + Sql.text(means.folder() + "/") + "]");
    settings.add("SET enable_external_access = false");
    settings.add("SET lock_configuration = true");
    try (Statement statement = opened.createStatement()) {
      for (String setting : settings) {
        statement.execute(setting);
      }
    }
  }

  /** Lets the view of a table be another, of files that the first one has too. */
  public void replace(TableView view) {
    view.create(connection);
  }

  public Duck duck() {
    return duck;
  }

  /** The only number that a query gives; 0 for NULL. */
  public long number(String sql) throws SQLException {
    long[] number = {0};
    duck.query(sql, row -> number[0] = row.getLong(1));
    return number[0];
  }

  @Override
  public void close() throws SQLException {
    duck.close();
  }
}
