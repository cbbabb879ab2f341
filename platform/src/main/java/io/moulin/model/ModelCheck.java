package io.moulin.model;

import io.moulin.model.Blueprint.Singular;
import io.moulin.spec.DataType;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Diagnostic;
import io.moulin.spec.Diagnostic.Severity;
import io.moulin.spec.MoulinException;
import io.moulin.spec.PartitionSpec;
import io.moulin.spec.Place;
import io.moulin.spec.TableSpec;
import io.moulin.spec.TableSpec.FieldSpec;
import io.moulin.spec.model.CheckSpec;
import io.moulin.spec.model.ModelSpec;
import io.moulin.spec.model.ModelsSpec;
import io.moulin.spec.model.SeedSpec;
import io.moulin.spec.model.SingularCheckSpec;
import io.moulin.spec.model.TableChecksSpec;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Understands the models of a project before there is any data: finds what each reads, the order in
 * which they can be built, their columns, and every mistake.
 */
public final class ModelCheck {
  private final Map<String, TableSpec> streams = new LinkedHashMap<>();
  private final ModelsSpec spec;
  private final Sandbox sandbox;
  private final Scope scope;
  private final Unsteady unsteady;
  private final List<Diagnostic> found = new ArrayList<>();
  private final Map<String, Node> nodes = new LinkedHashMap<>();

  private ModelCheck(List<DatasetSpec> datasets, ModelsSpec spec, Sandbox sandbox) {
    this.spec = spec;
    this.sandbox = sandbox;
    for (DatasetSpec dataset : datasets) {
      dataset.everyTable().forEach(table -> streams.put(table.fullName(), table));
    }
    this.unsteady = new Unsteady(sandbox);
    this.scope = new Scope(sandbox, streams.keySet(), spec, found);
  }

  /**
   * What was understood.
   *
   * @param blueprint empty when a diagnostic is an error
   */
  public record Checked(Optional<Blueprint> blueprint, List<Diagnostic> diagnostics) {
    public Checked {
      diagnostics = List.copyOf(diagnostics);
    }
  }

  /** Checks the models, seeds and checks of a project. */
  public static Checked check(List<DatasetSpec> datasets, ModelsSpec models) {
    if (models.none()) {
      return new Checked(Optional.of(Blueprint.EMPTY), List.of());
    }
    try (Sandbox sandbox = Sandbox.open()) {
      return new ModelCheck(datasets, models, sandbox).check();
    } catch (SQLException e) {
      throw MoulinException.internal("duckdb", "Cannot start DuckDB: " + e.getMessage(), e);
    }
  }

  private Checked check() throws SQLException {
    for (TableSpec table : streams.values()) {
      sandbox.table(table.fullName(), table.fields());
    }
    // Those that are compared with others come behind them.
    for (SeedSpec seed : spec.seeds()) {
      if (targets(seed.checks()).isEmpty()) {
        seed(seed);
      }
    }
    for (SeedSpec seed : spec.seeds()) {
      if (!targets(seed.checks()).isEmpty()) {
        seed(seed);
      }
    }
    Map<String, ModelSpec> models = new LinkedHashMap<>();
    Map<String, List<String>> reads = new HashMap<>();
    for (ModelSpec model : spec.models()) {
      models.put(model.fullName(), model);
      scope.reads(model).ifPresent(each -> reads.put(model.fullName(), each));
    }
    for (String name : scope.ordered(models, before(models, reads, targetsOfStreams(reads)))) {
      ModelSpec model = models.get(name);
      List<String> inputs = reads.get(name);
      if (model != null && inputs != null) {
        model(model, inputs);
      }
    }
    List<Singular> singular = new ArrayList<>();
    for (SingularCheckSpec check : spec.checks()) {
      singular(check).ifPresent(singular::add);
    }
    for (TableChecksSpec checks : spec.tableChecks()) {
      tableChecks(checks);
    }
    boolean wrong = found.stream().anyMatch(each -> each.severity() == Severity.ERROR);
    Blueprint blueprint =
        new Blueprint(
            new ArrayList<>(nodes.values()), singular, spec.tableChecks(), unsteady.checks());
    return new Checked(wrong ? Optional.empty() : Optional.of(blueprint), found);
  }

