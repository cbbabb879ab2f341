package io.moulin.model.audit;

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
import io.moulin.sql.SqlFailures;
import io.moulin.sql.TablePlan;
import io.moulin.sql.TableView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.iceberg.Table;

/** Runs checks on what is published. */
public final class Checking {
  private final Blueprint blueprint;
  private final ModelCatalog catalog;
  private final Databases databases;

  public Checking(Blueprint blueprint, ModelCatalog catalog, Databases databases) {
    this.blueprint = blueprint;
    this.catalog = catalog;
    this.databases = databases;
  }

  /** The checks of a table, a model or a seed. */
  public List<Result> table(String fullName, List<CheckSpec> checks) {
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
    reads.addAll(blueprint.compared(checks));
    List<TableView> views = new ArrayList<>();
    part.ifPresent(files -> views.add(PartOf.view(fullName, files)));
    List<Input> inputs = inputs(reads);
    inputs.forEach(input -> views.add(input.view()));
    Optional<TablePlan> plan =
        inputs.stream()
            .filter(input -> input.fullName().equals(fullName))
            .map(Input::plan)
            .findFirst();
    String rows = part.isPresent() ? PartOf.sql(fullName) : "";
    return in(reads, views, audit -> audit.table(fullName, checks, plan, rows, everywhere));
  }

  /** A query of wrong rows. */
  public Result query(Singular query, String table) {
    return query(query, table, Optional.empty(), inputs(query.reads()));
  }

  /** The same, as far as it may find some that it has not found before. */
  public Result query(Singular query, String table, Marks known) {
    List<Input> inputs = inputs(query.reads());
    return query(query, table, PartOfQuery.of(query, known, catalog, inputs, Map.of()), inputs);
  }

  private Result query(
      Singular query, String table, Optional<PartOfQuery> part, List<Input> inputs) {
    List<TableView> views =
        inputs.stream()
            .map(input -> part.map(some -> some.view(input)).orElseGet(input::view))
            .toList();
    return in(query.reads(), views, audit -> List.of(audit.query(query, table, part))).get(0);
  }

  private interface Question {
    List<Result> answer(Audit audit) throws SQLException;
  }

  private List<Input> inputs(Collection<String> reads) {
    List<Input> inputs = new ArrayList<>();
    for (String name : blueprint.stored(List.copyOf(reads))) {
      Table table =
          catalog
              .load(name)
              .orElseThrow(
                  () ->
                      MoulinException.user(
                          "input-missing",
                          "There is no table " + name + " yet",
                          "make it with 'moulin apply' or 'moulin build'"));
      inputs.add(new Input(name, table, catalog.plan(name, table)));
    }
    return inputs;
  }

  private List<Result> in(Collection<String> reads, List<TableView> tables, Question question) {
    List<Node> views = blueprint.views(List.copyOf(reads));
    try (Database database = databases.open(tables, views)) {
      return question.answer(new Audit(database, blueprint::fullName));
    } catch (SQLException e) {
      throw SqlFailures.of(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
