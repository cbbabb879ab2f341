package io.moulin.commit;

import io.moulin.spec.DatasetSpec;
import io.moulin.spec.TableSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.ExpireSnapshots;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * Expires most snapshots of a table that is committed to every few seconds. Every commit reads and
 * writes the list of all snapshots, so that a stream which kept each of them would slow down day by
 * day. Kept are all of the last hour, the last one of every hour for seven days, whatever a branch
 * or tag points to, and the snapshot with the newest ledger. No row goes: the data of an expired
 * snapshot is that of the later ones.
 */
public final class SnapshotThinning {
  static final Duration EVERY_ONE = Duration.ofHours(1);
  static final Duration ONE_AN_HOUR = Duration.ofDays(7);

  private SnapshotThinning() {}

  /** Thins all tables of the dataset, its history too; returns how many snapshots went. */
  public static int thin(Catalog catalog, DatasetSpec dataset, Instant now) {
    int expired = 0;
    for (TableSpec spec : dataset.everyTable()) {
      expired +=
          thin(catalog.loadTable(TableIdentifier.of(spec.layer().namespace(), spec.name())), now);
    }
    return expired;
  }

  private static int thin(Table table, Instant now) {
    List<Long> superfluous = superfluous(table, now);
    if (superfluous.isEmpty()) {
      return 0;
    }
    ExpireSnapshots expire = table.expireSnapshots();
    // Only what is named here; the table's own properties are for tools that clean up wholly.
    expire.expireOlderThan(0);
    superfluous.forEach(expire::expireSnapshotId);
    expire.commit();
    return superfluous.size();
  }

  private static List<Long> superfluous(Table table, Instant now) {
    Set<Long> kept = new HashSet<>();
    for (SnapshotRef ref : table.refs().values()) {
      kept.add(ref.snapshotId());
    }
    newestLedger(table).ifPresent(kept::add);
    List<Snapshot> newestFirst = new ArrayList<>();
    table.snapshots().forEach(newestFirst::add);
    newestFirst.sort(Comparator.comparingLong(Snapshot::timestampMillis).reversed());
    List<Long> superfluous = new ArrayList<>();
    long hourBefore = Long.MAX_VALUE;
    for (Snapshot snapshot : newestFirst) {
      long age = now.toEpochMilli() - snapshot.timestampMillis();
      long hour = Math.floorDiv(snapshot.timestampMillis(), Duration.ofHours(1).toMillis());
      boolean lastOfItsHour = hour != hourBefore;
      hourBefore = hour;
      boolean wanted =
          age <= EVERY_ONE.toMillis() || (lastOfItsHour && age <= ONE_AN_HOUR.toMillis());
      if (!wanted && !kept.contains(snapshot.snapshotId())) {
        superfluous.add(snapshot.snapshotId());
      }
    }
    return superfluous;
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
