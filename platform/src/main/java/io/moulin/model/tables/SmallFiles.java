package io.moulin.model.tables;

import io.moulin.model.SqlNames;
import io.moulin.parquet.ManifestThreads;
import io.moulin.parquet.ParquetOut;
import io.moulin.platform.IcebergSchemas;
import io.moulin.sql.TablePlan;
import io.moulin.sql.TableView;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.expressions.Expressions;

/** Makes one file of the many small ones that a day has gathered. */
public final class SmallFiles {
  private final Databases databases;
  private final ParquetOut out;
  private final String column;

  /**
   * @param out writes files of the table
   * @param column by which it is partitioned: dates
   */
  public SmallFiles(Databases databases, ParquetOut out, String column) {
    this.databases = databases;
    this.out = out;
    this.column = column;
  }

  /**
   * Rewrites the days that have several files.
   *
   * @param change of the table, to which the rewriting is added
   * @param table as it is before
   * @param today is left as it is, as is what is later; in days since 1970
   * @param name begins the names of the files; nothing else may ever use it
   */
  public void merge(Transaction change, Table table, String fullName, int today, String name)
      throws SQLException, IOException {
    Snapshot current = table.currentSnapshot();
    if (current == null) {
      return;
    }
    TablePlan plan = TablePlan.of(table);
    for (Map.Entry<Integer, List<DataFile>> day : byDay(plan).entrySet()) {
      if (day.getKey() < today && day.getValue().size() > 1) {
        merge(change, fullName, plan, current.snapshotId(), day.getKey(), name);
      }
    }
  }

  private Map<Integer, List<DataFile>> byDay(TablePlan plan) {
    Map<Integer, List<DataFile>> byDay = new TreeMap<>();
    for (DataFile file : plan.files()) {
      PartitionOf.value(plan.table(), file, column)
          .ifPresent(
              day -> byDay.computeIfAbsent((Integer) day, each -> new ArrayList<>()).add(file));
    }
    return byDay;
  }

  private void merge(
      Transaction change, String fullName, TablePlan plan, long from, int day, String name)
      throws SQLException, IOException {
    TablePlan part = plan.where(Expressions.equal(column, day));
    TableView view = TableView.of(IcebergSchemas.identifier(fullName), part);
    try (Database database = databases.open(List.of(view), List.of())) {
      String ofDay = "%s-day-%d".formatted(name, day);
      Path folder = databases.folder().resolve(ofDay);
      String rows = "FROM " + SqlNames.quoted(fullName);
      RewriteFiles rewrite =
          change
              .newRewrite()
              .scanManifestsWith(ManifestThreads.of(change.table()))
              // Else it asks for all of the history, most of which has expired.
              .validateFromSnapshot(from);
      part.files().forEach(rewrite::deleteFile);
      out.writePart(database.duck(), rows, folder, ofDay, day)
          .dataFiles(change.table())
          .forEach(rewrite::addFile);
      rewrite.commit();
    }
  }
}
