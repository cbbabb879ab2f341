package io.moulin.model.build;

import io.moulin.model.Blueprint;
import io.moulin.model.Node;
import io.moulin.model.audit.CheckLog;
import io.moulin.model.audit.Checking;
import io.moulin.model.audit.Result;
import io.moulin.model.tables.Databases;
import io.moulin.model.tables.Means;
import io.moulin.model.tables.ModelCatalog;
import io.moulin.spec.model.TableChecksSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.catalog.Catalog;

/** Makes the checks of a project on what is published. */
public final class CheckData {
  private CheckData() {}

  /**
   * Makes the checks and keeps what came of them.
   *
   * @param selection of what; a query is among them when it reads one of these
   * @param id unique to this run
   */
  public static BuildReport run(
      Blueprint blueprint,
      Selection selection,
      Catalog catalog,
      Means means,
      Instant now,
      String id) {
    long began = System.nanoTime();
    ModelCatalog tables = new ModelCatalog(catalog);
    try (Databases databases = new Databases(means, 1, tables::roots, List.of())) {
      List<Result> results =
          results(
              blueprint,
              selection.checkedIn(blueprint),
              new Checking(blueprint, tables, databases));
      if (!results.isEmpty()) {
        new CheckLog(tables, databases).append(id, now, results, Map.of());
      }
      return new BuildReport(id, List.of(), results, (System.nanoTime() - began) / 1e9);
    }
  }

  private static List<Result> results(Blueprint blueprint, Set<String> chosen, Checking checking) {
    List<Result> results = new ArrayList<>();
    for (TableChecksSpec checks : blueprint.tableChecks()) {
      if (chosen.contains(checks.table())) {
        results.addAll(checking.table(checks.table(), checks.checks()));
      }
    }
    for (Node node : blueprint.nodes()) {
      if (chosen.contains(node.fullName()) && !node.checks().isEmpty()) {
        results.addAll(checking.table(node.fullName(), node.checks()));
      }
    }
    for (Blueprint.Singular query : blueprint.singular()) {
      if (query.reads().stream().anyMatch(chosen::contains)) {
        Set<String> stored = blueprint.stored(query.reads());
        results.add(checking.query(query, stored.stream().findFirst().orElse("")));
      }
    }
    return results;
  }
}