  /** What has to be there before a model can be checked: what it reads and is compared with. */
  private Map<String, List<String>> before(
      Map<String, ModelSpec> models, Map<String, List<String>> reads, StreamTargets ofStreams) {
    Map<String, List<String>> before = new HashMap<>();
    models.forEach(
        (name, model) -> {
          List<String> all = new ArrayList<>(reads.getOrDefault(name, List.of()));
          all.addAll(targets(model.checks()));
          all.addAll(ofStreams.before(name));
          all.remove(name);
          before.put(name, all);
        });
    return before;
  }

  private StreamTargets targetsOfStreams(Map<String, List<String>> reads) {
    StreamTargets ofStreams = new StreamTargets(reads);
    List<Runnable> circles = new ArrayList<>();
    for (TableChecksSpec of : spec.tableChecks()) {
      of.checks()
          .forEach(check -> targets(List.of(check)).forEach(to -> ofStreams.add(of.table(), to)));
    }
    for (TableChecksSpec of : spec.tableChecks()) {
      for (CheckSpec check : of.checks()) {
        for (String to : targets(List.of(check))) {
          if (ofStreams.circular(of.table(), to)) {
            found.add(circle(of.table(), check, to));
            circles.add(() -> ofStreams.remove(of.table(), to));
          }
        }
      }
    }
    circles.forEach(Runnable::run);
    return ofStreams;
  }

  private List<String> targets(List<CheckSpec> checks) {
    return checks.stream()
        .filter(check -> check.kind() == CheckSpec.Kind.RELATIONSHIPS)
        .flatMap(check -> scope.target(check.to()).stream())
        .toList();
  }

  private void seed(SeedSpec seed) throws SQLException {
    SeedFile file = SeedFile.of(seed, found);
    sandbox.table(seed.fullName(), file.fields());
    new DeclaredChecks(sandbox, scope, unsteady, found)
        .check(seed.fullName(), seed.checks(), names(file.fields()));
    nodes.put(seed.fullName(), file.node());
  }

  private void model(ModelSpec model, List<String> reads) {
    boolean stored = model.materialise() != ModelSpec.Materialise.VIEW;
    List<Sandbox.Described> described;
    try {
      described = sandbox.describe(model.sql());
      sandbox.model(model.fullName(), becomes(model, described), stored);
    } catch (SQLException e) {
      if (reads.stream().allMatch(this::understood)) {
        SqlPlace error = SqlPlace.of(e, model.sqlAt(), 1);
        found.add(Diagnostic.error("invalid-model", error.at(), error.what(), "", error.hint()));
      } // else it was said where the mistake is
      return;
    }
    ModelTable table = new ModelTable(model, found);
    List<FieldSpec> fields = table.fields(described);
    new DeclaredChecks(sandbox, scope, unsteady, found)
        .check(model.fullName(), model.checks(), names(fields));
    List<Node> views = views(reads);
    nodes.put(
        model.fullName(),
        table.node(
            fields, reads, partitionWise(model, fields), unsteady.in(model.sql(), views), views));
  }

  /** The SQL of the table that a model becomes; its own begins in the second line of it. */
  private static String becomes(ModelSpec model, List<Sandbox.Described> columns) {
    return model.materialise() == ModelSpec.Materialise.SNAPSHOT
        ? new SnapshotSql(
                model.sql(),
                model.key(),
                "",
                columns.stream().map(Sandbox.Described::name).toList())
            .first(Instant.EPOCH)
        : model.sql();
  }

  private boolean understood(String read) {
    return streams.containsKey(read) || nodes.containsKey(read);
  }

  private static List<String> names(List<FieldSpec> fields) {
    return fields.stream().map(FieldSpec::name).toList();
  }

  /** The views that a list of names comes down to. */
  private List<Node> views(List<String> reads) {
    return blueprint().views(reads);
  }

