package io.moulin.sql;

import io.moulin.spec.MoulinException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/** Finds the snapshot of a table that a query reads. */
final class Moments {
  private static final int MOST_LISTED = 10;

  private Moments() {}

  /** The snapshot that readers saw at that moment; null for a table without any, read now. */
  static @Nullable Snapshot of(String name, Table table, AsOf asOf) {
    if (asOf instanceof AsOf.SnapshotId wanted) {
      Snapshot snapshot = table.snapshot(wanted.id());
      if (snapshot == null) {
        throw MoulinException.user(
            "unknown-snapshot",
            name + " has no snapshot " + wanted.id(),
            "choose one of its own: " + listed(table));
      }
      return snapshot;
    } else if (asOf instanceof AsOf.Time wanted) {
      Long id = SnapshotUtil.nullableSnapshotIdAsOfTime(table, wanted.time().toEpochMilli());
      Snapshot snapshot = id == null ? null : table.snapshot(id);
      if (snapshot == null) {
        throw MoulinException.user(
            "unknown-snapshot",
            name + " has no snapshot as old as " + wanted.time(),
            "choose a later time: " + listed(table));
      }
      return snapshot;
    }
    return table.currentSnapshot();
  }

  private static String listed(Table table) {
    List<Snapshot> snapshots = SnapshotInfos.newestFirst(table);
    if (snapshots.isEmpty()) {
      return "it has none yet";
    }
    String text =
        snapshots.stream()
            .limit(MOST_LISTED)
            .map(s -> s.snapshotId() + " of " + Instant.ofEpochMilli(s.timestampMillis()))
            .collect(Collectors.joining(", "));
    int more = snapshots.size() - MOST_LISTED;
    return more > 0 ? text + " and " + more + " older" : text;
  }
}
