package io.moulin.model;

import io.moulin.spec.Diagnostic;
import io.moulin.spec.Place;
import io.moulin.spec.model.CheckSpec;
import io.moulin.spec.model.CheckSpec.Kind;
import io.moulin.sql.Spelling;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Whether checks speak of what there is. */
final class DeclaredChecks {
  private final Sandbox sandbox;
  private final Scope scope;
  private final Unsteady unsteady;
  private final List<Diagnostic> found;

  /**
   * @param unsteady takes up those that can be made
   * @param found takes what is wrong with the others
   */
  DeclaredChecks(Sandbox sandbox, Scope scope, Unsteady unsteady, List<Diagnostic> found) {
    this.sandbox = sandbox;
    this.scope = scope;
    this.unsteady = unsteady;
    this.found = found;
  }

  /**
   * Reports what is wrong with the checks of a table.
   *
   * @param columns of the table
   */
  void check(String table, List<CheckSpec> checks, List<String> columns) {
    for (CheckSpec check : checks) {
      boolean known = true;
      for (String column : check.columns()) {
        if (!columns.contains(column)) {
          known = false;
          found.add(
              Diagnostic.error(
                  "unknown-column",
                  check.at(),
                  "The check '%s' speaks of '%s', which is no column of %s"
                      .formatted(check.name(), column, table),
                  "",
                  Spelling.nearest(column, columns)
                      .map(near -> "did you mean '" + near + "'?")
                      .orElse("columns: " + String.join(", ", columns))));
        }
      }
      if (check.kind() == Kind.RELATIONSHIPS) {
        Optional<String> target = scope.target(check.to());
        if (target.isEmpty()) {
          scope.unknown(check.to(), check.at());
          known = false;
        }
      }
      if (known) {
        bind(table, check);
      }
    }
  }

  private void bind(String table, CheckSpec check) {
    try {
      if (!check.expect().isEmpty()) {
        bindCondition(table, check.expect());
      }
      if (!check.where().isEmpty()) {
        bindCondition(table, check.where());
      }
      String to = scope.target(check.to()).orElse("");
      if (check.kind() != Kind.RELATIONSHIPS || exists(to)) {
        sandbox.bind(CheckSql.of(table, check, to).failing());
      }
      unsteady.add(check);
    } catch (SQLException e) {
      SqlPlace error = SqlPlace.of(e, new Place(check.at().file(), check.at().line(), 0), 0);
      found.add(
          Diagnostic.error(
              "invalid-check",
              check.at(),
              "The check '%s': %s".formatted(check.name(), error.what()),
              "",
              error.hint()));
    }
  }

  /** In brackets, so that it can be nothing but one condition. */
  private void bindCondition(String table, String condition) throws SQLException {
    sandbox.bind(
        "SELECT 1 FROM %s WHERE CAST((%s\n) AS BOOLEAN)"
            .formatted(SqlNames.quoted(table), condition));
  }

  /** A model that is made after this one, or has a mistake, is not there to compare with. */
  private boolean exists(String table) {
    try {
      sandbox.bind("FROM " + SqlNames.quoted(table));
      return true;
    } catch (SQLException e) {
      return false;
    }
  }
}
