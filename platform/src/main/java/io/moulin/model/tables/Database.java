package io.moulin.model.tables;

import io.moulin.model.Node;
import io.moulin.model.SqlNames;
import io.moulin.parquet.Duck;
import io.moulin.spec.Sql;
import io.moulin.sql.TableView;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.duckdb.DuckDBConnection;

/** Where one computation is made: the tables that it reads are views of their files. */
public final class Database implements AutoCloseable {
  private final DuckDBConnection connection;
  private final Duck duck;
  private final String catalog;

  private Database(DuckDBConnection connection, String catalog) {
    this.connection = connection;
    this.duck = Duck.around(connection);
    this.catalog = catalog;
  }

  /**
   * Makes the views.
   *
   * @param connection is this one's from now on
   * @param catalog the name of one to be made for it; empty for the engine's own
   */
  static Database in(
      DuckDBConnection connection, String catalog, List<TableView> tables, List<Node> views)
      throws SQLException {
    Database database = new Database(connection, catalog);
    try {
      database.prepare(tables, views);
      return database;
    } catch (SQLException | RuntimeException e) {
      database.close();
      throw e;
    }
  }

  private void prepare(List<TableView> tables, List<Node> views) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (!catalog.isEmpty()) {
        statement.execute("ATTACH ':memory:' AS " + catalog);
        statement.execute("USE " + catalog);
      }
      for (String schema : SqlNames.PATH) {
        statement.execute("CREATE SCHEMA IF NOT EXISTS " + Sql.name(schema));
      }
      statement.execute(SqlNames.searchPath());
      tables.forEach(table -> table.create(connection));
      for (Node view : views) {
        statement.execute(
            "CREATE VIEW %s AS FROM (\n%s\n)"
                .formatted(SqlNames.quoted(view.fullName()), view.sql()));
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
    try (DuckDBConnection closing = connection;
        Statement statement = closing.createStatement()) {
      if (!catalog.isEmpty()) {
        statement.execute("USE memory");
        statement.execute("DETACH DATABASE IF EXISTS " + catalog);
      }
    }
  }
}
