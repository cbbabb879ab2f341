package io.moulin.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import io.moulin.duck.Duck;
import io.moulin.duck.Functions;
import io.moulin.spec.DataType;
import io.moulin.spec.Diagnostic;
import io.moulin.spec.MoulinException;
import io.moulin.spec.Place;
import io.moulin.spec.Sql;
import io.moulin.spec.TableSpec;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Understands the SQL of a user, with the engine that will run it, before there is any data. */
public final class SqlProbe implements AutoCloseable {
  private static final long MEMORY_BYTES = 64_000_000;

  private final Duck duck;
  private final Functions functions;

  private SqlProbe(Duck duck) throws SQLException {
    this.duck = duck;
    this.functions = duck.functions();
  }

  /** Opens the engine; one is enough for all datasets. */
  public static SqlProbe open() {
    try {
      // It writes nothing: the folder only bounds what it could.
      Path folder = Path.of(System.getProperty("java.io.tmpdir"), "moulin-sql-check");
      Duck duck = Duck.open(folder, MEMORY_BYTES);
      try {
        return new SqlProbe(duck);
      } catch (SQLException | RuntimeException e) {
        duck.close();
        throw e;
      }
    } catch (SQLException e) {
      throw MoulinException.internal("duckdb", "Cannot start DuckDB: " + e.getMessage(), e);
    }
  }

  /**
   * What is wrong with an expression over the row.
   *
   * @param what names it in messages
   * @param tried as it will be evaluated
   * @param columns of the row, each with a type and a name
   */
  public Optional<Diagnostic> check(
      String what, String sql, String tried, List<String> columns, Place at) {
    Optional<Diagnostic> form = form(what, sql, at);
    if (form.isPresent()) {
      return form;
    }
    try {
      describe(tried, columns);
      return Optional.empty();
    } catch (SQLException e) {
      return Optional.of(unbound(what, e, at));
    }
  }

  /** What is wrong with an expression over the row that has to be true or false. */
  public Optional<Diagnostic> condition(String what, String sql, List<String> columns, Place at) {
    return check(what, sql, "TRY(%s\n)".formatted(sql), columns, at)
        .or(() -> notBoolean(what, sql, columns, at));
  }

  private Optional<Diagnostic> notBoolean(String what, String sql, List<String> columns, Place at) {
    try {
      String type = describe("(" + sql + "\n)", columns);
      if (type.equals("BOOLEAN")) {
        return Optional.empty();
      }
      return Optional.of(
          Diagnostic.error(
              "rule-not-boolean",
              at,
              "The SQL of %s gives %s, not BOOLEAN".formatted(what, type),
              "a condition says of each row whether it holds",
              "compare the value with something, such as %s > 0".formatted(sql.strip())));
    } catch (SQLException e) {
      return Optional.of(unbound(what, e, at));
    }
  }

  /** It has to be one expression over the row, and to mean the same at any time. */
  private Optional<Diagnostic> form(String what, String sql, Place at) {
    JsonNode parsed = duck.parse("SELECT " + sql + "\n");
    if (!parsed.path("error").asBoolean()) {
      // Alone it may still be more than an expression, such as "a AS b"; in brackets it may not.
      JsonNode bracketed = duck.parse("SELECT (" + sql + "\n)");
      parsed = bracketed.path("error").asBoolean() ? bracketed : parsed;
    }
    if (parsed.path("error").asBoolean()) {
      return Optional.of(
          Diagnostic.error(
              "sql-syntax",
              at,
              "The SQL of %s does not parse: %s"
                  .formatted(what, parsed.path("error_message").asText()),
              "rules and derived columns are DuckDB SQL expressions",
              "put words that SQL reserves into double quotes: \"at\", \"order\", \"end\""));
    }
    JsonNode select = parsed.path("statements").path(0).path("node");
    boolean single =
        parsed.path("statements").size() == 1
            && select.path("select_list").size() == 1
            && select.path("from_table").path("type").asText("EMPTY").equals("EMPTY")
            && !looksBeyondTheRow(select.path("select_list"));
    if (!single) {
      return Optional.of(
          Diagnostic.error(
              "sql-not-an-expression",
              at,
              "The SQL of " + what + " is not one expression",
              "it is evaluated for each row by itself",
              "write an expression over the columns of the row, such as total_amount > 0"));
    }
    Set<String> changing = unsteady(select.path("select_list"));
    if (!changing.isEmpty()) {
      return Optional.of(
          Diagnostic.error(
              "sql-not-deterministic",
              at,
              "The SQL of %s uses %s".formatted(what, String.join(", ", changing)),
              "a row must be judged the same whenever it is read, or a rebuild would give other tables",
              "compare with a column of the row instead of the clock or chance"));
    }
    return Optional.empty();
  }

