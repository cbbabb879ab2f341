package io.moulin.compact;

import io.moulin.commit.CommitLock;
import io.moulin.commit.Ledger;
import io.moulin.parquet.ManifestThreads;
import io.moulin.spec.TableSpec;
import io.moulin.spec.TableSpec.FieldSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.flink.util.FileUtils;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.StructLikeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What of one table is due to be merged, and the one snapshot that has it merged. */
final class TableMerge {
  private static final Logger LOG = LoggerFactory.getLogger(TableMerge.class);

  /** Most that is rewritten in one go, which takes some seconds; the rest has its turn later. */
  private static final long MOST_BYTES = 256L << 20;

  /** The order in which rows came. */
  private static final Comparator<DataFile> ARRIVAL =
      Comparator.comparing(
              DataFile::dataSequenceNumber, Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparing(DataFile::location);

  private final TableSpec spec;
  private final Table table;
  private final Snapshot from;
  private final List<List<DataFile>> merges;

  private TableMerge(TableSpec spec, Table table, Snapshot from, List<List<DataFile>> merges) {
    this.spec = spec;
    this.table = table;
    this.from = from;
    this.merges = List.copyOf(merges);
  }

  /**
   * What is due; empty when nothing is, or when somebody else has given the table what Moulin does
   * not write: columns of their own, or delete files.
   *
   * @param several so many files of about a size are merged
   */
  static Optional<TableMerge> due(TableSpec spec, Table table, int several) {
    Snapshot now = table.currentSnapshot();
    if (now == null || few(now, several) || !declared(spec, table)) {
      return Optional.empty();
    }
    StructLikeMap<List<DataFile>> partitions = StructLikeMap.create(table.spec().partitionType());
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      for (FileScanTask task : tasks) {
        if (!task.deletes().isEmpty()) {
          return Optional.empty();
        }
        DataFile file = task.file();
        if (file.specId() == table.spec().specId()) {
          partitions
              .computeIfAbsent(file.partition(), each -> new ArrayList<>())
              .add(file.copyWithoutStats());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<List<DataFile>> merges = new ArrayList<>();
    long bytes = 0;
    for (List<DataFile> files : partitions.values()) {
      files.sort(ARRIVAL);
      for (List<DataFile> merge : SizeTiers.merges(files, several)) {
        if (bytes < MOST_BYTES) {
          merges.add(merge);
          bytes += merge.stream().mapToLong(DataFile::fileSizeInBytes).sum();
        }
      }
    }
    return merges.isEmpty()
        ? Optional.empty()
        : Optional.of(new TableMerge(spec, table, now, merges));
  }

  private static boolean few(Snapshot snapshot, int several) {
    String files = snapshot.summary().get(SnapshotSummary.TOTAL_DATA_FILES_PROP);
    return files != null && Long.parseLong(files) < several;
  }

  private static boolean declared(TableSpec spec, Table table) {
    Set<String> declared = spec.fields().stream().map(FieldSpec::name).collect(Collectors.toSet());
    return table.schema().columns().stream()
        .map(NestedField::name)
        .collect(Collectors.toSet())
        .equals(declared);
  }

  String name() {
    return spec.fullName();
  }

  /**
   * Writes the merged files and commits them.
   *
   * @param run begins the names of the files; nothing else may ever use it
   * @param lock nobody commits while the files are exchanged
   * @return how many files less the table has; 0 when somebody has replaced some of them meanwhile
   */
  long run(CompactionWork work, String run, CommitLock lock, BooleanSupplier ending)
      throws SQLException, IOException {
    Path folder = Files.createDirectories(Path.of(work.folder(), run));
    FileMerge files = new FileMerge(spec, table, work.memoryBytes());
    Map<DataFile, List<DataFile>> merged = new HashMap<>();
    try {
      for (List<DataFile> merge : merges) {
        if (!ending.getAsBoolean()) {
          String name = "%s-%d-%s".formatted(run, merged.size(), spec.layer().namespace());
          merged.put(files.write(merge, folder.resolve(name), name), merge);
        }
      }
    } finally {
      FileUtils.deleteDirectoryQuietly(folder.toFile());
    }
    try (CommitLock.Held held = lock.take()) {
      return merged.isEmpty() ? 0 : commit(merged);
    }
  }

  private long commit(Map<DataFile, List<DataFile>> merged) {
    table.refresh();
    RewriteFiles rewrite =
        table
            .newRewrite()
            .scanManifestsWith(ManifestThreads.of(table))
            // Else it asks for all of the history, most of which has expired.
            .validateFromSnapshot(from.snapshotId());
    long less = 0;
    for (Map.Entry<DataFile, List<DataFile>> merge : merged.entrySet()) {
      merge.getValue().forEach(rewrite::deleteFile);
      rewrite.addFile(merge.getKey());
      less += merge.getValue().size() - 1;
    }
    rewrite.set(Ledger.OPERATION_PROPERTY, "compact");
    try {
      rewrite.commit();
      return less;
    } catch (ValidationException | CommitFailedException e) {
      LOG.info("{} was changed while its files were merged; next time", name(), e);
      return 0;
    }
  }
}
