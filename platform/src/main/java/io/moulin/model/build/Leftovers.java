package io.moulin.model.build;

import io.moulin.model.Blueprint;
import io.moulin.model.Node;
import io.moulin.model.audit.CheckLog;
import io.moulin.model.tables.ModelCatalog;
import io.moulin.model.tables.Published;
import io.moulin.sql.TablePlan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.SupportsPrefixOperations;

/** What a build that was killed has left: files that no snapshot has. */
public final class Leftovers {
  private Leftovers() {}

  /**
   * Deletes them.
   *
   * @param build the id of a build that is not running any more
   * @return how many files there were
   */
  public static int remove(Blueprint blueprint, Catalog catalog, String build) {
    ModelCatalog tables = new ModelCatalog(catalog);
    List<String> names = new ArrayList<>(CheckLog.tables());
    blueprint.nodes().stream()
        .filter(node -> node.kind().stored())
        .map(Node::fullName)
        .forEach(names::add);
    int removed = 0;
    for (String name : names) {
      Optional<Table> table = tables.load(name);
      if (table.isPresent()) {
        removed += remove(table.get(), build);
      }
    }
    return removed;
  }

  private static int remove(Table table, String build) {
    for (Snapshot snapshot : table.snapshots()) {
      // A build publishes a table once or never.
      if (build.equals(snapshot.summary().get(Published.BUILD))) {
        return 0;
      }
    }
    int removed = 0;
    if (table.io() instanceof SupportsPrefixOperations files) {
      List<String> found = new ArrayList<>();
      for (FileInfo file : files.listPrefix(table.location() + "/data/")) {
        if (name(file.location()).startsWith(build)) {
          found.add(file.location());
        }
      }
      // The snapshot that published them may have expired, while later ones still have them.
      Set<String> published = found.isEmpty() ? Set.of() : published(table);
      found.removeIf(location -> published.contains(name(location)));
      for (String location : found) {
        files.deleteFile(location);
        removed++;
      }
    }
    return removed;
  }

  private static Set<String> published(Table table) {
    Set<String> published = new HashSet<>();
    for (Snapshot snapshot : table.snapshots()) {
      TablePlan.of(table, snapshot).files().forEach(file -> published.add(name(file.location())));
    }
    return published;
  }

  private static String name(String location) {
    return location.substring(location.lastIndexOf('/') + 1);
  }
}
