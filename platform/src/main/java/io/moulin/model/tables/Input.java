package io.moulin.model.tables;

import io.moulin.platform.IcebergSchemas;
import io.moulin.sql.TablePlan;
import io.moulin.sql.TableView;
import java.util.List;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/**
 * A stored table that a node reads, as it was when its computation began: everything that this
 * computation does sees the same snapshot.
 */
public record Input(String fullName, Table table, TablePlan plan) {
  /**
   * The view of all its rows.
   *
   * @param number a number that no other view of the connection has
   */
  public TableView view(int number) {
    return TableView.of(IcebergSchemas.identifier(fullName), plan, List.of(), number);
  }

  /** The id of its snapshot; 0 when it has none. */
  public long snapshot() {
    Snapshot snapshot = table.currentSnapshot();
    return snapshot == null ? 0 : snapshot.snapshotId();
  }
}
