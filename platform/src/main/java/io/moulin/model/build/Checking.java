package io.moulin.model.build;

import io.moulin.model.Blueprint;
import io.moulin.model.Blueprint.Singular;
import io.moulin.model.Node;
import io.moulin.model.tables.Database;
import io.moulin.model.tables.Databases;
import io.moulin.model.tables.Input;
import io.moulin.model.tables.ModelCatalog;
import io.moulin.model.tables.PartOf;
import io.moulin.spec.MoulinException;
import io.moulin.spec.model.CheckSpec;
import io.moulin.spec.model.CheckSpec.Kind;
import io.moulin.sql.SqlFailures;
import io.moulin.sql.TablePlan;
import io.moulin.sql.TableView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.iceberg.Table;

/** Runs checks on what is published. */
final class Checking {
  private final Blueprint blueprint;
  private final ModelCatalog catalog;
  private final Databases databases;
  private final Names names;

  Checking(Blueprint blueprint, ModelCatalog catalog, Databases databases) {
    this.blueprint = blueprint;
    this.catalog = catalog;
    this.databases = databases;
    this.names = new Names(blueprint);
  }

  /** The checks of a table, a model or a seed. */
  List<Result> table(String fullName, List<CheckSpec> checks) {
    return table(fullName, checks, Optional.empty(), check -> true);
  }

  /**
   * The same where rows have come or gone in a part of it only.
   *
   * @param part the files of those rows; empty for all
   * @param everywhere which checks all rows have to be looked at for all the same
   */
  List<Result> table(
      String fullName,
      List<CheckSpec> checks,
      Optional<TablePlan> part,
      Predicate<CheckSpec> everywhere) {
    Set<String> reads = new LinkedHashSet<>(Set.of(fullName));
    checks.stream()
        .filter(check -> check.kind() == Kind.RELATIONSHIPS)
        .forEach(check -> reads.add(names.fullName(check.to())));
    List<TableView> views = part.map(files -> PartOf.view(fullName, files)).stream().toList();
    String rows = part.isPresent() ? PartOf.sql(fullName) : "";
    return in(List.copyOf(reads), views, audit -> audit.table(fullName, checks, rows, everywhere));
  }

  /** A query of wrong rows. */
  Result query(Singular query, String table) {
    return in(query.reads(), List.of(), audit -> List.of(audit.query(query, table))).get(0);
  }

  private interface Question {
    List<Result> answer(Audit audit) throws SQLException;
  }

  private List<Result> in(List<String> reads, List<TableView> more, Question question) {
    List<TableView> tables = new ArrayList<>(more);
    for (String name : blueprint.stored(reads)) {
      Table table =
          catalog
              .load(name)
              .orElseThrow(
                  () ->
                      MoulinException.user(
                          "input-missing",
                          "There is no table " + name + " yet",
                          "make it with 'moulin apply' or 'moulin build'"));
      tables.add(new Input(name, table, catalog.plan(name, table)).view());
    }
    List<Node> views = blueprint.views(reads);
    try (Database database = databases.open(tables, views)) {
      return question.answer(new Audit(database, names::fullName));
    } catch (SQLException e) {
      throw SqlFailures.of(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
