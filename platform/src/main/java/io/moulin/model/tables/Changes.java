package io.moulin.model.tables;

import io.moulin.sql.TablePlan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.Table;

/**
 * What has changed in a table between two of its snapshots, from metadata alone: what each snapshot
 * in between has added and removed. Of a stream there may be very many of them, and most of the
 * older ones are gone; then the files of the two are compared.
 */
public final class Changes {
  /** Reading what so many snapshots say costs as much as reading what there is at both ends. */
  private static final int FEW = 32;

  private final Table table;
  private final List<ContentFile<?>> files = new ArrayList<>();
  private final boolean complete;

  /**
   * Finds what is different now.
   *
   * @param table as it stands now
   * @param from the id of an earlier snapshot of it; where it is gone, not all can be told
   * @param now what the table consists of, asked for only when it is needed
   */
  Changes(Table table, long from, Supplier<TablePlan> now) {
    this.table = table;
    List<Snapshot> between = new ArrayList<>();
    Snapshot snapshot = table.currentSnapshot();
    while (snapshot != null && snapshot.snapshotId() != from && between.size() <= FEW) {
      between.add(snapshot);
      Long parent = snapshot.parentId();
      snapshot = parent == null ? null : table.snapshot(parent);
    }
    Snapshot before = table.snapshot(from);
    complete = before != null;
    if (snapshot != null && snapshot.snapshotId() == from) {
      between.stream()
          .filter(each -> !DataOperations.REPLACE.equals(each.operation()))
          .forEach(this::add);
    } else if (before != null) {
      files.addAll(now.get().differing(TablePlan.of(table, before)));
    }
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
