package io.moulin.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.moulin.spec.MoulinException;
import io.moulin.spec.Sql;
import io.moulin.spec.TableSpec.FieldSpec;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * A DuckDB in which every table of a project exists and has no rows: what SQL means is found out
 * before there is any data.
 */
final class Sandbox implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Connection duckdb;

  private Sandbox(Connection duckdb) {
    this.duckdb = duckdb;
  }

  /** A column as DuckDB describes it. */
  record Described(String name, String type) {}

  static Sandbox open() throws SQLException {
    Properties config = new Properties();
    config.setProperty("threads", "1");
    config.setProperty("memory_limit", "128MB");
    config.setProperty("autoinstall_known_extensions", "false");
    config.setProperty("autoload_known_extensions", "false");
    Connection duckdb = DriverManager.getConnection("jdbc:duckdb:", config);
    Sandbox sandbox = new Sandbox(duckdb);
    try {
      sandbox.run("SET TimeZone = 'UTC'");
      for (String schema : SqlNames.PATH) {
        sandbox.run("CREATE SCHEMA IF NOT EXISTS " + Sql.name(schema));
      }
      sandbox.run(SqlNames.searchPath());
      // Where there are no rows, statistics would answer every question with "none".
      sandbox.run("SET disabled_optimizers = 'statistics_propagation'");
      sandbox.run("SET enable_external_access = false");
      return sandbox;
    } catch (SQLException | RuntimeException e) {
      duckdb.close();
      throw e;
    }
  }

  /** Where it is, for those who parse. */
  Connection connection() {
    return duckdb;
  }

  /** Makes a table that a stream fills, or a seed. */
  void table(String fullName, List<FieldSpec> fields) throws SQLException {
    String columns =
        fields.stream()
            .map(field -> Sql.name(field.name()) + " " + field.type().sql())
            .collect(Collectors.joining(", "));
    run("CREATE SCHEMA IF NOT EXISTS " + Sql.name(fullName.substring(0, fullName.indexOf('.'))));
    run("CREATE TABLE %s (%s)".formatted(SqlNames.quoted(fullName), columns));
  }

  /** Makes what a model becomes; its SQL begins in the second line of the statement. */
  void model(String fullName, String sql, boolean stored) throws SQLException {
    run(
        stored
            ? "CREATE TABLE %s AS FROM (\n%s\n) LIMIT 0".formatted(SqlNames.quoted(fullName), sql)
            : "CREATE VIEW %s AS FROM (\n%s\n)".formatted(SqlNames.quoted(fullName), sql));
  }

  /** The columns of a query, which begins in the second line of the statement. */
  List<Described> describe(String query) throws SQLException {
    List<Described> columns = new ArrayList<>();
    try (Statement statement = duckdb.createStatement();
        ResultSet rows = statement.executeQuery("DESCRIBE FROM (\n" + query + "\n)")) {
      while (rows.next()) {
        columns.add(new Described(rows.getString(1), rows.getString(2)));
      }
    }
    return columns;
  }

  /** Fails where a statement would. */
  void bind(String sql) throws SQLException {
    try (PreparedStatement statement = duckdb.prepareStatement(sql)) {
      statement.getMetaData();
    }
  }

  /** How the engine would answer a query. */
  JsonNode plan(String query) throws SQLException, JsonProcessingException {
    StringBuilder plan = new StringBuilder();
    try (Statement statement = duckdb.createStatement();
        ResultSet rows = statement.executeQuery("EXPLAIN (FORMAT json) " + query)) {
      while (rows.next()) {
        plan.append(rows.getString(2));
      }
    }
    return JSON.readTree(plan.toString());
  }

  /** The full name of a table that a plan names: it begins with the name of the database. */
  static String fullName(String planned) {
    return planned.replaceFirst("^memory\\.", "");
  }

  void run(String sql) throws SQLException {
    try (Statement statement = duckdb.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() {
    try {
      duckdb.close();
    } catch (SQLException e) {
      throw MoulinException.internal("duckdb", "Cannot close DuckDB: " + e.getMessage(), e);
    }
  }
}
