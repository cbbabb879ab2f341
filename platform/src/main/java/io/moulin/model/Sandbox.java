package io.moulin.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.moulin.spec.DataType;
import io.moulin.spec.DataType.Scalar;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A DuckDB in which every table of a project exists and has no rows: what SQL means is found out
 * before there is any data.
 */
final class Sandbox implements AutoCloseable {
  /** The values that are asked for: a filter with one of them is none of the user's own. */
  private static final String LIKE_NOTHING_ELSE = "1870707077|moulin-1870707077|1907-03-21";

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

  /**
   * The tables of which only the rows with one value of a column are read where only rows with that
   * value in {@code column} are asked for, each with its own column. The optimiser may only move a
   * filter to a table when no other of its rows can matter: so a table is of this kind when the
   * filter shows in the plan at every place that reads it.
   *
   * @param type of the column
   */
  Map<String, String> filtered(String query, String column, DataType type) throws SQLException {
    String literal = anyValue(type);
    if (literal.isEmpty()) {
      return Map.of();
    }
    Scans scans = new Scans();
    try {
      scans.collect(
          plan("SELECT * FROM (\n%s\n) WHERE %s = %s".formatted(query, Sql.name(column), literal)));
    } catch (JsonProcessingException e) {
      throw new SQLException("Invalid plan of " + query, e);
    }
    scans.found.keySet().removeAll(scans.whole);
    return scans.found;
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

  /** A value of a type, in SQL; empty when its values do not make good partitions. */
  private static String anyValue(DataType type) {
    return type instanceof Scalar scalar
        ? switch (scalar) {
          case INT, LONG -> "1870707077";
          case STRING -> "'moulin-1870707077'";
          case DATE -> "DATE '1907-03-21'";
          case TIMESTAMP -> "TIMESTAMP '1907-03-21 07:07:07'";
          default -> "";
        }
        : "";
  }

  /** What a plan reads with a filter on a column, and what without. */
  private static final class Scans {
    /** A filter as plans write it: {@code (day = '1907-03-21'::DATE)}. */
    private static final Pattern EQUAL =
        Pattern.compile("\\(\"?(\\w+)\"? = '?(" + LIKE_NOTHING_ELSE + ")\\b.*\\)");

    private final Map<String, String> found = new HashMap<>();
    private final Set<String> whole = new HashSet<>();

    void collect(JsonNode plan) {
      JsonNode info = plan.path("extra_info");
      if (info.has("Table")) {
        String table = fullName(info.path("Table").asText());
        String column = column(info.path("Filters"));
        String before = found.putIfAbsent(table, column);
        if (column.isEmpty() || (before != null && !before.equals(column))) {
          whole.add(table);
        }
      }
      plan.forEach(this::collect);
    }

    private static String column(JsonNode filters) {
      if (filters.isArray()) {
        for (JsonNode each : filters) {
          String column = column(each);
          if (!column.isEmpty()) {
            return column;
          }
        }
        return "";
      }
      Matcher equal = EQUAL.matcher(filters.asText());
      return equal.matches() ? equal.group(1) : "";
    }
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
