package io.moulin.model.build;

import io.moulin.model.Blueprint;
import io.moulin.model.Blueprint.Singular;
import io.moulin.model.Node;
import io.moulin.model.audit.Marks;
import io.moulin.model.audit.Result;
import io.moulin.model.build.ModelReport.Outcome;
import io.moulin.model.tables.Databases;
import io.moulin.model.tables.Input;
import io.moulin.model.tables.ModelCatalog;
import io.moulin.model.tables.Published;
import io.moulin.parquet.ManifestThreads;
import io.moulin.spec.MoulinException;
import io.moulin.spec.model.CheckSpec.Verdict;
import io.moulin.sql.TablePlan;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
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
  private final NodeAudit audit;
  private final long began = System.nanoTime();

  /**
   * What all nodes of a build share.
   *
   * @param id unique to the build
   * @param whole compute everything, whether it changed or not
   * @param viewChecks gives the results of a view's checks
   * @param verdicts of the streams, to be asked before anything is published
   * @param listener hears of a node that has to be computed
   */
  record Run(
      String id,
      Blueprint blueprint,
      ModelCatalog catalog,
      Databases databases,
      Instant now,
      boolean whole,
      Function<Node, List<Result>> viewChecks,
      StreamVerdicts verdicts,
      Marks marks,
      Build.Listener listener) {

    /** Tables as they are for all of the build. */
    List<Input> inputs(Node node, Set<String> names) {
      List<Input> inputs = new ArrayList<>();
      for (String name : names) {
        Table table = catalog.load(name).orElseThrow(() -> missing(node, name));
        inputs.add(new Input(name, table, catalog.plan(name, table)));
      }
      return inputs;
    }

    private MoulinException missing(Node node, String name) {
      return blueprint.node(name).isPresent()
          ? MoulinException.user(
              "input-not-built",
              "%s reads %s, which has never been built".formatted(node.name(), name),
              "build it too: moulin build --select +" + node.name())
          : MoulinException.user(
              "input-missing",
              "%s reads %s, which does not exist yet".formatted(node.name(), name),
              "make it with 'moulin apply', and fill it with 'moulin run'");
    }
  }

  /**
   * @param queries checks to make before it is published, beside its own
   */
  NodeBuild(Run run, Node node, List<Singular> queries) {
    this.run = run;
    this.node = node;
    this.audit = new NodeAudit(run, node, queries);
  }

  ModelReport build() throws SQLException, IOException {
    Table table = run.catalog().load(node.fullName()).orElse(null);
    Set<String> reads = run.blueprint().stored(node.reads());
    List<Input> inputs = run.inputs(node, reads);
    Deciding deciding = new Deciding(run.catalog(), node, table, inputs);
    Decision decision =
        run.whole() && node.kind() != Node.Kind.SNAPSHOT
            ? new Decision.Whole("full refresh")
            : deciding.decide();
    if (decision instanceof Decision.Nothing nothing) {
      return asItIs(table, reads, nothing.why());
    }
    run.listener().begins(node);
    if (table != null && !ModelCatalog.fits(node, table)) {
      decision = new Decision.Whole(decision.why());
    }
    Optional<Node> failed = failedView();
    if (failed.isPresent()) {
      return heldBack(table, failed.get());
    }
    Transaction change = run.catalog().begin(node, table);
    List<DataFile> files = Collections.synchronizedList(new ArrayList<>());
    boolean published = false;
    try {
      boolean computed = compute(change.table(), table, decision, inputs, files);
      Optional<String> refused = run.verdicts().refused(reads);
      if (refused.isPresent()) {
        return skipped(table, refused.get());
      }
      if (!computed) {
        return unchanged(table, "nothing changed");
      }
      TablePlan all = planned(change.table(), table, decision, files);
      List<Result> results = audit.wouldBe(all, table, decision, files);
      if (results.stream().anyMatch(result -> result.verdict() == Verdict.FAILED)) {
        return report(Outcome.HELD_BACK, decision, table, 0, results);
      }
      Published made = new Published(node.version(), deciding.ids(), behind(deciding, decision));
      publish(change, table, decision, files, made);
      published = true;
      Table now = run.catalog().published(node.fullName(), table, all);
      audit.published(now, results);
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

  /** There is nothing to compute, but checks may find now what they did not before. */
  private ModelReport asItIs(@Nullable Table table, Set<String> reads, String why) {
    Optional<String> refused = run.verdicts().refused(reads);
    if (refused.isPresent()) {
      return skipped(table, refused.get());
    }
    Optional<Node> failed = failedView();
    return failed.isPresent() ? heldBack(table, failed.get()) : unchanged(table, why);
  }

  private Optional<Node> failedView() {
    return run.blueprint().views(node.reads()).stream()
        .filter(
            view ->
                run.viewChecks().apply(view).stream()
                    .anyMatch(result -> result.verdict() == Verdict.FAILED))
        .findFirst();
  }

  private ModelReport heldBack(@Nullable Table table, Node failed) {
    Decision nothing = new Decision.Nothing("a check of " + failed.name() + " failed");
    return report(Outcome.HELD_BACK, nothing, table, 0, List.of());
  }

  private ModelReport skipped(@Nullable Table table, String why) {
    return report(Outcome.SKIPPED, new Decision.Nothing(why), table, 0, List.of());
  }

  private ModelReport unchanged(@Nullable Table table, String why) {
    if (table == null || !ModelCatalog.fits(node, table)) {
      return report(Outcome.UNCHANGED, new Decision.Nothing(why), table, 0, List.of());
    }
    ModelCatalog.document(node, table);
    List<Result> results = audit.asItIs(table);
    return results.stream().anyMatch(result -> result.verdict() == Verdict.FAILED)
        ? report(
            Outcome.HELD_BACK,
            new Decision.Nothing("a check of what is published failed"),
            table,
            0,
            results)
        : report(Outcome.UNCHANGED, new Decision.Nothing(why), table, 0, results);
  }

  /** Writes the files; false when there is nothing to write after all. */
  private boolean compute(
      Table target,
      @Nullable Table published,
      Decision decision,
      List<Input> inputs,
      List<DataFile> files)
      throws SQLException, IOException {
    NodeRows rows = new NodeRows(run, node, target, inputs, files::add);
    if (node.kind() == Node.Kind.SNAPSHOT) {
      boolean versions = published != null && Published.of(published) != null;
      return rows.writeVersions(versions ? published : null);
    }
    rows.write(decision);
    return true;
  }

  /** What the table would have: the files that were written, and those that they do not replace. */
  private TablePlan planned(
      Table target, @Nullable Table published, Decision decision, List<DataFile> files) {
    TablePlan kept = TablePlan.none(target);
    if (decision instanceof Decision.Partitions some && published != null) {
      kept =
          run.catalog()
              .plan(node.fullName(), published)
              .where(Expressions.notIn(node.partition().get(0), some.values().toArray()));
    }
    return kept.with(target, files);
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
      AppendFiles append = change.newAppend().scanManifestsWith(ManifestThreads.of(change.table()));
      files.forEach(append::appendFile);
      summary.forEach(append::set);
      append.commit();
    } else {
      OverwriteFiles overwrite =
          change.newOverwrite().scanManifestsWith(ManifestThreads.of(change.table()));
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