  /** Of the nodes so far. */
  private Blueprint blueprint() {
    return new Blueprint(new ArrayList<>(nodes.values()), List.of(), List.of(), Set.of());
  }

  private PartitionWise partitionWise(ModelSpec model, List<FieldSpec> fields) {
    if (model.materialise() != ModelSpec.Materialise.INCREMENTAL || model.partition().size() != 1) {
      return PartitionWise.NOTHING;
    }
    String column = model.partition().get(0);
    Optional<FieldSpec> field =
        fields.stream().filter(each -> each.name().equals(column)).findFirst();
    if (field.isEmpty()) {
      return PartitionWise.NOTHING; // reported
    }
    return partitionWise(model.fullName(), model.sql(), column, field.get().type());
  }

  private PartitionWise partitionWise(String name, String sql, String column, DataType type) {
    try {
      return PartitionProof.of(sandbox, sql, column, type);
    } catch (SQLException e) {
      throw MoulinException.internal(
          "duckdb", "Cannot plan %s: %s".formatted(name, e.getMessage()), e);
    }
  }

  private Optional<Singular> singular(SingularCheckSpec check) {
    Optional<List<String>> reads = scope.reads(check);
    if (reads.isEmpty()) {
      return Optional.empty();
    }
    List<Sandbox.Described> columns;
    try {
      columns = sandbox.describe(check.sql());
    } catch (SQLException e) {
      if (reads.get().stream().allMatch(this::understood)) {
        SqlPlace error = SqlPlace.of(e, check.sqlAt(), 1);
        found.add(Diagnostic.error("invalid-check", error.at(), error.what(), "", error.hint()));
      }
      return Optional.empty();
    }
    return Optional.of(inParts(check, reads.get(), columns));
  }

  /** With the first of its columns by whose values it can be made in parts. */
  private Singular inParts(
      SingularCheckSpec check, List<String> reads, List<Sandbox.Described> columns) {
    List<String> changing = unsteady.in(check.sql(), views(reads));
    Set<String> partitions = partitions(reads);
    for (Sandbox.Described column : columns) {
      DataType type = ModelTypes.of(column.type()).orElse(null);
      if (type != null && partitions.contains(column.name())) {
        PartitionWise wise = partitionWise(check.name(), check.sql(), column.name(), type);
        if (!wise.inputs().isEmpty()) {
          return new Singular(check, reads, changing, column.name(), wise);
        }
      }
    }
    return new Singular(check, reads, changing, "", PartitionWise.NOTHING);
  }

  /** The columns by whose values the tables are partitioned that a list of names comes down to. */
  private Set<String> partitions(List<String> reads) {
    Set<String> columns = new HashSet<>();
    for (String read : blueprint().stored(reads)) {
      TableSpec stream = streams.get(read);
      if (stream != null) {
        stream.partition().stream()
            .filter(each -> each.transform() == PartitionSpec.Transform.IDENTITY)
            .forEach(each -> columns.add(each.column()));
      }
      Optional.ofNullable(nodes.get(read)).ifPresent(node -> columns.addAll(node.partition()));
    }
    return columns;
  }

  private void tableChecks(TableChecksSpec checks) {
    TableSpec table = streams.get(checks.table());
    if (table == null) {
      Place at = checks.at();
      found.add(
          Diagnostic.error(
              "unknown-table",
              at,
              "No stream of this project fills a table '" + checks.table() + "'",
              "models and seeds have their checks where they are declared",
              "tables are: " + streams.keySet().stream().collect(Collectors.joining(", "))));
      return;
    }
    new DeclaredChecks(sandbox, scope, unsteady, found)
        .check(table.fullName(), checks.checks(), names(table.fields()));
  }

  private static Diagnostic circle(String table, CheckSpec check, String to) {
    return Diagnostic.error(
        "check-in-a-circle",
        check.at(),
        "The check '%s' compares %s with %s, which comes after what is made of %s"
            .formatted(check.name(), table, to, table),
        "a stream is checked before anything is made of it, and neither could be the first",
        "compare it with a seed, or put the check on a model");
  }
}
