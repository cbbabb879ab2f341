package io.moulin.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.moulin.duck.Functions;
import io.moulin.duck.SqlTree;
import io.moulin.spec.MoulinException;
import io.moulin.spec.model.CheckSpec;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What in the SQL of a project gives something else at another time, though no row has changed: the
 * clock, chance, a sample.
 */
final class Unsteady {
  private final Sandbox sandbox;
  private final Set<CheckSpec> checks = new HashSet<>();

  Unsteady(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  /** What there is of it in a statement that parses. */
  Set<String> in(String select) {
    try {
      Functions functions = Functions.of(sandbox.connection());
      return functions.mayBeUnsteady(select)
          ? functions.unsteady(SqlTree.of(sandbox.connection(), select))
          : Set.of();
    } catch (SQLException | JsonProcessingException e) {
      throw MoulinException.internal("duckdb", "Cannot parse SQL: " + e.getMessage(), e);
    }
  }

  /** The same, with what there is in views that it reads. */
  List<String> in(String select, List<Node> views) {
    Set<String> all = new TreeSet<>(in(select));
    views.forEach(view -> all.addAll(view.unsteady()));
    return List.copyOf(all);
  }

  /** Takes up a check whose SQL parses. */
  void add(CheckSpec check) {
    for (String condition : List.of(check.expect(), check.where())) {
      if (!condition.isEmpty() && !in("SELECT (" + condition + "\n)").isEmpty()) {
        checks.add(check);
      }
    }
  }

  /** The checks whose own SQL is unsteady, of those taken up. */
  Set<CheckSpec> checks() {
    return checks;
  }
}
