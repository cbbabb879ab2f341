package io.moulin.model.build;

import io.moulin.model.Blueprint;
import io.moulin.model.Blueprint.Singular;
import io.moulin.model.Node;
import io.moulin.model.SnapshotSql;
import io.moulin.model.SqlNames;
import io.moulin.model.build.ModelReport.Outcome;
import io.moulin.parquet.ParquetOut;
import io.moulin.platform.IcebergSchemas;
import io.moulin.spec.MoulinException;
import io.moulin.spec.Sql;
import io.moulin.spec.TableSpec.FieldSpec;
import io.moulin.spec.model.CheckSpec;
import io.moulin.spec.model.CheckSpec.Kind;
import io.moulin.spec.model.CheckSpec.Verdict;
import io.moulin.sql.TableView;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.jspecify.annotations.Nullable;

/**
 * Builds one stored node: decides what has to be computed, writes it to files that no snapshot has,
 * checks the table as it would be with them, and only then publishes it, in one commit.
 */
final class NodeBuild {
  private final Run run;
  private final Node node;
  private final List<Singular> queries;
  private final long began = System.nanoTime();

  /**
   * What all nodes of a build share.
   *
   * @param id unique to the build
   * @param whole compute everything, whether it changed or not
   * @param viewChecks gives the results of a view's checks
   */
  record Run(
      String id,
      Blueprint blueprint,
      ModelCatalog catalog,
      Means means,
      Instant now,
      boolean whole,
      Function<Node, List<Result>> viewChecks) {}

  /**
   * @param queries checks to make before it is published, beside its own
   */
  NodeBuild(Run run, Node node, List<Singular> queries) {
    this.run = run;
    this.node = node;
    this.queries = List.copyOf(queries);
  }

  ModelReport build() throws SQLException, IOException {
    Table table = run.catalog().load(node.fullName()).orElse(null);
    List<Input> inputs = inputs(run.blueprint().stored(node.reads()));
    Deciding deciding = new Deciding(node, table, inputs);
    Decision decision =
        run.whole() && node.kind() != Node.Kind.SNAPSHOT
            ? new Decision.Whole("full refresh")
            : deciding.decide();
    if (decision instanceof Decision.Nothing nothing) {
      return unchanged(table, nothing.why());
    }
    if (table != null && !ModelCatalog.fits(node, table)) {
      decision = new Decision.Whole(decision.why());
    }
    for (Node view : run.blueprint().views(node.reads())) {
      if (run.viewChecks().apply(view).stream()
          .anyMatch(result -> result.verdict() == Verdict.FAILED)) {
        return report(
            Outcome.HELD_BACK,
            new Decision.Nothing("a check of " + view.name() + " failed"),
            table,
            0,
            List.of());
      }
    }
    Transaction change = run.catalog().begin(node, table);
    List<DataFile> files = new ArrayList<>();
    boolean published = false;
    try {
      if (!compute(change.table(), table, decision, inputs, files)) {
        return unchanged(table, "nothing changed");
      }
      List<Result> results = audit(change.table(), table, decision, files);
      if (results.stream().anyMatch(result -> result.verdict() == Verdict.FAILED)) {
        return report(Outcome.HELD_BACK, decision, table, 0, results);
      }
      Published made = new Published(node.version(), deciding.ids(), behind(deciding, decision));
      publish(change, table, decision, files, made);
      published = true;
      Table now = run.catalog().load(node.fullName()).orElseThrow();
      long bytes = files.stream().mapToLong(DataFile::fileSizeInBytes).sum();
      return report(Outcome.BUILT, decision, now, bytes, results);
    } catch (CommitStateUnknownException e) {
      published = true; // nobody may delete what may be published
      throw MoulinException.external(
          "commit-unknown",
          "Whether %s was published is not known: %s".formatted(node.fullName(), e.getMessage()),
          "build again: it will see what is there",
          e);
    } finally {
      if (!published) {
        files.forEach(file -> change.table().io().deleteFile(file.location()));
      }
    }
  }

  /** Tables as they are now; everything that follows sees the same. */
  private List<Input> inputs(Set<String> names) {
    List<Input> inputs = new ArrayList<>();
    for (String name : names) {
      Table table =
          run.catalog()
              .load(name)
              .orElseThrow(
                  () ->
                      run.blueprint().node(name).isPresent()
                          ? MoulinException.user(
                              "input-not-built",
                              "%s reads %s, which has never been built"
                                  .formatted(node.name(), name),
                              "build it too: moulin build --select +" + node.name())
                          : MoulinException.user(
                              "input-missing",
                              "%s reads %s, which does not exist yet".formatted(node.name(), name),
                              "make it with 'moulin apply', and fill it with 'moulin run'"));
      inputs.add(new Input(name, table));
    }
    return inputs;
  }

