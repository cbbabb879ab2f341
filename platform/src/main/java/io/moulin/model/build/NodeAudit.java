package io.moulin.model.build;

import io.moulin.model.Blueprint.Singular;
import io.moulin.model.Node;
import io.moulin.model.audit.Audit;
import io.moulin.model.audit.Checking;
import io.moulin.model.audit.Marks;
import io.moulin.model.audit.PartOfQuery;
import io.moulin.model.audit.Result;
import io.moulin.model.tables.Database;
import io.moulin.model.tables.Input;
import io.moulin.model.tables.PartOf;
import io.moulin.spec.model.CheckSpec;
import io.moulin.spec.model.CheckSpec.Kind;
import io.moulin.sql.TablePlan;
import io.moulin.sql.TableView;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/** The checks of one node: on the table as it would be, or as it is where nothing was built. */
final class NodeAudit {
  private final NodeBuild.Run run;
  private final Node node;
  private final List<Singular> queries;

  /**
   * @param queries checks to make before it is published, beside its own
   */
  NodeAudit(NodeBuild.Run run, Node node, List<Singular> queries) {
    this.run = run;
    this.node = node;
    this.queries = List.copyOf(queries);
  }

  /**
   * Checks the table as it would be.
   *
   * @param all that it would have
   * @param files that were written for it
   */
  List<Result> wouldBe(
      TablePlan all, @Nullable Table published, Decision decision, List<DataFile> files)
      throws SQLException, IOException {
    List<Result> results = new ArrayList<>();
    if (!node.checks().isEmpty()) {
      results.addAll(ownChecks(all, published, decision, files));
    }
    for (Singular query : queries) {
      results.add(query(query, all, decision));
    }
    return results;
  }

  private List<Result> ownChecks(
      TablePlan all, @Nullable Table published, Decision decision, List<DataFile> files)
      throws SQLException, IOException {
    Table target = all.table();
    List<String> others = List.copyOf(run.blueprint().compared(node.checks()));
    List<TableView> views = new ArrayList<>();
    boolean part = decision instanceof Decision.Partitions && published != null && known(published);
    if (part) {
      views.add(PartOf.view(node.fullName(), TablePlan.none(target).with(target, files)));
    }
    inputs(all, others).forEach(input -> views.add(input.view()));
    Marks.Mark now = run.marks().of(target, node.checks());
    try (Database database = run.databases().open(views, run.blueprint().views(others))) {
      return new Audit(database, run.blueprint()::fullName)
          .table(
              node.fullName(),
              node.checks(),
              Optional.of(all),
              part ? PartOf.sql(node.fullName()) : "",
              check -> everywhere(check, now));
    }
  }

  private Result query(Singular query, TablePlan all, Decision decision)
      throws SQLException, IOException {
    List<Input> inputs = inputs(all, query.reads());
    Optional<PartOfQuery> part = part(query, decision, inputs);
    List<TableView> views =
        inputs.stream()
            .map(input -> part.map(some -> some.view(input)).orElseGet(input::view))
            .toList();
    try (Database database = run.databases().open(views, run.blueprint().views(query.reads()))) {
      return new Audit(database, run.blueprint()::fullName).query(query, node.fullName(), part);
    }
  }

  /** The table as it would be, and all that the others come down to as it is. */
  private List<Input> inputs(TablePlan all, List<String> others) {
    Set<String> stored = run.blueprint().stored(others);
    stored.remove(node.fullName());
    List<Input> inputs = new ArrayList<>(run.inputs(node, stored));
    inputs.add(new Input(node.fullName(), all.table(), all));
    return inputs;
  }

  private Optional<PartOfQuery> part(Singular query, Decision decision, List<Input> inputs) {
    Optional<String> column = query.partitionWise().column(node.fullName());
    return decision instanceof Decision.Partitions some
            && column.filter(node.partition().get(0)::equals).isPresent()
        ? PartOfQuery.of(
            query, run.marks(), run.catalog(), inputs, Map.of(node.fullName(), some.values()))
        : Optional.empty();
  }

  /** Whether all that is published was found good by the checks as they are now. */
  private boolean known(Table published) {
    Marks.Mark now = run.marks().of(published, node.checks());
    return run.marks()
        .before(node.fullName())
        .filter(mark -> mark.snapshot() == now.snapshot() && mark.version().equals(now.version()))
        .isPresent();
  }

  /** Whether the rows that have not changed may be found wrong now, beside those that have. */
  private boolean everywhere(CheckSpec check, Marks.Mark now) {
    if (run.blueprint().unsteady(check)) {
      return true;
    }
    return switch (check.kind()) {
      case UNIQUE -> !check.columns().containsAll(node.partition());
      case RELATIONSHIPS -> !now.sameOthers(run.marks().before(node.fullName()));
      default -> false;
    };
  }

  /** Keeps what came of the checks, now that the table is published. */
  void published(Table now, List<Result> results) {
    int own = node.checks().size();
    run.marks().keep(node.fullName(), run.marks().of(now, node.checks()), results.subList(0, own));
    for (int i = 0; i < queries.size(); i++) {
      run.marks().keep(queries.get(i), results.get(own + i));
    }
  }

  /** Checks a table that stays as it is, as far as they may come out otherwise than before. */
  List<Result> asItIs(Table table) {
    boolean known = known(table);
    Marks.Mark now = run.marks().of(table, node.checks());
    List<CheckSpec> open =
        node.checks().stream()
            .filter(
                check ->
                    !known
                        || run.blueprint().unsteady(check)
                        || (check.kind() == Kind.RELATIONSHIPS && everywhere(check, now)))
            .toList();
    List<Result> results =
        open.isEmpty()
            ? List.of()
            : new Checking(run.blueprint(), run.catalog(), run.databases())
                .table(node.fullName(), open);
    run.marks().keep(node.fullName(), now, results);
    return results;
  }
}
