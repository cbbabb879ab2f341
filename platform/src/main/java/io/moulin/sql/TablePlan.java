package io.moulin.sql;

import io.moulin.parquet.ManifestThreads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Evaluator;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Projections;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/**
 * What has to be read of a snapshot of a table: its data files, in the order in which they were
 * added, each with its deletes. Reading the manifests costs more than a small query does, so a plan
 * is made once and parts of it are told by the files' partitions.
 */
public final class TablePlan {
  private final Table table;
  private final List<FileScanTask> tasks;

  private TablePlan(Table table, List<FileScanTask> tasks) {
    this.table = table;
    this.tasks = tasks;
  }

  /** Of the snapshot that {@code table} stands at. */
  public static TablePlan of(Table table) {
    return of(table, table.currentSnapshot());
  }

  static TablePlan of(Table table, @Nullable Snapshot snapshot) {
    List<FileScanTask> tasks = new ArrayList<>();
    if (snapshot != null) {
      try (CloseableIterable<FileScanTask> planned =
          table
              .newScan()
              .planWith(ManifestThreads.of(table))
              .useSnapshot(snapshot.snapshotId())
              .planFiles()) {
        planned.forEach(tasks::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      tasks.sort(
          Comparator.comparing(TablePlan::sequence).thenComparing(task -> task.file().location()));
    }
    return new TablePlan(table, tasks);
  }

  private static long sequence(FileScanTask task) {
    Long sequence = task.file().dataSequenceNumber();
    return sequence == null ? 0L : sequence;
  }

  /** Of no snapshot at all. */
  public static TablePlan none(Table table) {
    return new TablePlan(table, List.of());
  }

  /** Without the files in whose partitions surely no row matches {@code filter}. */
  public TablePlan where(Expression filter) {
    Map<Integer, Evaluator> bySpec = new HashMap<>();
    List<FileScanTask> kept = new ArrayList<>();
    for (FileScanTask task : tasks) {
      Evaluator evaluator =
          bySpec.computeIfAbsent(
              task.file().specId(),
              id -> {
                PartitionSpec spec = Objects.requireNonNull(table.specs().get(id));
                return new Evaluator(
                    spec.partitionType(), Projections.inclusive(spec).project(filter));
              });
      if (evaluator.eval(task.file().partition())) {
        kept.add(task);
      }
    }
    return new TablePlan(table, kept);
  }

  /** The data files. */
  public List<DataFile> files() {
    return tasks.stream().map(FileScanTask::file).toList();
  }

  /** The size of the data files. */
  public long bytes() {
    return tasks.stream().mapToLong(FileScanTask::length).sum();
  }

  Table table() {
    return table;
  }

  List<FileScanTask> tasks() {
    return tasks;
  }
}
