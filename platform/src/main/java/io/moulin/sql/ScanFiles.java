package io.moulin.sql;

import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/**
 * The files of one snapshot of a table, in the order in which they were added.
 *
 * @param clean data files of which every row counts
 * @param dirty data files of which some rows are deleted, by location
 * @param positionDeletes Parquet files that name rows of the dirty ones
 * @param vectors deletion vectors of the dirty ones
 */
record ScanFiles(
    List<String> clean,
    List<String> dirty,
    List<String> positionDeletes,
    List<DeleteFile> vectors) {

  static ScanFiles of(String name, Table table, @Nullable Snapshot snapshot) {
    return of(name, table, snapshot, Expressions.alwaysTrue());
  }

  /** Those whose rows may match {@code filter}. */
  static ScanFiles of(String name, Table table, @Nullable Snapshot snapshot, Expression filter) {
    ScanFiles files =
        new ScanFiles(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    if (snapshot == null) {
      return files;
    }
    Map<String, DeleteFile> deletes = new LinkedHashMap<>();
    for (FileScanTask task : tasks(table, snapshot, filter)) {
      supported(name, task.file());
      (task.deletes().isEmpty() ? files.clean : files.dirty).add(task.file().location());
      for (DeleteFile delete : task.deletes()) {
        // Several vectors may lie in one file.
        deletes.put(delete.location() + "#" + delete.contentOffset(), delete);
      }
    }
    deletes.values().forEach(delete -> files.add(name, delete));
    return files;
  }

  private static List<FileScanTask> tasks(Table table, Snapshot snapshot, Expression filter) {
    List<FileScanTask> tasks = new ArrayList<>();
    try (CloseableIterable<FileScanTask> planned =
        table.newScan().useSnapshot(snapshot.snapshotId()).filter(filter).planFiles()) {
      planned.forEach(tasks::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    tasks.sort(
        Comparator.comparing(
                (FileScanTask task) -> {
                  Long sequence = task.file().dataSequenceNumber();
                  return sequence == null ? 0L : sequence;
                })
            .thenComparing(task -> task.file().location()));
    return tasks;
  }

  private static void supported(String name, DataFile file) {
    if (file.format() != FileFormat.PARQUET) {
      throw unsupported(name, file, "a data file of format " + file.format());
    }
  }

  private void add(String name, DeleteFile delete) {
    if (delete.content() == FileContent.EQUALITY_DELETES) {
      throw unsupported(name, delete, "equality deletes");
    } else if (delete.format() == FileFormat.PUFFIN) {
      vectors.add(delete);
    } else if (delete.format() == FileFormat.PARQUET) {
      positionDeletes.add(delete.location());
    } else {
      throw unsupported(name, delete, "position deletes of format " + delete.format());
    }
  }

  private static MoulinException unsupported(String name, ContentFile<?> file, String what) {
    return MoulinException.user(
        "unsupported-files",
        "%s has %s, which Moulin neither writes nor reads: %s"
            .formatted(name, what, file.location()),
        "compact the table with the engine that wrote them, or query it there");
  }
}
