package io.moulin.model.audit;

import io.moulin.model.Blueprint.Singular;
import io.moulin.model.CheckSql;
import io.moulin.model.SqlNames;
import io.moulin.model.tables.Database;
import io.moulin.model.tables.Literals;
import io.moulin.model.tables.PartitionOf;
import io.moulin.spec.model.CheckSpec;
import io.moulin.spec.model.CheckSpec.Kind;
import io.moulin.spec.model.CheckSpec.Limits;
import io.moulin.spec.model.CheckSpec.Verdict;
import io.moulin.sql.TablePlan;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Types.DateType;

/** Runs checks in a database in which what they speak of can be read. */
public final class Audit {
  private static final int SAMPLES = 20;

  private final Database database;
  private final UnaryOperator<String> fullName;

  /**
   * @param fullName of the model, seed or table that a check calls by a name
   */
  public Audit(Database database, UnaryOperator<String> fullName) {
    this.database = database;
    this.fullName = fullName;
  }

  /**
   * Checks a table.
   *
   * @param plan of all its rows; empty for a view
   * @param part in SQL, where the rows are of which something may have changed; empty for all. What
   *     a row says by itself was found good before in the others.
   * @param everywhere which checks all rows have to be looked at for, whatever the part is
   */
  public List<Result> table(
      String table,
      List<CheckSpec> checks,
      Optional<TablePlan> plan,
      String part,
      Predicate<CheckSpec> everywhere)
      throws SQLException {
    String all = SqlNames.quoted(table);
    Map<String, List<CheckSpec>> passes = new LinkedHashMap<>();
    List<Result> results = new ArrayList<>();
    for (CheckSpec check : checks) {
      String rows = part.isEmpty() || !ofPart(check, everywhere) ? all : part;
      if (sql(table, rows, check).pass().isPresent()) {
        passes.computeIfAbsent(rows, each -> new ArrayList<>()).add(check);
      } else {
        Optional<CheckSql> counted = plan.flatMap(of -> counted(check, of));
        results.add(alone(table, check, counted.orElseGet(() -> sql(table, all, check))));
      }
    }
    for (Map.Entry<String, List<CheckSpec>> pass : passes.entrySet()) {
      List<CheckSpec> together = pass.getValue();
      if (together.stream().allMatch(check -> check.kind() == Kind.NOT_EMPTY)) {
        for (CheckSpec check : together) {
          results.add(alone(table, check, sql(table, all, check))); // it ends at the first row
        }
      } else {
        results.addAll(together(table, together, pass.getKey(), all));
      }
    }
    return results;
  }

  /** Whether the rows of the part are all that has to be looked at. */
  private static boolean ofPart(CheckSpec check, Predicate<CheckSpec> everywhere) {
    if (check.limits().bears() || everywhere.test(check)) {
      return false; // how many fail in all is the question, and elsewhere some may
    }
    return switch (check.kind()) {
      case NOT_NULL, ACCEPTED_VALUES, EXPRESSION, RELATIONSHIPS, UNIQUE, NOT_EMPTY -> true;
      case FRESHNESS, ROW_COUNT_CHANGE -> false;
    };
  }

  private CheckSql sql(String table, String rows, CheckSpec check) {
    String to = check.to().isEmpty() ? "" : SqlNames.quoted(fullName.apply(check.to()));
    return CheckSql.ofRows(rows, SqlNames.bare(table), check, to);
  }

  /**
   * All that can be told in one pass over the rows.
   *
   * @param all in SQL, where all rows of the table are
   */
  private List<Result> together(String table, List<CheckSpec> checks, String rows, String all)
      throws SQLException {
    StringBuilder numbers = new StringBuilder("SELECT count(*)");
    StringBuilder joins = new StringBuilder();
    for (CheckSpec check : checks) {
      CheckSql.Pass pass = sql(table, rows, check).pass().orElseThrow();
      numbers.append(", ").append(pass.number());
      joins.append(pass.join());
    }
    long[] counted = new long[checks.size() + 1];
    String from = CheckSql.aliased(rows, SqlNames.bare(table));
    database
        .duck()
        .query(
            numbers + " FROM " + from + joins,
            row -> {
              for (int i = 0; i < counted.length; i++) {
                counted[i] = row.getLong(i + 1);
              }
            });
    List<Result> results = new ArrayList<>();
    for (int i = 0; i < checks.size(); i++) {
      CheckSpec check = checks.get(i);
      CheckSql sql = sql(table, rows, check);
      boolean doubt = sql.pass().orElseThrow().meaning() == CheckSql.Meaning.DOUBT;
      results.add(
          doubt && counted[i + 1] != 0
              ? alone(table, check, sql(table, check.kind() == Kind.NOT_EMPTY ? all : rows, check))
              : result(table, check, counted[i + 1], counted[0], sql.failing()));
    }
    return results;
  }

  /** How many rows a day has is known without reading them where it is the partition. */
  private static Optional<CheckSql> counted(CheckSpec check, TablePlan plan) {
    String column = check.columns().isEmpty() ? "" : check.columns().get(0);
    if (check.kind() != Kind.ROW_COUNT_CHANGE
        || !check.where().isEmpty()
        || !DateType.get().equals(plan.table().schema().findType(column))) {
      return Optional.empty();
    }
    return PartitionOf.rows(plan, column)
        .filter(days -> !days.isEmpty())
        .map(
            days ->
                days.entrySet().stream()
                    .map(
                        day ->
                            "(%s, %d)"
                                .formatted(
                                    Literals.of(DateType.get(), day.getKey()), day.getValue()))
                    .collect(Collectors.joining(", ", "FROM (VALUES ", ") AS t(day, n)")))
        .map(days -> CheckSql.rowCountChange(days, check.share()));
  }

  private Result alone(String table, CheckSpec check, CheckSql sql) throws SQLException {
    long failing = database.number("SELECT count(*) FROM (" + sql.failing() + ")");
    return result(table, check, failing, 0, sql.failing());
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

  /** Runs a query of rows that are wrong, in a database that shows what the part of it needs. */
  public Result query(Singular check, String table, Optional<PartOfQuery> part)
      throws SQLException {
    String whole = check.spec().sql();
    String sql =
        part.map(some -> "FROM (\n" + whole + "\n) WHERE " + some.condition()).orElse(whole);
    long failing = database.number("SELECT count(*) FROM (\n" + sql + "\n)");
    return result(
        table, check.spec().name(), Optional.empty(), check.spec().limits(), failing, 0, sql);
  }
}
