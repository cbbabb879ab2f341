package io.moulin.parquet;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.ExpireSnapshots;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;

/**
 * Expires most snapshots of a table that is committed to often. Every commit reads and writes the
 * list of all snapshots, so a table that kept each of them would slow down day by day; and files
 * that were replaced stay for as long as a snapshot has them. Whatever a branch or tag points to is
 * kept. No row goes: what is current is that of a snapshot that is kept.
 *
 * @param all how long every snapshot is kept
 * @param each behind that, of so much time the last one is
 * @param longest nothing is kept for longer
 */
public record OldSnapshots(Duration all, Duration each, Duration longest) {
  /**
   * Expires what is not wanted any more, and deletes the files that no other snapshot has.
   *
   * @param wanted ids of snapshots that are kept however old they are
   * @return how many snapshots went
   */
  public int expire(Table table, Instant now, Set<Long> wanted) {
    List<Snapshot> superfluous = superfluous(table, now, wanted);
    if (superfluous.isEmpty()) {
      return 0;
    }
    ExpireSnapshots expire = table.expireSnapshots();
    // Only what is named here; the table's own properties are for tools that clean up wholly.
    expire.expireOlderThan(0);
    superfluous.forEach(snapshot -> expire.expireSnapshotId(snapshot.snapshotId()));
    expire.planWith(ManifestThreads.of(table)).commit();
    return superfluous.size();
  }

  /**
   * Whether it may be time to: only when something is twice as old as it has to be, so that not
   * every commit is followed by an expiry.
   */
  public boolean due(Table table, Instant now) {
    long least = now.minus(all.multipliedBy(2)).toEpochMilli();
    return superfluous(table, now, Set.of()).stream()
        .anyMatch(snapshot -> snapshot.timestampMillis() < least);
  }

  private List<Snapshot> superfluous(Table table, Instant now, Set<Long> wanted) {
    Set<Long> kept = new HashSet<>(wanted);
    for (SnapshotRef ref : table.refs().values()) {
      kept.add(ref.snapshotId());
    }
    List<Snapshot> newestFirst = new ArrayList<>();
    table.snapshots().forEach(newestFirst::add);
    newestFirst.sort(Comparator.comparingLong(Snapshot::timestampMillis).reversed());
    List<Snapshot> superfluous = new ArrayList<>();
    long before = Long.MAX_VALUE;
    for (Snapshot snapshot : newestFirst) {
      long age = now.toEpochMilli() - snapshot.timestampMillis();
      long span = Math.floorDiv(snapshot.timestampMillis(), each.toMillis());
      boolean last = span != before;
      before = span;
      boolean young = age <= all.toMillis() || (last && age <= longest.toMillis());
      if (!young && !kept.contains(snapshot.snapshotId())) {
        superfluous.add(snapshot);
      }
    }
    return superfluous;
  }
}
