package io.moulin.model.tables;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.Table;

/** What has changed in a table between two of its snapshots, from metadata alone. */
public final class Changes {
  private final Table table;
  private final List<ContentFile<?>> files = new ArrayList<>();
  private final boolean complete;

  /**
   * Reads what each snapshot behind {@code from} has added and removed.
   *
   * @param table as it stands now
   */
  Changes(Table table, long from) {
    this.table = table;
    Snapshot snapshot = table.currentSnapshot();
    while (snapshot != null && snapshot.snapshotId() != from) {
      if (!DataOperations.REPLACE.equals(snapshot.operation())) {
        add(snapshot);
      }
      Long parent = snapshot.parentId();
      snapshot = parent == null ? null : table.snapshot(parent);
    }
    complete = snapshot != null;
  }

  private void add(Snapshot snapshot) {
    SnapshotChanges changes = SnapshotChanges.builderFor(table).snapshot(snapshot).build();
    changes.addedDataFiles().forEach(files::add);
    changes.removedDataFiles().forEach(files::add);
    changes.addedDeleteFiles().forEach(files::add);
    changes.removedDeleteFiles().forEach(files::add);
  }

  /** Whether any row may have come or gone; snapshots that only move rows do not count. */
  public boolean any() {
    return !complete || !files.isEmpty();
  }

  /**
   * The values of a column in whose partitions rows have come or gone; empty when that cannot be
   * told: a snapshot in between is gone, or the column is no partition by itself.
   */
  public Optional<Set<Object>> partitions(String column) {
    Set<Object> values = new HashSet<>();
    for (ContentFile<?> file : files) {
      Optional<Object> value = PartitionOf.value(table, file, column);
      if (value.isEmpty()) {
        return Optional.empty(); // rows without a value belong to no partition that could be named
      }
      values.add(value.get());
    }
    return complete ? Optional.of(values) : Optional.empty();
  }
}
