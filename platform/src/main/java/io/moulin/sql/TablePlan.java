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
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
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
  private final List<Read> reads;

  private TablePlan(Table table, List<Read> reads) {
    this.table = table;
    this.reads = List.copyOf(reads);
  }

  /** A data file to be read without the rows that its deletes name. */
  record Read(DataFile file, List<DeleteFile> deletes) {}

  /** Of the snapshot that {@code table} stands at. */
  public static TablePlan of(Table table) {
    return of(table, table.currentSnapshot());
  }

  /**
   * Of one of its snapshots.
   *
   * @param snapshot null for none
   */
  public static TablePlan of(Table table, @Nullable Snapshot snapshot) {
    List<Read> reads = new ArrayList<>();
    if (snapshot != null) {
      try (CloseableIterable<FileScanTask> planned =
          table
              .newScan()
              .planWith(ManifestThreads.of(table))
              .useSnapshot(snapshot.snapshotId())
              .planFiles()) {
        planned.forEach(task -> reads.add(new Read(task.file(), task.deletes())));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      reads.sort(
          Comparator.comparing(TablePlan::sequence).thenComparing(read -> read.file().location()));
    }
    return new TablePlan(table, reads);
  }

  private static long sequence(Read read) {
    Long sequence = read.file().dataSequenceNumber();
    return sequence == null ? 0L : sequence;
  }

  /** Of no snapshot at all. */
  public static TablePlan none(Table table) {
    return new TablePlan(table, List.of());
  }

  /** Without the files in whose partitions surely no row matches {@code filter}. */
  public TablePlan where(Expression filter) {
    Map<Integer, Evaluator> bySpec = new HashMap<>();
    List<Read> kept = new ArrayList<>();
    for (Read read : reads) {
      Evaluator evaluator =
          bySpec.computeIfAbsent(
              read.file().specId(),
              id -> {
                PartitionSpec spec = Objects.requireNonNull(table.specs().get(id));
                return new Evaluator(
                    spec.partitionType(), Projections.inclusive(spec).project(filter));
              });
      if (evaluator.eval(read.file().partition())) {
        kept.add(read);
      }
    }
    return new TablePlan(table, kept);
  }

  /**
   * With files that were added later, or will be.
   *
   * @param now the table as it stands with them
   */
  public TablePlan with(Table now, List<DataFile> files) {
    List<Read> more = new ArrayList<>(reads);
    files.stream()
        .sorted(Comparator.comparing(DataFile::location))
        .forEach(file -> more.add(new Read(file, List.of())));
    return new TablePlan(now, more);
  }

  /** Data files that only one of the two plans reads, or from which they read other rows. */
  public List<DataFile> differing(TablePlan other) {
    List<DataFile> differing = new ArrayList<>();
    Set<String> here = keys();
    Set<String> there = other.keys();
    reads.stream().filter(read -> !there.contains(key(read))).forEach(r -> differing.add(r.file()));
    other.reads.stream()
        .filter(read -> !here.contains(key(read)))
        .forEach(r -> differing.add(r.file()));
    return differing;
  }

  private Set<String> keys() {
    return reads.stream().map(TablePlan::key).collect(Collectors.toSet());
  }

  private static String key(Read read) {
    return Stream.concat(
            Stream.of(read.file().location()),
            read.deletes().stream()
                .map(delete -> delete.location() + "#" + delete.contentOffset())
                .sorted())
        .collect(Collectors.joining("\n"));
  }

  /** The data files. */
  public List<DataFile> files() {
    return reads.stream().map(Read::file).toList();
  }

  /** Whether rows of the data files are deleted, so that they have fewer than they say. */
  public boolean deletes() {
    return reads.stream().anyMatch(read -> !read.deletes().isEmpty());
  }

  /** The size of the data files. */
  public long bytes() {
    return reads.stream().mapToLong(read -> read.file().fileSizeInBytes()).sum();
  }

  /** The table that it is of. */
  public Table table() {
    return table;
  }

  List<Read> reads() {
    return reads;
  }
}
