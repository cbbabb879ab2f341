package io.moulin.model;

import io.moulin.spec.DataType;
import io.moulin.spec.Diagnostic;
import io.moulin.spec.TableSpec.FieldSpec;
import io.moulin.spec.model.ModelColumnSpec;
import io.moulin.spec.model.ModelSpec;
import io.moulin.spec.model.ModelSpec.Materialise;
import io.moulin.sql.Spelling;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What a model becomes: its columns, held against what is declared about them. */
final class ModelTable {
  private final ModelSpec model;
  private final List<Diagnostic> found;

  ModelTable(ModelSpec model, List<Diagnostic> found) {
    this.model = model;
    this.found = found;
  }

  /** The columns of the table; every mistake in what is declared about them is reported. */
  List<FieldSpec> fields(List<Sandbox.Described> described) {
    Map<String, ModelColumnSpec> declared =
        model.columns().stream()
            .collect(
                Collectors.toMap(
                    column -> column.name().toLowerCase(Locale.ROOT),
                    Function.identity(),
                    (first, second) -> first));
    List<FieldSpec> fields = new ArrayList<>();
    for (Sandbox.Described column : described) {
      Optional<DataType> type = ModelTypes.of(column.type());
      if (type.isEmpty()) {
        error(
            "unsupported-type",
            "The column '%s' is of type %s, which no table can hold"
                .formatted(column.name(), column.type()),
            "cast it: CAST(%s AS VARCHAR)".formatted(column.name()));
        continue;
      }
      ModelColumnSpec said = declared.remove(column.name().toLowerCase(Locale.ROOT));
      fields.add(FieldSpec.optional(column.name(), type.get(), said == null ? "" : said.doc()));
      if (said != null && said.type() != null && !said.type().equals(type.get())) {
        found.add(
            Diagnostic.error(
                "column-type",
                said.at(),
                "The column '%s' is declared as %s and is %s"
                    .formatted(said.name(), said.type(), type.get()),
                "readers rely on what is declared",
                "cast it in the SQL, or declare " + type.get()));
      }
    }
    if (model.materialise() == Materialise.SNAPSHOT) {
      fields.addAll(SnapshotSql.added());
      SnapshotSql.added().forEach(field -> declared.remove(field.name()));
    }
    List<String> names = fields.stream().map(FieldSpec::name).toList();
    declared.values().forEach(column -> missing(column, names));
    if (model.contract()) {
      contract(names);
    }
    known("partition", model.partition(), names);
    known("key", model.key(), names);
    if (!model.time().isEmpty()) {
      known("time", List.of(model.time()), names);
    }
    return fields;
  }

  private void missing(ModelColumnSpec column, List<String> names) {
    found.add(
        Diagnostic.error(
            "unknown-column",
            column.at(),
            "The SQL of " + model.name() + " has no column '" + column.name() + "'",
            "",
            near(column.name(), names)));
  }

  private void contract(List<String> names) {
    List<String> promised = model.columns().stream().map(ModelColumnSpec::name).toList();
    for (String name : names) {
      if (promised.stream().noneMatch(name::equalsIgnoreCase)) {
        error(
            "contract-broken",
            "The SQL has a column '" + name + "' that the contract does not name",
            "add it to 'columns', or leave it out of the SQL");
      }
    }
    if (promised.size() == names.size() && names.containsAll(promised) && !promised.equals(names)) {
      error(
          "contract-broken",
          "The columns are in another order than the contract's: " + String.join(", ", names),
          "write both in one order");
    }
  }

  private void known(String field, List<String> columns, List<String> names) {
    for (String column : columns) {
      if (!names.contains(column)) {
        error(
            "unknown-column",
            "'%s' names '%s', which is no column of %s".formatted(field, column, model.name()),
            near(column, names));
      }
    }
  }

  private static String near(String name, List<String> names) {
    return Spelling.nearest(name, names)
        .map(each -> "did you mean '" + each + "'?")
        .orElse("columns: " + String.join(", ", names));
  }

  private void error(String code, String what, String fix) {
    found.add(Diagnostic.error(code, model.at(), what, "", fix));
  }

  /**
   * The node.
   *
   * @param views those that it reads, whose SQL is part of its own
   */
  Node node(
      List<FieldSpec> fields,
      List<String> reads,
      PartitionWise partitionWise,
      List<String> unsteady,
      List<Node> views) {
    List<String> version = new ArrayList<>();
    views.forEach(view -> version.add(view.fullName() + " " + view.sql()));
    version.add(model.sql());
    version.add(model.materialise().name());
    version.add(String.join(",", model.partition()));
    version.add(String.join(",", model.key()));
    version.add(model.time());
    fields.forEach(field -> version.add(field.name() + " " + field.type()));
    return new Node(
        model.name(),
        model.fullName(),
        kind(model.materialise()),
        Optional.of(model.step()),
        model.sql(),
        model.description(),
        model.partition(),
        model.key(),
        model.lookback(),
        model.time(),
        fields,
        reads,
        partitionWise,
        unsteady,
        model.checks(),
        model.owner(),
        model.tags(),
        Optional.empty(),
        Version.of(String.join("\n", version).getBytes(StandardCharsets.UTF_8)),
        model.at());
  }

  private static Node.Kind kind(Materialise materialise) {
    return switch (materialise) {
      case VIEW -> Node.Kind.VIEW;
      case TABLE -> Node.Kind.TABLE;
      case INCREMENTAL -> Node.Kind.INCREMENTAL;
      case SNAPSHOT -> Node.Kind.SNAPSHOT;
    };
  }
}