  private ModelReport unchanged(@Nullable Table table, String why) {
    if (table != null && ModelCatalog.fits(node, table)) {
      ModelCatalog.document(node, table);
    }
    return report(Outcome.UNCHANGED, new Decision.Nothing(why), table, 0, List.of());
  }

  /** Writes the files; false when there is nothing to write after all. */
  private boolean compute(
      Table target,
      @Nullable Table published,
      Decision decision,
      List<Input> inputs,
      List<DataFile> files)
      throws SQLException, IOException {
    List<TableView> views = new ArrayList<>();
    for (Input input : inputs) {
      views.add(
          view(input.fullName(), input.table(), part(input, decision), List.of(), views.size()));
    }
    boolean versions = node.kind() == Node.Kind.SNAPSHOT && hasVersions(published);
    if (versions && published != null) {
      views.add(
          view(node.fullName(), published, Expressions.alwaysTrue(), List.of(), views.size()));
    }
    List<Path> seeds = node.file().map(List::of).orElse(List.of());
    try (Database database =
        Database.open(run.means(), views, run.blueprint().views(node.reads()), seeds)) {
      if (versions
          && published != null
          && database.number(versions().changed(before(published))) == 0) {
        return false;
      }
      ParquetOut out =
          new ParquetOut(
              node.fields(), ModelCatalog.partition(node), target, ParquetOut.Rows.COMPUTED);
      String name = run.id() + "-" + node.name();
      ParquetOut.Written written =
          out.write(
              database.duck(),
              query(target, decision, versions ? published : null),
              run.means().folder().resolve(name),
              name);
      files.addAll(written.dataFiles(target));
      return true;
    }
  }

  private static boolean hasVersions(@Nullable Table published) {
    return published != null && Published.of(published) != null;
  }

  private SnapshotSql versions() {
    int added = SnapshotSql.added().size();
    List<String> columns =
        node.fields().subList(0, node.fields().size() - added).stream()
            .map(FieldSpec::name)
            .toList();
    return new SnapshotSql(node.sql(), node.key(), node.time(), columns);
  }

  /** The versions so far, with the columns that they have today. */
  private String before(Table published) {
    return node.fields().stream()
        .map(
            field ->
                (published.schema().findField(field.name()) == null
                        ? "CAST(NULL AS %s) AS ".formatted(field.type().sql())
                        : "")
                    + Sql.name(field.name()))
        .collect(
            Collectors.joining(
                ", ", "(SELECT ", " FROM " + SqlNames.quoted(node.fullName()) + ")"));
  }

  /** The rows to write, each column of the type that the table has. */
  private String query(Table target, Decision decision, @Nullable Table before) {
    String sql =
        node.kind() != Node.Kind.SNAPSHOT
            ? node.sql()
            : before != null
                ? versions().next(before(before), run.now())
                : versions().first(run.now());
    String columns =
        node.fields().stream()
            .map(
                field ->
                    "CAST(%1$s AS %2$s) AS %1$s"
                        .formatted(Sql.name(field.name()), field.type().sql()))
            .collect(Collectors.joining(", "));
    String all = "SELECT %s FROM (\n%s\n)".formatted(columns, sql);
    return decision instanceof Decision.Partitions some
        ? all + " WHERE " + partOf(target, some)
        : all;
  }

  private String partOf(Table target, Decision.Partitions some) {
    String column = node.partition().get(0);
    return Literals.in(column, target.schema().findType(column), some.values());
  }

  /** Of an input whose rows matter only to partitions of the same value, only files of those. */
  private Expression part(Input input, Decision decision) {
    String column = node.partitionWise().get(input.fullName());
    return decision instanceof Decision.Partitions some && column != null
        ? Expressions.in(column, some.values().toArray())
        : Expressions.alwaysTrue();
  }

  private static TableView view(
      String fullName, Table table, Expression filter, List<DataFile> more, int number) {
    return TableView.of(
        IcebergSchemas.identifier(fullName), table, table.currentSnapshot(), filter, more, number);
  }

