package io.moulin.plan;

import io.moulin.plan.Actual.ActualTable;
import io.moulin.spec.Layer;
import io.moulin.spec.PartitionSpec;
import io.moulin.spec.TableSpec;
import io.moulin.spec.TableSpec.FieldSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** How a table that exists differs from what is declared. Columns are matched by name. */
final class TableChanges {
  /** The property of a table that names its dataset. */
  private static final String DATASET = "moulin.dataset";

  private static final String REBUILD =
      "or choose a new 'table:' name: new tables are made beside the old ones and filled from the"
          + " topic's records";

  private static final String ANEW =
      "declare it as it was; or drop its table with any engine, and 'moulin apply' and the next run"
          + " make it anew from silver";

  private final TableSpec table;
  private final ActualTable existing;
  private final List<Change> changes = new ArrayList<>();
  private final List<Refusal> refused = new ArrayList<>();

  private TableChanges(TableSpec table, ActualTable existing) {
    this.table = table;
    this.existing = existing;
  }

  static TableChanges between(TableSpec table, ActualTable existing) {
    TableChanges differences = new TableChanges(table, existing);
    differences.compare();
    return differences;
  }

  List<Change> changes() {
    return changes;
  }

  List<Refusal> refused() {
    return refused;
  }

  private void compare() {
    String owner = existing.properties().get(DATASET);
    if (!table.dataset().equals(owner)) {
      refused.add(
          Planner.foreign(
              table,
              owner == null
                  ? "a table of this name exists that Moulin did not make"
                  : "the table belongs to dataset '" + owner + "'"));
      return;
    }
    Map<String, FieldSpec> columns = new LinkedHashMap<>();
    existing.fields().forEach(field -> columns.put(field.name(), field));
    Set<String> left = new LinkedHashSet<>(columns.keySet());
    for (FieldSpec field : table.fields()) {
      FieldSpec column = columns.get(field.name());
      if (column != null) {
        left.remove(field.name());
        alter(column, field);
      } else if (field.was() != null && columns.containsKey(field.was())) {
        left.remove(field.was());
        refuseRename(field, field.was());
      } else if (field.required()) {
        refuseRequired(field);
      } else {
        changes.add(new Change.AddColumn(table.dataset(), table.fullName(), field));
      }
    }
    left.forEach(this::refuseDrop);
    partition();
  }

  private void alter(FieldSpec from, FieldSpec to) {
    TypeChange type = TypeChange.of(from.type(), to.type());
    switch (type) {
      case NONE -> {}
      case WIDEN ->
          changes.add(
              new Change.WidenColumn(
                  table.dataset(), table.fullName(), to.name(), from.type(), to.type()));
      case NARROW, TEXT_TO_TIME, RETYPE -> refuseType(type, from, to);
    }
    if (from.required() != to.required()) {
      refuse(
          (to.required() ? "require a value in column " : "allow no value in column ") + to.name(),
          to.required() ? Impact.REWRITE : Impact.NONE,
          to.required() ? "rows that exist may have none" : "readers count on a value in every row",
          "give the column that takes its place another name, " + REBUILD);
    }
    if (!from.doc().equals(to.doc())) {
      changes.add(
          new Change.DocumentColumn(table.dataset(), table.fullName(), to.name(), to.doc()));
    }
  }

  private void refuseType(TypeChange change, FieldSpec from, FieldSpec to) {
    String what =
        "%s column %s from %s to %s"
            .formatted(
                change == TypeChange.NARROW ? "narrow" : "retype",
                to.name(),
                from.type(),
                to.type());
    String why =
        switch (change) {
          case NARROW -> "values that are stored may not fit into " + to.type();
          case TEXT_TO_TIME -> "text that is stored may not be a " + to.type();
          default -> "values that are stored are not of type " + to.type();
        };
    refuse(what, Impact.REWRITE, why, typeFix(from, to));
  }

  private String typeFix(FieldSpec from, FieldSpec to) {
    if (!silver()) {
      // What is on the wire may change; what was stored as it came may not.
      return "keep 'type: %s' for field '%s' and convert it for silver under 'derive:', %s"
          .formatted(from.type(), to.name(), REBUILD);
    }
    return "keep 'silver: %s' for column '%s' and add under 'derive:' {name: %s_new, type: \"%s\", sql: \"TRY_CAST(%s AS %s)\"}, %s"
        .formatted(
            from.type(), to.name(), to.name(), to.type(), to.name(), to.type().sql(), REBUILD);
  }

  private void refuseRename(FieldSpec field, String was) {
    refuse(
        "rename column %s to %s".formatted(was, field.name()),
        Impact.REWRITE,
        "every reader of '" + was + "' would break",
        "keep 'as: %s' and add under 'derive:' {name: %s, type: \"%s\", sql: \"%s\"}, %s"
            .formatted(was, field.name(), field.type(), was, REBUILD));
  }

  private void refuseRequired(FieldSpec field) {
    refuse(
        "add required column %s %s".formatted(field.name(), field.type()),
        Impact.REWRITE,
        "the rows that exist have no value for it",
        "leave out what asks for it (for example 'key:' or 'lateness:'), " + REBUILD);
  }

  private void refuseDrop(String column) {
    refuse(
        "drop column " + column,
        Impact.DATA_LOSS,
        "its values would be gone, and every reader of it would break",
        dropFix(column));
  }

  private String dropFix(String column) {
    if (column.startsWith("_") || column.startsWith("dq_") || column.startsWith("is_late")) {
      return "put back what asked for it in the manifest (for example 'unknown-fields:' or"
          + " 'lateness:'), "
          + REBUILD;
    }
    return "declare it again (where producers no longer send it, it stays empty), " + REBUILD;
  }

  private void partition() {
    if (!existing.partition().equals(table.partition())) {
      refuse(
          "partition by %s instead of %s"
              .formatted(fields(table.partition()), fields(existing.partition())),
          Impact.REWRITE,
          "the files that exist are laid out the old way",
          "declare 'partition: [%s]', %s"
              .formatted(
                  existing.partition().isEmpty() ? "" : fields(existing.partition()), REBUILD));
    }
  }

  private static String fields(List<PartitionSpec> partition) {
    return partition.isEmpty()
        ? "nothing"
        : partition.stream().map(PartitionSpec::toString).collect(Collectors.joining(", "));
  }

  private boolean silver() {
    return table.layer() == Layer.SILVER || table.layer() == Layer.LATE;
  }

  private void refuse(String what, Impact impact, String why, String fix) {
    boolean follows = table.layer() == Layer.HISTORY || table.layer() == Layer.LIVE;
    String way = follows ? ANEW : fix;
    refused.add(new Refusal(table.dataset(), "table " + table.fullName(), what, impact, why, way));
  }
}
