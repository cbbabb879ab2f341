package io.moulin.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.moulin.parquet.Duck;
import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DataType;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DerivedSpec;
import io.moulin.spec.Diagnostic;
import io.moulin.spec.Layer;
import io.moulin.spec.MoulinException;
import io.moulin.spec.Place;
import io.moulin.spec.RuleSpec;
import io.moulin.spec.Sql;
import io.moulin.spec.TableSpec;
import io.moulin.spec.history.HistorySpec;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Checks the SQL of rules and derived columns against the dataset's columns, with the engine that
 * will run it, before there is any data.
 */
public final class SqlCheck implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final long MEMORY_BYTES = 64_000_000;

  private final Duck duck;
  private final Set<String> unsteady = new HashSet<>();

  private SqlCheck(Duck duck) throws SQLException {
    this.duck = duck;
    duck.query(
        "SELECT DISTINCT function_name FROM duckdb_functions() WHERE stability <> 'CONSISTENT'",
        row -> unsteady.add(row.getString(1).toLowerCase(Locale.ROOT)));
    unsteady.addAll(List.of("current_date", "current_time", "current_timestamp"));
  }

  /** Opens the engine; one is enough for all datasets. */
  public static SqlCheck open() {
    try {
      // It writes nothing: the folder only bounds what it could.
      Path folder = Path.of(System.getProperty("java.io.tmpdir"), "moulin-sql-check");
      Duck duck = Duck.open(folder, MEMORY_BYTES);
      try {
        return new SqlCheck(duck);
      } catch (SQLException | RuntimeException e) {
        duck.close();
        throw e;
      }
    } catch (SQLException e) {
      throw MoulinException.internal("duckdb", "Cannot start DuckDB: " + e.getMessage(), e);
    }
  }

  /** What is wrong with the SQL of the dataset; empty when nothing is. */
  public List<Diagnostic> check(DatasetSpec dataset) {
    List<Diagnostic> found = new ArrayList<>();
    List<String> columns = new ArrayList<>();
    for (ColumnSpec column : dataset.columns()) {
      columns.add(nullColumn(column.as(), column.silver()));
    }
    for (DerivedSpec derived : dataset.derived()) {
      String what = "derived column '" + derived.name() + "'";
      String tried = IngestSql.tried(derived);
      check(what, derived.sql(), tried, columns, derived.at())
          .or(() -> notOfType(what, derived, columns))
          .ifPresent(found::add);
      columns.add(nullColumn(derived.name(), derived.type()));
    }
    for (RuleSpec rule : dataset.rules()) {
      String what = "rule '" + rule.name() + "'";
      String tried = "TRY(%s\n)".formatted(rule.expect());
      check(what, rule.expect(), tried, columns, rule.at())
          .or(() -> notBoolean(what, rule, columns))
          .ifPresent(found::add);
    }
    deletes(dataset).ifPresent(found::add);
    return found;
  }

  /** A history sees silver as it is stored, without what privacy has dropped. */
  private Optional<Diagnostic> deletes(DatasetSpec dataset) {
    HistorySpec history = dataset.history();
    String deletes = history == null ? null : history.deletes();
    if (history == null || deletes == null) {
      return Optional.empty();
    }
    List<String> columns = new ArrayList<>();
    for (TableSpec.FieldSpec field : dataset.table(Layer.SILVER).fields()) {
      columns.add(nullColumn(field.name(), field.type()));
    }
    String what = "history.deletes";
    RuleSpec asked = new RuleSpec(what, deletes, RuleSpec.Otherwise.FLAG, true, "", history.at());
    return check(what, deletes, "TRY(%s\n)".formatted(deletes), columns, history.at())
        .or(() -> notBoolean(what, asked, columns));
  }

  private static String nullColumn(String name, DataType type) {
    return "CAST(NULL AS %s) AS %s".formatted(type.sql(), Sql.name(name));
  }

  private Optional<Diagnostic> check(
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

  /** It has to be one expression over the row, and to mean the same at any time. */
  private Optional<Diagnostic> form(String what, String sql, Place at) {
    JsonNode parsed = parse("SELECT " + sql + "\n");
    if (!parsed.path("error").asBoolean()) {
      // Alone it may still be more than an expression, such as "a AS b"; in brackets it may not.
      JsonNode bracketed = parse("SELECT (" + sql + "\n)");
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
    Set<String> changing = new TreeSet<>();
    collectUnsteady(select.path("select_list"), changing);
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

  private void collectUnsteady(JsonNode node, Set<String> into) {
    String name = node.path("function_name").asText("").toLowerCase(Locale.ROOT);
    if (unsteady.contains(name)) {
      into.add(name + "()");
    }
    String word = node.path("column_names").path(0).asText("").toLowerCase(Locale.ROOT);
    if (word.startsWith("current_") && unsteady.contains(word)) {
      into.add(word);
    }
    for (JsonNode child : node) {
      collectUnsteady(child, into);
    }
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

  private JsonNode parse(String statement) {
    List<String> json = new ArrayList<>();
    try {
      duck.query(
          "SELECT json_serialize_sql(%s)".formatted(Sql.text(statement)),
          row -> json.add(row.getString(1)));
      return MAPPER.readTree(json.get(0));
    } catch (SQLException | JsonProcessingException e) {
      throw MoulinException.internal("duckdb", "Cannot parse SQL: " + e.getMessage(), e);
    }
  }

  /** A cast that no value survives would only show at run time, as NULL under TRY. */
  private Optional<Diagnostic> notOfType(String what, DerivedSpec derived, List<String> columns) {
    try {
      String type = describe("(" + derived.sql() + "\n)", columns);
      String wanted = derived.type().sql();
      if (type.equals("\"NULL\"") || castable(type, wanted)) {
        return Optional.empty();
      }
      return Optional.of(
          Diagnostic.error(
              "derived-type",
              derived.at(),
              "The SQL of %s gives %s, which cannot become %s"
                  .formatted(what, type, derived.type()),
              "every row would be quarantined for it",
              "declare the type that the SQL gives, or convert the value in the SQL"));
    } catch (SQLException e) {
      return Optional.of(unbound(what, e, derived.at()));
    }
  }

  /** Whether DuckDB has a cast at all; its binder only says so when there is a value to cast. */
  private boolean castable(String from, String to) throws SQLException {
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

  private Optional<Diagnostic> notBoolean(String what, RuleSpec rule, List<String> columns) {
    try {
      String type = describe("(" + rule.expect() + "\n)", columns);
      if (type.equals("BOOLEAN")) {
        return Optional.empty();
      }
      return Optional.of(
          Diagnostic.error(
              "rule-not-boolean",
              rule.at(),
              "The SQL of %s gives %s, not BOOLEAN".formatted(what, type),
              "a rule says of each row whether it holds",
              "compare the value with something, such as %s > 0".formatted(rule.expect().strip())));
    } catch (SQLException e) {
      return Optional.of(unbound(what, e, rule.at()));
    }
  }

  private String describe(String expression, List<String> columns) throws SQLException {
    List<String> types = new ArrayList<>();
    duck.query(
        "DESCRIBE SELECT %s AS v FROM (SELECT %s)"
            .formatted(expression, String.join(", ", columns)),
        row -> types.add(row.getString(2)));
    return types.get(0);
  }

  private static Diagnostic unbound(String what, SQLException e, Place at) {
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
