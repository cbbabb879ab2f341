package io.moulin.follow;

import io.moulin.spec.Layer;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.jspecify.annotations.Nullable;

/**
 * How far a table that follows silver has come.
 *
 * @param table its full name
 * @param rows what its newest snapshot says it holds
 * @param behindCommits commits to silver that it has not taken up; null when it will be made anew
 *     of all rows
 * @param behindSince when the first of them was made; null for none, and where it is made anew
 */
public record Standing(
    String table, long rows, @Nullable Long behindCommits, @Nullable Instant behindSince) {

  /**
   * The snapshots of silver that a keeper of this process took up without a commit, by the id of
   * the table that follows: only a picture, what counts is in the tables.
   */
  private static final Map<UUID, Long> UNSAID = new ConcurrentHashMap<>();

  /** A keeper took silver up, and the table does not say it yet. */
  static void unsaid(Table table, long silver) {
    UNSAID.put(table.uuid(), silver);
  }

  /** How a table stands; empty when it, or silver, was not made yet. */
  public static Optional<Standing> of(Catalog catalog, Following following) {
    try {
      return Optional.of(
          of(
              following,
              load(catalog, following.table().fullName()),
              load(catalog, following.dataset().table(Layer.SILVER).fullName())));
    } catch (NoSuchTableException e) {
      return Optional.empty();
    }
  }

  private static Table load(Catalog catalog, String fullName) {
    return catalog.loadTable(TableIdentifier.parse(fullName));
  }

  private static Standing of(Following following, Table table, Table silver) {
    String name = following.table().fullName();
    Snapshot now = table.currentSnapshot();
    long rows =
        now == null
            ? 0
            : Long.parseLong(now.summary().getOrDefault(SnapshotSummary.TOTAL_RECORDS_PROP, "0"));
    Snapshot newest = silver.currentSnapshot();
    if (newest == null) {
      return new Standing(name, rows, 0L, null);
    }
    Optional<FollowMark> said = FollowMark.newest(table, following.table().layer());
    if (said.isEmpty() || !said.get().shape().equals(following.shape())) {
      return new Standing(name, rows, null, null);
    }
    long taken = said.get().silver();
    long unsaid = UNSAID.getOrDefault(table.uuid(), taken);
    long commits = 0;
    Instant since = null;
    for (Snapshot snapshot = newest;
        snapshot.snapshotId() != taken && snapshot.snapshotId() != unsaid; ) {
      if (!DataOperations.REPLACE.equals(snapshot.operation())) {
        commits++;
        since = Instant.ofEpochMilli(snapshot.timestampMillis());
      }
      Long parent = snapshot.parentId();
      snapshot = parent == null ? null : silver.snapshot(parent);
      if (snapshot == null) {
        return new Standing(name, rows, null, null);
      }
    }
    return new Standing(name, rows, commits, since);
  }
}
