package io.moulin.load.generate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.moulin.duck.Functions;
import io.moulin.duck.SqlTree;
import io.moulin.spec.Diagnostic;
import io.moulin.spec.MoulinException;
import io.moulin.spec.Sql;
import io.moulin.spec.generate.GeneratorSpec;
import io.moulin.spec.generate.GeneratorSpec.FaultSpec;
import io.moulin.spec.generate.GeneratorSpec.ShapeSpec;
import io.moulin.spec.generate.GeneratorSpec.SqlSpec;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Binds the SQL of a generator, piece by piece, so that each mistake has its place. */
public final class GeneratorCheck {
  private final GeneratorSpec generator;
  private final GeneratorSql sql;
  private final Connection duckdb;
  private final List<Diagnostic> found = new ArrayList<>();

  private GeneratorCheck(GeneratorSpec generator, GeneratorSql sql, Connection duckdb) {
    this.generator = generator;
    this.sql = sql;
    this.duckdb = duckdb;
  }

  /** What is wrong with the SQL; empty when nothing is. */
  public static List<Diagnostic> of(GeneratorSpec generator) {
    GeneratorSql sql = new GeneratorSql(generator);
    try (Connection duckdb = GeneratedRows.open(sql)) {
      GeneratorCheck check = new GeneratorCheck(generator, sql, duckdb);
      check.check();
      return check.found;
    } catch (SQLException e) {
      throw MoulinException.internal("duckdb", "Cannot check SQL: " + e.getMessage(), e);
    }
  }

  private void check() throws SQLException {
    String origin = sql.sample();
    if (!worksAsAWhole(origin)) {
      checkEach(origin);
    }
  }

  /** Nearly always all is well, and a statement for each piece takes seconds. */
  private boolean worksAsAWhole(String origin) throws SQLException {
    for (SqlSpec piece : generator.pieces()) {
      if (unsteady(piece).isPresent()) {
        return false;
      }
    }
    try {
      compute(generator.lets(), GeneratorCheck::named, sql.values(generator.lets().size(), origin));
      for (ShapeSpec shape : generator.shapes()) {
        String rows = sql.columns(shape, shape.row().size(), origin);
        compute(shape.row(), GeneratorCheck::named, rows);
        List<FaultSpec> faults =
            generator.faults().stream().filter(f -> f.appliesTo(shape)).toList();
        compute(faults.stream().flatMap(f -> f.set().stream()).toList(), SqlSpec::sql, rows);
        compute(
            faults.stream().flatMap(f -> Stream.ofNullable(f.raw())).toList(),
            SqlSpec::sql,
            payloads(rows));
      }
      return true;
    } catch (SQLException e) {
      return false; // looked at piece by piece, it gets its place
    }
  }

  private static String named(SqlSpec piece) {
    return Sql.name(piece.name());
  }

  private void compute(List<SqlSpec> pieces, Function<SqlSpec, String> text, String from)
      throws SQLException {
    if (!pieces.isEmpty()) {
      compute(pieces.stream().map(text).toList(), from);
    }
  }

  /** Makes a table, because a result that is streamed fails without saying why. */
  private void compute(List<String> expressions, String from) throws SQLException {
    StringBuilder select = new StringBuilder();
    for (int i = 0; i < expressions.size(); i++) {
      select.append(i == 0 ? "" : ", ");
      select.append("to_json((%s\n)) AS v%d".formatted(expressions.get(i), i));
    }
    try (Statement statement = duckdb.createStatement()) {
      statement.execute(
          "CREATE OR REPLACE TEMP TABLE __checked AS SELECT %s FROM (%s)".formatted(select, from));
    }
  }

  private void checkEach(String origin) throws SQLException {
    List<SqlSpec> lets = generator.lets();
    for (int i = 0; i < lets.size(); i++) {
      if (!holds(lets.get(i), "value '" + lets.get(i).name() + "'", sql.values(i, origin))) {
        return; // what follows may build on it
      }
    }
    for (ShapeSpec shape : generator.shapes()) {
      boolean whole = true;
      for (int i = 0; i < shape.row().size() && whole; i++) {
        SqlSpec column = shape.row().get(i);
        String what = "column '%s' of shape '%s'".formatted(column.name(), shape.name());
        whole = holds(column, what, sql.columns(shape, i, origin));
      }
      if (whole) {
        faults(shape, sql.columns(shape, shape.row().size(), origin));
      }
    }
  }

  private void faults(ShapeSpec shape, String rows) throws SQLException {
    for (FaultSpec fault : generator.faults()) {
      if (!fault.appliesTo(shape)) {
        continue;
      }
      for (SqlSpec set : fault.set()) {
        holds(set, "column '%s' of fault '%s'".formatted(set.name(), fault.name()), rows);
      }
      if (fault.raw() != null) {
        holds(fault.raw(), "raw of fault '" + fault.name() + "'", payloads(rows));
      }
    }
  }

  private static String payloads(String rows) {
    return "SELECT n, moment, '{}' AS payload FROM (" + rows + ")";
  }

  private boolean holds(SqlSpec piece, String what, String from) throws SQLException {
    Optional<Diagnostic> problem = problem(piece, what, from);
    problem.filter(each -> !found.contains(each)).ifPresent(found::add);
    return problem.isEmpty();
  }

  private Optional<Diagnostic> problem(SqlSpec piece, String what, String from)
      throws SQLException {
    Optional<String> call = unsteady(piece);
    if (call.isPresent()) {
      return Optional.of(
          Diagnostic.error(
              "sql-not-deterministic",
              piece.at(),
              "The SQL of %s uses %s".formatted(what, call.get()),
              "the same seed must give the same rows",
              "use chance(n, 'a word'), which is the same for the same n"));
    }
    try {
      compute(List.of(piece.sql()), from);
      return Optional.empty();
    } catch (SQLException e) {
      String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      return Optional.of(
          Diagnostic.error(
              "sql-does-not-bind",
              piece.at(),
              "The SQL of %s does not work: %s".formatted(what, message),
              "it is DuckDB SQL over n, moment, and what stands before it",
              ""));
    }
  }

  /** What in the SQL gives another result each time. */
  private Optional<String> unsteady(SqlSpec piece) throws SQLException {
    try {
      JsonNode tree = SqlTree.of(duckdb, "SELECT (" + piece.sql() + "\n)");
      return Functions.of(duckdb).unsteady(tree).stream().findFirst();
    } catch (JsonProcessingException e) {
      return Optional.empty(); // it is nested too deeply to be bound, too
    }
  }
}
