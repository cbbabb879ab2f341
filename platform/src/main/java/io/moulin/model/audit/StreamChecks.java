package io.moulin.model.audit;

import io.moulin.model.Blueprint;
import io.moulin.model.tables.Changes;
import io.moulin.model.tables.ModelCatalog;
import io.moulin.spec.model.CheckSpec;
import io.moulin.spec.model.CheckSpec.Kind;
import io.moulin.sql.TablePlan;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;

/**
 * Checks of the tables that streams fill. What was found good is not looked at again: of a table
 * that has grown since, only the partitions in which rows have come or gone.
 */
public final class StreamChecks {
  private final Blueprint blueprint;
  private final ModelCatalog catalog;
  private final Checking checking;
  private final Marks marks;

  public StreamChecks(Blueprint blueprint, ModelCatalog catalog, Checking checking, Marks marks) {
    this.blueprint = blueprint;
    this.catalog = catalog;
    this.checking = checking;
    this.marks = marks;
  }

  /** Makes the checks of a table that exists. */
  public List<Result> check(String fullName, List<CheckSpec> checks) {
    Table table = catalog.load(fullName).orElseThrow();
    Marks.Mark now = marks.of(table, checks);
    List<Result> results = results(fullName, checks, table, now);
    marks.keep(fullName, now, results);
    return results;
  }

  private List<Result> results(
      String fullName, List<CheckSpec> checks, Table table, Marks.Mark now) {
    Marks.Mark last = marks.before(fullName).orElse(null);
    if (last == null || !last.version().equals(now.version())) {
      return checking.table(fullName, checks);
    }
    boolean sameOthers = now.sameOthers(Optional.of(last));
    Changes changes = catalog.changes(fullName, table, last.snapshot());
    if (last.snapshot() == now.snapshot() || !changes.any()) {
      List<CheckSpec> open =
          checks.stream()
              .filter(
                  check ->
                      blueprint.unsteady(check)
                          || (check.kind() == Kind.RELATIONSHIPS && !sameOthers))
              .toList();
      return open.isEmpty() ? List.of() : checking.table(fullName, open);
    }
    return checking.table(
        fullName,
        checks,
        part(fullName, table, changes),
        check ->
            blueprint.unsteady(check)
                || check.kind() == Kind.UNIQUE
                || (check.kind() == Kind.RELATIONSHIPS && !sameOthers));
  }

  /** The files of the partitions in which something has changed, when that can be told. */
  private Optional<TablePlan> part(String fullName, Table table, Changes changes) {
    for (PartitionField field : table.spec().fields()) {
      if (field.transform().isIdentity()) {
        String column = table.schema().findColumnName(field.sourceId());
        Optional<Set<Object>> values = changes.partitions(column);
        if (values.isPresent()) {
          return Optional.of(
              catalog.plan(fullName, table).where(Expressions.in(column, values.get().toArray())));
        }
      }
    }
    return Optional.empty();
  }
}
