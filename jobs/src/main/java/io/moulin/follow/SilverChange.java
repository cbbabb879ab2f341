package io.moulin.follow;

import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.Table;

/**
 * What silver has got since a snapshot.
 *
 * @param kind what it takes to follow it
 * @param added files of rows that came
 */
public record SilverChange(Kind kind, List<DataFile> added) {
  public SilverChange {
    added = List.copyOf(added);
  }

  /** What it takes to follow silver. */
  public enum Kind {
    /** It is the same snapshot. */
    NONE,
    /** Rows came, and none went. */
    ADDED,
    /** Rows went or were changed, or the snapshots that would tell are gone. */
    UNKNOWN
  }

  /** How {@code silver} has become what it is now since it was the snapshot {@code from}. */
  static SilverChange since(Table silver, long from) {
    List<DataFile> added = new ArrayList<>();
    Snapshot snapshot = silver.currentSnapshot();
    if (snapshot != null && snapshot.snapshotId() == from) {
      return new SilverChange(Kind.NONE, List.of());
    }
    while (snapshot != null && snapshot.snapshotId() != from) {
      switch (String.valueOf(snapshot.operation())) {
        case DataOperations.APPEND ->
            SnapshotChanges.builderFor(silver)
                .snapshot(snapshot)
                .build()
                .addedDataFiles()
                .forEach(added::add);
        case DataOperations.REPLACE -> {
          // The same rows in other files.
        }
        default -> {
          return new SilverChange(Kind.UNKNOWN, List.of());
        }
      }
      Long parent = snapshot.parentId();
      snapshot = parent == null ? null : silver.snapshot(parent);
    }
    return snapshot == null
        ? new SilverChange(Kind.UNKNOWN, List.of())
        : new SilverChange(Kind.ADDED, added);
  }

  /** How many rows came. */
  public long rows() {
    return added.stream().mapToLong(DataFile::recordCount).sum();
  }
}
