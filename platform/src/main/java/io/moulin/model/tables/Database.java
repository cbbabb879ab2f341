package io.moulin.model.tables;

import io.moulin.duck.Duck;
import io.moulin.model.Node;
import io.moulin.model.SqlNames;
import io.moulin.spec.Sql;
import io.moulin.sql.TableView;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.duckdb.DuckDBConnection;

/**
 * Where a computation is made: the tables that it reads are views of their files. Making views
 * costs as much as a small computation, so a database is used again by the next one, which finds
 * many of its views there.
 */
public final class Database implements AutoCloseable {
  private final DuckDBConnection connection;
  private final Duck duck;
  private final String catalog;
  private final Consumer<Database> afterUse;
  private final Map<String, TableView> tables = new HashMap<>();
  private final Set<String> views = new HashSet<>();

  private Database(DuckDBConnection connection, String catalog, Consumer<Database> afterUse) {
    this.connection = connection;
    this.duck = Duck.around(connection);
    this.catalog = catalog;
    this.afterUse = afterUse;
  }

  /**
   * Makes one without any view.
   *
   * @param connection is this one's from now on
   * @param catalog the name of one to be made for it; empty for the engine's own
   * @param afterUse takes it when it is closed
   */
  static Database in(DuckDBConnection connection, String catalog, Consumer<Database> afterUse)
      throws SQLException {
    Database database = new Database(connection, catalog, afterUse);
    try {
      database.prepare();
      return database;
    } catch (SQLException | RuntimeException e) {
      database.end();
      throw e;
    }
  }

  private void prepare() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (!catalog.isEmpty()) {
        statement.execute("ATTACH ':memory:' AS " + catalog);
        statement.execute("USE " + catalog);
      }
      for (String schema : SqlNames.PATH) {
        statement.execute("CREATE SCHEMA IF NOT EXISTS " + Sql.name(schema));
      }
      statement.execute(SqlNames.searchPath());
    }
  }

  /** Whether it can show these: its views of models stand on the columns that its tables have. */
  boolean suits(List<TableView> wanted) {
    return wanted.stream()
        .allMatch(
            table -> {
              TableView before = tables.get(table.fullName());
              return before == null || before.sameColumns(table);
            });
  }

  /**
   * Lets tables and models be read as they are given here.
   *
   * @param wanted tables, in the place of those of the same names
   * @param models that are views, each behind those that it reads
   */
  public void show(List<TableView> wanted, List<Node> models) throws SQLException {
    for (TableView table : wanted) {
      TableView before = tables.get(table.fullName());
      if (before == null || !before.sameRows(table)) {
        tables.remove(table.fullName()); // when this fails, nobody knows what the view shows
        table.create(connection);
        tables.put(table.fullName(), table);
      }
    }
    try (Statement statement = connection.createStatement()) {
      for (Node model : models) {
        if (views.add(model.fullName())) {
          statement.execute(
              "CREATE VIEW %s AS FROM (\n%s\n)"
                  .formatted(SqlNames.quoted(model.fullName()), model.sql()));
        }
      }
    }
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

  /** Ends the use of it. */
  @Override
  public void close() {
    afterUse.accept(this);
  }

  /** Ends it. */
  void end() throws SQLException {
    try (DuckDBConnection closing = connection;
        Statement statement = closing.createStatement()) {
      if (!catalog.isEmpty()) {
        statement.execute("USE memory");
        statement.execute("DETACH DATABASE IF EXISTS " + catalog);
      }
    }
  }
}
