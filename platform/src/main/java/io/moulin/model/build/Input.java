package io.moulin.model.build;

import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/**
 * A stored table that a node reads, as it was when its computation began: everything that this
 * computation does sees the same snapshot.
 */
record Input(String fullName, Table table) {
  /** The id of its snapshot; 0 when it has none. */
  long snapshot() {
    Snapshot snapshot = table.currentSnapshot();
    return snapshot == null ? 0 : snapshot.snapshotId();
  }
}
