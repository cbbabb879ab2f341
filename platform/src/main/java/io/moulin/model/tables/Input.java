package io.moulin.model.tables;

import io.moulin.platform.IcebergSchemas;
import io.moulin.sql.TablePlan;
import io.moulin.sql.TableView;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/**
 * A stored table that a node reads, as it was when its computation began: everything that this
 * computation does sees the same snapshot.
 */
public record Input(String fullName, Table table, TablePlan plan) {
  /** The view of all its rows. */
  public TableView view() {
    return view(plan);
  }

  /**
   * The view of a part of its rows.
   *
   * @param part of its plan
   */
  public TableView view(TablePlan part) {
    return TableView.of(IcebergSchemas.identifier(fullName), part);
  }

  /** The id of its snapshot; 0 when it has none. */
  public long snapshot() {
    Snapshot snapshot = table.currentSnapshot();
    return snapshot == null ? 0 : snapshot.snapshotId();
  }
}
