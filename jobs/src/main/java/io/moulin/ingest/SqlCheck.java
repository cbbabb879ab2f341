package io.moulin.ingest;

import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DerivedSpec;
import io.moulin.spec.Diagnostic;
import io.moulin.spec.Layer;
import io.moulin.spec.RuleSpec;
import io.moulin.spec.history.HistorySpec;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Checks the SQL of rules and derived columns against the dataset's columns, with the engine that
 * will run it, before there is any data.
 */
public final class SqlCheck {
  private final SqlProbe probe;

  public SqlCheck(SqlProbe probe) {
    this.probe = probe;
  }

  /** What is wrong with the SQL of the dataset; empty when nothing is. */
  public List<Diagnostic> check(DatasetSpec dataset) {
    List<Diagnostic> found = new ArrayList<>();
    List<String> columns = new ArrayList<>();
    for (ColumnSpec column : dataset.columns()) {
      columns.add(SqlProbe.nullColumn(column.as(), column.silver()));
    }
    for (DerivedSpec derived : dataset.derived()) {
      String what = "derived column '" + derived.name() + "'";
      String tried = IngestSql.tried(derived);
      probe
          .check(what, derived.sql(), tried, columns, derived.at())
          .or(() -> notOfType(what, derived, columns))
          .ifPresent(found::add);
      columns.add(SqlProbe.nullColumn(derived.name(), derived.type()));
    }
    for (RuleSpec rule : dataset.rules()) {
      String what = "rule '" + rule.name() + "'";
      probe.condition(what, rule.expect(), columns, rule.at()).ifPresent(found::add);
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
    List<String> columns = SqlProbe.nullColumns(dataset.table(Layer.SILVER));
    return probe.condition("history.deletes", deletes, columns, history.at());
  }

  /** A cast that no value survives would only show at run time, as NULL under TRY. */
  private Optional<Diagnostic> notOfType(String what, DerivedSpec derived, List<String> columns) {
    try {
      String type = probe.describe("(" + derived.sql() + "\n)", columns);
      String wanted = derived.type().sql();
      if (type.equals("\"NULL\"") || probe.castable(type, wanted)) {
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
      return Optional.of(SqlProbe.unbound(what, e, derived.at()));
    }
  }
}