  /** Makes the checks on the table as it would be. */
  private List<Result> audit(
      Table target, @Nullable Table published, Decision decision, List<DataFile> files)
      throws SQLException, IOException {
    if (node.checks().isEmpty() && queries.isEmpty()) {
      return List.of();
    }
    Names names = new Names(run.blueprint());
    Set<String> others = new LinkedHashSet<>();
    node.checks().stream()
        .filter(check -> check.kind() == Kind.RELATIONSHIPS)
        .forEach(check -> others.add(names.fullName(check.to())));
    queries.forEach(query -> others.addAll(query.reads()));
    List<String> reads = List.copyOf(others);
    Set<String> stored = run.blueprint().stored(reads);
    stored.remove(node.fullName());
    List<TableView> views = new ArrayList<>();
    views.add(wouldBe(target, published, decision, files));
    for (Input input : inputs(stored)) {
      views.add(
          view(input.fullName(), input.table(), Expressions.alwaysTrue(), List.of(), views.size()));
    }
    String part = decision instanceof Decision.Partitions some ? partOf(target, some) : "";
    try (Database database =
        Database.open(run.means(), views, run.blueprint().views(reads), List.of())) {
      Audit audit = new Audit(database, names::fullName);
      List<Result> results =
          new ArrayList<>(
              audit.table(node.fullName(), node.checks(), part, this::acrossPartitions));
      for (Singular query : queries) {
        results.add(audit.query(query, node.fullName()));
      }
      return results;
    }
  }

  /** Whether rows of different partitions can be equal in what has to be unique. */
  private boolean acrossPartitions(CheckSpec check) {
    return !check.columns().containsAll(node.partition());
  }

  private TableView wouldBe(
      Table target, @Nullable Table published, Decision decision, List<DataFile> files) {
    if (decision instanceof Decision.Partitions some && published != null) {
      Expression others = Expressions.notIn(node.partition().get(0), some.values().toArray());
      return view(node.fullName(), published, others, files, 0);
    }
    return TableView.of(
        IcebergSchemas.identifier(node.fullName()),
        target,
        null,
        Expressions.alwaysTrue(),
        files,
        0);
  }

  private static List<String> behind(Deciding deciding, Decision decision) {
    if (!(decision instanceof Decision.Partitions some)) {
      return List.of();
    }
    Set<String> behind = new LinkedHashSet<>(deciding.behind());
    some.behind().forEach(value -> behind.add(value.toString()));
    some.values().forEach(value -> behind.remove(value.toString()));
    return List.copyOf(behind);
  }

  private void publish(
      Transaction change,
      @Nullable Table published,
      Decision decision,
      List<DataFile> files,
      Published made) {
    Map<String, String> summary = made.summary(run.id());
    if (published == null || !ModelCatalog.fits(node, published)) {
      AppendFiles append = change.newAppend();
      files.forEach(append::appendFile);
      summary.forEach(append::set);
      append.commit();
    } else {
      OverwriteFiles overwrite = change.newOverwrite();
      Expression replaced =
          decision instanceof Decision.Partitions some
              ? Expressions.in(node.partition().get(0), some.values().toArray())
              : Expressions.alwaysTrue();
      overwrite.overwriteByRowFilter(replaced);
      files.forEach(overwrite::addFile);
      summary.forEach(overwrite::set);
      Snapshot seen = published.currentSnapshot();
      if (seen != null) {
        // What somebody else has added since would vanish without a word.
        overwrite
            .validateFromSnapshot(seen.snapshotId())
            .conflictDetectionFilter(replaced)
            .validateNoConflictingData();
      }
      overwrite.commit();
    }
    change.commitTransaction();
  }

  private ModelReport report(
      Outcome outcome, Decision decision, @Nullable Table table, long bytes, List<Result> results) {
    int partitions = decision instanceof Decision.Partitions some ? some.values().size() : 0;
    return new ModelReport(
        node.name(),
        node.fullName(),
        node.kind(),
        outcome,
        decision.why(),
        Optional.ofNullable(table).map(Table::currentSnapshot).map(NodeBuild::rows).orElse(0L),
        bytes,
        partitions,
        (System.nanoTime() - began) / 1e9,
        results);
  }

  private static long rows(Snapshot snapshot) {
    return Long.parseLong(snapshot.summary().getOrDefault(SnapshotSummary.TOTAL_RECORDS_PROP, "0"));
  }
}
