package io.moulin.commit;

import io.moulin.parquet.OldSnapshots;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.TableSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * Thins the snapshots of a stream's tables: kept are all of the last hour, the last one of every
 * hour for seven days, the snapshot with the newest ledger, and those that models were last made
 * of, because what has changed since is found by comparing with them.
 */
public final class SnapshotThinning {
  private static final OldSnapshots KEPT =
      new OldSnapshots(Duration.ofHours(1), Duration.ofHours(1), Duration.ofDays(7));

  private SnapshotThinning() {}

  /** Thins all tables of the dataset, its history too; returns how many snapshots went. */
  public static int thin(Catalog catalog, DatasetSpec dataset, Instant now) {
    ModelInputs models = ModelInputs.in(catalog);
    int expired = 0;
    for (TableSpec spec : dataset.everyTable()) {
      TableIdentifier name = TableIdentifier.of(spec.layer().namespace(), spec.name());
      Table table = catalog.loadTable(name);
      Set<Long> wanted = new HashSet<>(models.of(name.toString()));
      newestLedger(table).ifPresent(wanted::add);
      expired += KEPT.expire(table, now, wanted);
    }
    return expired;
  }

  private static Optional<Long> newestLedger(Table table) {
    for (Snapshot snapshot = table.currentSnapshot(); snapshot != null; ) {
      if (Ledger.in(snapshot)) {
        return Optional.of(snapshot.snapshotId());
      }
      Long parent = snapshot.parentId();
      snapshot = parent == null ? null : table.snapshot(parent);
    }
    return Optional.empty();
  }
}