  private static boolean looksBeyondTheRow(JsonNode node) {
    String kind = node.path("class").asText("");
    if (kind.equals("WINDOW") || kind.equals("SUBQUERY")) {
      return true;
    }
    for (JsonNode child : node) {
      if (looksBeyondTheRow(child)) {
        return true;
      }
    }
    return false;
  }

  /** What is called that gives another value at another time. */
  public Set<String> unsteady(JsonNode expression) {
    return functions.unsteady(expression);
  }

  /** The database that it understands with. */
  public Duck duck() {
    return duck;
  }

  /** Whether DuckDB has a cast at all; its binder only says so when there is a value to cast. */
  boolean castable(String from, String to) throws SQLException {
    if (from.equals(to) || to.equals("VARCHAR") || from.equals("VARCHAR")) {
      return true;
    }
    String sample =
        switch (from) {
          case "BOOLEAN" -> "TRUE";
          case "DATE" -> "DATE '2000-01-01'";
          case "TIME" -> "TIME '00:00:00'";
          case "TIMESTAMP" -> "TIMESTAMP '2000-01-01 00:00:00'";
          case "TIMESTAMP WITH TIME ZONE" -> "TIMESTAMPTZ '2000-01-01 00:00:00+00'";
          case "INTERVAL" -> "INTERVAL 1 DAY";
          case "UUID" -> "UUID '00000000-0000-0000-0000-000000000000'";
          default -> "CAST(1 AS " + from + ")";
        };
    if (from.endsWith("]")
        || from.startsWith("STRUCT")
        || from.startsWith("MAP")
        || from.equals("BLOB")) {
      return true; // no sample to try with: the binder has accepted it
    }
    try {
      duck.query("SELECT CAST(%s AS %s)".formatted(sample, to), row -> row.getObject(1));
      return true;
    } catch (SQLException e) {
      return !String.valueOf(e.getMessage()).contains("Unimplemented type for cast");
    }
  }

  /** The type of an expression over the row, in the words of DuckDB. */
  public String describe(String expression, List<String> columns) throws SQLException {
    List<String> types = new ArrayList<>();
    duck.query(
        "DESCRIBE SELECT %s AS v FROM (SELECT %s)"
            .formatted(expression, String.join(", ", columns)),
        row -> types.add(row.getString(2)));
    return types.get(0);
  }

  /** A column of a row that has no values. */
  static String nullColumn(String name, DataType type) {
    return "CAST(NULL AS %s) AS %s".formatted(type.sql(), Sql.name(name));
  }

  /** The columns of a table, of a row that has no values. */
  public static List<String> nullColumns(TableSpec table) {
    return table.fields().stream().map(field -> nullColumn(field.name(), field.type())).toList();
  }

  /** What it means that an expression cannot be bound. */
  public static Diagnostic unbound(String what, SQLException e, Place at) {
    List<String> lines =
        String.valueOf(e.getMessage())
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .takeWhile(line -> !line.startsWith("LINE "))
            .toList();
    String message = lines.isEmpty() ? "it cannot be bound" : String.join(" ", lines);
    return Diagnostic.error(
        "sql-does-not-bind",
        at,
        "The SQL of %s does not fit the columns: %s".formatted(what, message),
        "it sees the silver names and types, and the derived columns above it",
        "");
  }

  @Override
  public void close() {
    try {
      duck.close();
    } catch (SQLException e) {
      throw MoulinException.internal("duckdb", "Cannot stop DuckDB: " + e.getMessage(), e);
    }
  }
}
