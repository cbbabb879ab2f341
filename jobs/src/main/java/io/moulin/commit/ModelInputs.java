package io.moulin.commit;

import com.fasterxml.jackson.databind.JsonNode;
import io.moulin.spec.model.ModelSpec;
import io.moulin.spec.model.ModelSpec.Step;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;

/**
 * Snapshots that models were last made of, as the tables of the models say. The stream knows
 * nothing else of models; what it has to know stands in the catalog, where any process can see it.
 *
 * @param byTable ids of snapshots by the full name of the table that was read
 */
record ModelInputs(Map<String, Set<Long>> byTable) {
  /** Those of all models in a catalog. */
  static ModelInputs in(Catalog catalog) {
    Map<String, Set<Long>> byTable = new HashMap<>();
    for (Step step : Step.values()) {
      for (TableIdentifier name : tables(catalog, Namespace.of(step.namespace()))) {
        try {
          of(catalog.loadTable(name))
              .forEach(
                  (read, id) -> byTable.computeIfAbsent(read, each -> new HashSet<>()).add(id));
        } catch (NoSuchTableException e) {
          // It was dropped just now, and wants nothing any more.
        } catch (ForbiddenException e) {
          // As below, for a single one.
        }
      }
    }
    return new ModelInputs(byTable);
  }

  private static List<TableIdentifier> tables(Catalog catalog, Namespace namespace) {
    try {
      return catalog.listTables(namespace);
    } catch (NoSuchNamespaceException e) {
      return List.of();
    } catch (ForbiddenException e) {
      // Whoever runs the stream may not see the models: then their next build computes more.
      return List.of();
    }
  }

  /** The ids of the tables that a model's table was made of. */
  private static Map<String, Long> of(Table table) {
    Map<String, Long> ids = new HashMap<>();
    Snapshot snapshot = table.currentSnapshot();
    // Compaction and the like make snapshots of their own on top of the model's.
    while (snapshot != null && !snapshot.summary().containsKey(ModelSpec.INPUTS)) {
      Long parent = snapshot.parentId();
      snapshot = parent == null ? null : table.snapshot(parent);
    }
    if (snapshot != null) {
      try {
        JsonNode inputs =
            Json.read(snapshot.summary().getOrDefault(ModelSpec.INPUTS, "{}"), JsonNode.class);
        inputs.properties().forEach(input -> ids.put(input.getKey(), input.getValue().asLong()));
      } catch (IllegalArgumentException e) {
        return Map.of(); // whoever wrote it, it was no build
      }
    }
    return ids;
  }

  /** Ids of snapshots of a table that have to be kept. */
  Set<Long> of(String fullName) {
    return byTable.getOrDefault(fullName, Set.of());
  }
}
