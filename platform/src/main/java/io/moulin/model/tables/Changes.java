package io.moulin.model.tables;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/** What has changed in a table between two of its snapshots, from metadata alone. */
public final class Changes {
  private final Table table;
  private final long from;

  public Changes(Table table, long from) {
    this.table = table;
    this.from = from;
  }

  /** Whether any row may have come or gone; snapshots that only move rows do not count. */
  public boolean any() {
    Walk walk = new Walk(null);
    return !walk.complete() || walk.changed;
  }

  /**
   * The values of a column in whose partitions rows have come or gone; empty when that cannot be
   * told: a snapshot in between is gone, or the column is no partition by itself.
   */
  public Optional<Set<Object>> partitions(String column) {
    Walk walk = new Walk(column);
    return walk.complete() && walk.known ? Optional.of(walk.values) : Optional.empty();
  }

  /** Goes back from the newest snapshot. */
  private final class Walk {
    private final @Nullable String column;
    private final Set<Object> values = new HashSet<>();
    private boolean reached;
    private boolean changed;
    private boolean known = true;

    Walk(@Nullable String column) {
      this.column = column;
      Snapshot snapshot = table.currentSnapshot();
      while (snapshot != null && snapshot.snapshotId() != from) {
        if (!DataOperations.REPLACE.equals(snapshot.operation())) {
          add(snapshot);
        }
        Long parent = snapshot.parentId();
        snapshot = parent == null ? null : table.snapshot(parent);
      }
      reached = snapshot != null;
    }

    boolean complete() {
      return reached;
    }

    private void add(Snapshot snapshot) {
      SnapshotChanges changes = SnapshotChanges.builderFor(table).snapshot(snapshot).build();
      changes.addedDataFiles().forEach(this::add);
      changes.removedDataFiles().forEach(this::add);
      changes.addedDeleteFiles().forEach(this::add);
      changes.removedDeleteFiles().forEach(this::add);
    }

    private void add(ContentFile<?> file) {
      changed = true;
      if (column == null || !known) {
        return;
      }
      Optional<Object> value = PartitionOf.value(table, file, column);
      // Rows without a value belong to no partition that could be asked for.
      known = value.isPresent();
      value.ifPresent(values::add);
    }
  }
}
