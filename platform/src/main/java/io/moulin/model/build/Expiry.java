package io.moulin.model.build;

import io.moulin.model.Blueprint;
import io.moulin.model.Node;
import io.moulin.model.audit.CheckLog;
import io.moulin.model.tables.ModelCatalog;
import io.moulin.model.tables.Published;
import io.moulin.parquet.OldSnapshots;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.Table;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets go of what models were. Every build replaces files, all of them for a {@code table}, and
 * they stay for as long as a snapshot has them: for an hour each, so that who reads them comes to
 * the end, then those of the last build of a day, for a week.
 */
final class Expiry {
  private static final OldSnapshots OF_MODELS =
      new OldSnapshots(Duration.ofHours(1), Duration.ofDays(1), Duration.ofDays(7));

  /** Each has the marks of all checks in it, and but for one merge a day no file is replaced. */
  private static final OldSnapshots OF_CHECKS =
      new OldSnapshots(Duration.ofMinutes(5), Duration.ofDays(1), Duration.ofDays(7));

  private static final Logger LOGS = LoggerFactory.getLogger(Expiry.class);

  private final Blueprint blueprint;
  private final ModelCatalog catalog;

  Expiry(Blueprint blueprint, ModelCatalog catalog) {
    this.blueprint = blueprint;
    this.catalog = catalog;
  }

  /**
   * Expires snapshots of tables, where there are enough of them that it is worth it. What cannot be
   * expired now is left for a later build.
   */
  void of(Collection<String> fullNames, Instant now) {
    Map<String, Set<Long>> madeOf = new HashMap<>();
    for (String fullName : fullNames) {
      OldSnapshots kept = CheckLog.tables().contains(fullName) ? OF_CHECKS : OF_MODELS;
      try {
        Table table = catalog.load(fullName).orElse(null);
        if (table != null && kept.due(table, now)) {
          madeOf.putAll(madeOf.isEmpty() ? madeOf() : Map.of());
          int expired = kept.expire(table, now, madeOf.getOrDefault(fullName, Set.of()));
          LOGS.debug("Expired {} snapshots of {}", expired, fullName);
        }
      } catch (RuntimeException e) { // Iceberg's failures have no type of their own
        LOGS.warn("Cannot expire old snapshots of {} this time", fullName, e);
      }
    }
  }

  /** By table, the snapshots that models were last made of: what has changed since is asked for. */
  private Map<String, Set<Long>> madeOf() {
    Map<String, Set<Long>> ids = new HashMap<>();
    List<Node> stored = blueprint.nodes().stream().filter(node -> node.kind().stored()).toList();
    for (Node node : stored) {
      catalog
          .load(node.fullName())
          .map(Published::of)
          .ifPresent(
              published ->
                  published
                      .inputs()
                      .forEach(
                          (read, id) ->
                              ids.computeIfAbsent(read, each -> new HashSet<>()).add(id)));
    }
    return ids;
  }
}
