package io.moulin.follow;

import io.moulin.commit.RunMark;
import io.moulin.duck.Duck;
import io.moulin.ingest.mend.TableFiles;
import io.moulin.parquet.ParquetOut;
import io.moulin.spec.Layer;
import io.moulin.spec.TableSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/** What one step works with: silver, the table that follows it, and how that is written. */
public final class Stage {
  /** Each partition that is written at once buffers a row group of its own. */
  private static final long ROWS_WRITTEN_AT_ONCE = 50_000;

  private final Following following;
  private final FollowJob job;
  private final String run;
  private final Table silver;
  private final Table table;
  private @Nullable FollowMark left;

  /**
   * @param run begins the names of all files; nothing else may ever use it
   */
  Stage(Following following, FollowJob job, String run, Table silver, Table table) {
    this.following = following;
    this.job = job;
    this.run = run;
    this.silver = silver;
    this.table = table;
  }

  private Path folder() {
    return job.folder().resolve(run);
  }

  /** How many rows of so many bytes fit into memory. */
  public long rowsAtOnce(long bytesOfOne) {
    return job.memoryBytes() / bytesOfOne;
  }

  /** How many rows the table has. */
  public long rows() {
    Snapshot now = table.currentSnapshot();
    return now == null
        ? 0
        : Long.parseLong(now.summary().getOrDefault(SnapshotSummary.TOTAL_RECORDS_PROP, "0"));
  }

  /** The snapshot of the table; -1 for none. */
  long snapshot() {
    Snapshot now = table.currentSnapshot();
    return now == null ? -1 : now.snapshotId();
  }

  /** The newest snapshot of silver. */
  Optional<Snapshot> silverNow() {
    return Optional.ofNullable(silver.currentSnapshot());
  }

  /** What silver has got since a snapshot. */
  SilverChange since(long from) {
    return SilverChange.since(silver, from);
  }

  /** How much older than silver what a mark names is; very much when nobody knows it any more. */
  Duration age(FollowMark mark) {
    Snapshot then = silver.snapshot(mark.silver());
    return silverNow()
        .filter(now -> then != null)
        .map(now -> Duration.ofMillis(now.timestampMillis() - then.timestampMillis()))
        .orElse(ChronoUnit.FOREVER.getDuration());
  }

  /** Nothing made a difference; the next commit may say it. */
  public void leave(FollowMark mark) {
    left = mark;
  }

  /** What was left stays unsaid for now. */
  void unsaid(FollowMark mark) {
    Standing.unsaid(table, mark.silver());
  }

  /** What no commit says yet; null when there is nothing. */
  @Nullable FollowMark left() {
    return left;
  }

  private TableSpec silverSpec() {
    return following.dataset().table(Layer.SILVER);
  }

  /** The files of the table as it is. */
  public TableFiles stored() throws IOException {
    return TableFiles.of(following.table(), table, folder().resolve("stored"));
  }

  /** All files of silver. */
  public TableFiles silver() throws IOException {
    return TableFiles.of(silverSpec(), silver, folder().resolve("silver"));
  }

  /** The files that silver has got. */
  public TableFiles added(SilverChange change) throws IOException {
    return TableFiles.some(silverSpec(), silver, change.added(), folder().resolve("added"));
  }

  /** A database that may read these files. */
  public Duck open(List<Collection<Path>> files) throws SQLException, IOException {
    Files.createDirectories(folder());
    List<Path> all = new ArrayList<>();
    files.forEach(all::addAll);
    return Duck.openOver(folder(), all, job.memoryBytes());
  }

  /** What a commit says that takes up silver as it is now. */
  public FollowMark mark(Map<String, String> more) {
    Snapshot now =
        silverNow()
            .orElseThrow(
                () -> new IllegalStateException("Cannot follow silver: it has no snapshot"));
    return new FollowMark(now.snapshotId(), following.shape(), more);
  }

  /** Says that files are about to be written, so that who comes after a crash finds them. */
  public void begin() {
    RunMark.NOTE.write(table, new RunMark(run));
  }

  /**
   * Writes rows, some partitions at a time.
   *
   * @param sizes about how many rows each partition gets
   * @param query gives the rows of some partitions
   * @param part tells writes of one step apart
   */
  public ParquetOut.Written write(
      Duck duck, SortedMap<Long, Long> sizes, Function<List<Long>, String> query, String part)
      throws SQLException, IOException {
    ParquetOut out = new ParquetOut(following.table(), table, ParquetOut.Rows.COMPUTED);
    List<String> files = new ArrayList<>();
    long rows = 0;
    List<Long> together = new ArrayList<>();
    long size = 0;
    int turn = 0;
    for (Iterator<Map.Entry<Long, Long>> left = sizes.entrySet().iterator(); left.hasNext(); ) {
      Map.Entry<Long, Long> partition = left.next();
      together.add(partition.getKey());
      size += partition.getValue();
      if (size >= ROWS_WRITTEN_AT_ONCE || !left.hasNext()) {
        String own = "%s-%s-%d".formatted(run, part, turn++);
        ParquetOut.Written written =
            out.write(duck, query.apply(List.copyOf(together)), folder().resolve(own), own);
        files.addAll(written.files());
        rows += written.rows();
        together.clear();
        size = 0;
      }
    }
    return new ParquetOut.Written(files, rows);
  }

  /** Puts files in the place of others; {@link #begin} came before. */
  public void commit(List<String> files, List<DataFile> replaced, FollowMark mark) {
    new FollowWriter(table, following).commit(files, replaced, mark);
    RunMark.NOTE.clear(table);
  }

  /**
   * Puts files in the place of all others. Where nothing is different only the mark is renewed, if
   * it is not the same as well.
   */
  public void replace(
      List<String> files,
      Collection<DataFile> replaced,
      FollowMark mark,
      Optional<FollowMark> last) {
    boolean anything = !files.isEmpty() || !replaced.isEmpty();
    if (anything || !last.equals(Optional.of(mark))) {
      new FollowWriter(table, following).commit(files, List.copyOf(replaced), mark);
    }
    if (files.isEmpty()) {
      table.refresh();
      new RunMark(run).sweep(List.of(table));
    }
    RunMark.NOTE.clear(table);
  }
}
