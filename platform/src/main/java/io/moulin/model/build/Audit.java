package io.moulin.model.build;

import io.moulin.model.Blueprint.Singular;
import io.moulin.model.CheckSql;
import io.moulin.model.SqlNames;
import io.moulin.model.tables.Database;
import io.moulin.spec.Sql;
import io.moulin.spec.model.CheckSpec;
import io.moulin.spec.model.CheckSpec.Kind;
import io.moulin.spec.model.CheckSpec.Limits;
import io.moulin.spec.model.CheckSpec.Verdict;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Runs checks in a database in which what they speak of can be read. */
final class Audit {
  private static final int SAMPLES = 20;

  private final Database database;
  private final UnaryOperator<String> fullName;

  /**
   * @param fullName of the model, seed or table that a check calls by a name
   */
  Audit(Database database, UnaryOperator<String> fullName) {
    this.database = database;
    this.fullName = fullName;
  }

  /**
   * Checks a table.
   *
   * @param part SQL of the rows of which something may have changed; empty for all. What a row says
   *     by itself was found good before in the others.
   * @param everywhere which checks all rows have to be looked at for, whatever the part is
   */
  List<Result> table(
      String table, List<CheckSpec> checks, String part, Predicate<CheckSpec> everywhere)
      throws SQLException {
    String all = SqlNames.quoted(table);
    String some = part.isEmpty() ? all : "(SELECT * FROM %s WHERE %s)".formatted(all, part);
    Map<String, List<CheckSpec>> byRow = new LinkedHashMap<>();
    List<Result> results = new ArrayList<>();
    for (CheckSpec check : checks) {
      String rows = ofPart(check, everywhere) ? some : all;
      CheckSql sql = sql(rows, check);
      if (sql.bad().isEmpty()) {
        results.add(alone(table, check, rows, sql));
      } else {
        byRow.computeIfAbsent(rows, each -> new ArrayList<>()).add(check);
      }
    }
    for (Map.Entry<String, List<CheckSpec>> each : byRow.entrySet()) {
      results.addAll(atOnce(table, each.getValue(), each.getKey()));
    }
    return results;
  }

  /** Whether the rows of the part are all that has to be looked at. */
  private static boolean ofPart(CheckSpec check, Predicate<CheckSpec> everywhere) {
    if (check.limits().bears() || everywhere.test(check)) {
      return false; // how many fail in all is the question, and elsewhere some may
    }
    return switch (check.kind()) {
      case NOT_NULL, ACCEPTED_VALUES, EXPRESSION, RELATIONSHIPS, UNIQUE -> true;
      case NOT_EMPTY, FRESHNESS, ROW_COUNT_CHANGE -> false;
    };
  }

  private CheckSql sql(String rows, CheckSpec check) {
    String to = check.to().isEmpty() ? "" : SqlNames.quoted(fullName.apply(check.to()));
    return CheckSql.ofRows(rows, check, to);
  }

  /** All that can be told row by row, in one pass over the rows. */
  private List<Result> atOnce(String table, List<CheckSpec> checks, String rows)
      throws SQLException {
    List<Result> results = new ArrayList<>();
    StringBuilder counts = new StringBuilder("SELECT count(*)");
    for (CheckSpec check : checks) {
      counts.append(", count(*) FILTER (WHERE ").append(sql(rows, check).bad()).append("\n)");
    }
    long[] numbers = new long[checks.size() + 1];
    database
        .duck()
        .query(
            counts.append(" FROM ").append(rows).toString(),
            row -> {
              for (int i = 0; i < numbers.length; i++) {
                numbers[i] = row.getLong(i + 1);
              }
            });
    for (int i = 0; i < checks.size(); i++) {
      CheckSpec check = checks.get(i);
      results.add(result(table, check, numbers[i + 1], numbers[0], sql(rows, check).failing()));
    }
    return results;
  }

  private Result alone(String table, CheckSpec check, String rows, CheckSql sql)
      throws SQLException {
    if (check.kind() == Kind.UNIQUE && surelyUnique(check, rows)) {
      return result(table, check, 0, 0, sql.failing());
    }
    long failing = database.number("SELECT count(*) FROM (" + sql.failing() + ")");
    return result(table, check, failing, 0, sql.failing());
  }

  /** Rows with different hashes are different; it is quicker to see than equal groups. */
  private boolean surelyUnique(CheckSpec check, String rows) throws SQLException {
    String columns = check.columns().stream().map(Sql::name).collect(Collectors.joining(", "));
    String present =
        check.columns().stream()
            .map(column -> Sql.name(column) + " IS NOT NULL")
            .collect(Collectors.joining(" AND "));
    String where = check.where().isEmpty() ? present : present + " AND (" + check.where() + "\n)";
    return database.number(
            "SELECT count(*) - count(DISTINCT hash(%s)) FROM %s WHERE %s"
                .formatted(columns, rows, where))
        == 0;
  }

  private Result result(String table, CheckSpec check, long failing, long rows, String sql)
      throws SQLException {
    return result(
        table, check.name(), Optional.of(check.kind()), check.limits(), failing, rows, sql);
  }

  private Result result(
      String table,
      String check,
      Optional<Kind> kind,
      Limits limits,
      long failing,
      long rows,
      String sql)
      throws SQLException {
    Verdict verdict = limits.verdict(failing);
    List<String> samples = new ArrayList<>();
    if (verdict != Verdict.PASSED) {
      database
          .duck()
          .query(
              "SELECT CAST(to_json(r) AS VARCHAR) FROM (FROM (%s\n) LIMIT %d) r"
                  .formatted(sql, SAMPLES),
              row -> samples.add(row.getString(1)));
    }
    return new Result(table, check, kind, verdict, failing, rows, samples);
  }

  /** Runs a query of rows that are wrong. */
  Result query(Singular check, String table) throws SQLException {
    String sql = check.spec().sql();
    long failing = database.number("SELECT count(*) FROM (\n" + sql + "\n)");
    return result(
        table, check.spec().name(), Optional.empty(), check.spec().limits(), failing, 0, sql);
  }
}
