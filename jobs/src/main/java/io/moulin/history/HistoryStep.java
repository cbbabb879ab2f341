package io.moulin.history;

import io.moulin.commit.RunMark;
import io.moulin.ingest.mend.Fingerprint;
import io.moulin.ingest.mend.TableFiles;
import io.moulin.parquet.Duck;
import io.moulin.parquet.ParquetOut;
import io.moulin.spec.DataType.Scalar;
import io.moulin.spec.Layer;
import io.moulin.spec.TableSpec;
import io.moulin.spec.history.HistoryTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;

/** One commit to a history: what silver has got since the last, or all of it anew. */
final class HistoryStep {
  /** What the windows over a row take, so that a pass stays within the memory that there is. */
  private static final long BYTES_OF_A_ROW = 250;

  /** Each partition that is written at once buffers a row group of its own. */
  private static final long ROWS_WRITTEN_AT_ONCE = 50_000;

  private final HistoryJob job;
  private final String run;
  private final Table silver;
  private final Table history;
  private final HistorySql sql;
  private final Path folder;

  /**
   * @param run begins the names of all files; nothing else may ever use it
   */
  HistoryStep(HistoryJob job, String run, Table silver, Table history) {
    this.job = job;
    this.run = run;
    this.silver = silver;
    this.history = history;
    this.sql = new HistorySql(job.history(), job.table());
    this.folder = job.folder().resolve(run);
  }

  /** Whether so many rows are followed; more are read faster all together. */
  boolean follows(SilverChange change) {
    long known = sql.listing() ? rows(history) : 0; // a listing is about all keys
    return change.kind() == SilverChange.Kind.ADDED && change.rows() + known <= rowsAtOnce();
  }

  private static long rows(Table table) {
    Snapshot now = table.currentSnapshot();
    return now == null
        ? 0
        : Long.parseLong(now.summary().getOrDefault(SnapshotSummary.TOTAL_RECORDS_PROP, "0"));
  }

  private long rowsAtOnce() {
    return job.memoryBytes() / BYTES_OF_A_ROW;
  }

  private TableSpec silverSpec() {
    return job.dataset().table(Layer.SILVER);
  }

  private HistoryMark mark(boolean orphans) {
    Snapshot now = silver.currentSnapshot();
    if (now == null) {
      throw new IllegalStateException("Cannot follow silver: it has no snapshot");
    }
    return new HistoryMark(now.snapshotId(), HistoryMark.shape(job.history()), orphans);
  }

  private Duck open(List<Collection<Path>> files) throws SQLException, IOException {
    Files.createDirectories(folder);
    List<Path> all = new ArrayList<>();
    files.forEach(all::addAll);
    return Duck.openOver(folder, all, job.memoryBytes());
  }

  /** Takes up rows that silver has got. */
  Kept follow(HistoryMark last, SilverChange change) throws SQLException, IOException {
    TableFiles stored = TableFiles.of(job.table(), history, folder.resolve("history"));
    TableFiles added =
        TableFiles.some(silverSpec(), silver, change.added(), folder.resolve("added"));
    long[] slow = new long[2];
    try (Duck duck = open(List.of(stored.paths(), added.paths()))) {
      touch(duck, stored, added, last);
      duck.query(
          sql.slow(),
          row -> {
            slow[0] = row.getLong(1);
            slow[1] = row.getLong(2);
          });
      if (slow[0] == 0) {
        return write(duck, stored, "", last, change.rows());
      }
    }
    // Some rows are older than what was known of their key: what silver has since then, counts.
    TableFiles whole = TableFiles.of(silverSpec(), silver, folder.resolve("silver"));
    Expression since = notBefore(slow[1]);
    List<Path> young = whole.paths(since);
    try (Duck duck = open(List.of(stored.paths(), added.paths(), young))) {
      touch(duck, stored, added, last);
      return write(duck, stored, whole.rows(since), last, change.rows());
    }
  }

  /** time in days or microseconds since 1970 */
  private Expression notBefore(long time) {
    String order = job.history().order();
    return HistoryTable.column(silverSpec(), order).type() == Scalar.DATE
        ? Expressions.greaterThanOrEqual(order, Math.toIntExact(time))
        : Expressions.greaterThanOrEqual(order, time);
  }

  private void touch(Duck duck, TableFiles stored, TableFiles added, HistoryMark last)
      throws SQLException {
    duck.run(HistorySql.make(HistorySql.FRESH, sql.rows(added.rows())));
    duck.run(sql.touched(stored.rows(), last.orphans()));
  }

  private Kept write(Duck duck, TableFiles stored, String young, HistoryMark last, long rows)
      throws SQLException, IOException {
    Set<Integer> buckets = new HashSet<>();
    duck.query(sql.buckets(), row -> buckets.add(row.getInt(1)));
    if (buckets.isEmpty()) {
      new HistoryWriter(history).commit(List.of(), List.of(), mark(last.orphans()));
      return new Kept(Kept.Way.UNCHANGED, rows, 0);
    }
    duck.run(sql.source(young));
    duck.run(sql.past(stored.rows()));
    if (sql.listing()) {
      duck.run(sql.listings("SELECT ts FROM " + HistorySql.SOURCE));
    }
    boolean orphans = versions(duck) || last.orphans();
    RunMark.NOTE.write(history, new RunMark(run));
    List<DataFile> replaced =
        stored.files().stream().filter(file -> buckets.contains(bucket(file))).toList();
    Map<Integer, Long> sizes = sizes(duck);
    replaced.forEach(file -> sizes.merge(bucket(file), file.recordCount(), Long::sum));
    ParquetOut.Written written = write(duck, sizes, sql.result(stored.rows()), run);
    new HistoryWriter(history).commit(written.files(), replaced, mark(orphans));
    RunMark.NOTE.clear(history);
    return new Kept(Kept.Way.FOLLOWED, rows, written.rows());
  }

  private static int bucket(DataFile file) {
    return file.partition().get(0, Integer.class);
  }

  /** How many versions were made, by partition. */
  private static Map<Integer, Long> sizes(Duck duck) throws SQLException {
    Map<Integer, Long> sizes = new TreeMap<>();
    duck.query(HistorySql.sizes(), row -> sizes.put(row.getInt(1), row.getLong(2)));
    return sizes;
  }

  /**
   * Writes what {@code query} gives, some partitions at a time.
   *
   * @param sizes about how many rows each partition gets
   * @param name begins the names of the files
   */
  private ParquetOut.Written write(Duck duck, Map<Integer, Long> sizes, String query, String name)
      throws SQLException, IOException {
    ParquetOut out = new ParquetOut(job.table(), history, ParquetOut.Rows.COMPUTED);
    List<String> files = new ArrayList<>();
    long rows = 0;
    List<Integer> together = new ArrayList<>();
    long size = 0;
    int part = 0;
    for (Iterator<Map.Entry<Integer, Long>> left = sizes.entrySet().iterator(); left.hasNext(); ) {
      Map.Entry<Integer, Long> bucket = left.next();
      together.add(bucket.getKey());
      size += bucket.getValue();
      if (size >= ROWS_WRITTEN_AT_ONCE || !left.hasNext()) {
        String own = name + "-" + part++;
        ParquetOut.Written written =
            out.write(duck, HistorySql.within(query, together), folder.resolve(own), own);
        files.addAll(written.files());
        rows += written.rows();
        together.clear();
        size = 0;
      }
    }
    return new ParquetOut.Written(files, rows);
  }

  /** Makes the versions of what is in place; whether a key has ended of which none is known. */
  private boolean versions(Duck duck) throws SQLException {
    if (sql.listing()) {
      duck.run(sql.absent());
    }
    duck.run(sql.events());
    duck.run(sql.versions());
    return sql.deletes() && number(duck, sql.orphans()) > 0;
  }

  private static long number(Duck duck, String query) throws SQLException {
    long[] number = {0};
    duck.query(query, row -> number[0] = row.getLong(1));
    return number[0];
  }

  /**
   * Makes all of it anew of all rows of silver, some partitions at a time where they are too many.
   *
   * @param last what the history says of itself; empty when it says nothing
   */
  Kept anew(Optional<HistoryMark> last, HistoryKeeper.Mode mode) throws SQLException, IOException {
    TableFiles stored = TableFiles.of(job.table(), history, folder.resolve("history"));
    TableFiles whole = TableFiles.of(silverSpec(), silver, folder.resolve("silver"));
    long rows = whole.files().stream().mapToLong(DataFile::recordCount).sum();
    long passes = Math.min(job.history().buckets(), rows / rowsAtOnce() + 1);
    boolean makes = mode == HistoryKeeper.Mode.MAKE;
    Fingerprint made = Fingerprint.NOTHING;
    Fingerprint before;
    boolean orphans = false;
    List<String> files = new ArrayList<>();
    if (makes) {
      RunMark.NOTE.write(history, new RunMark(run));
    }
    try (Duck duck = open(List.of(stored.paths(), whole.paths()))) {
      before = Fingerprint.of(duck, job.table(), "SELECT * FROM " + stored.rows());
      if (sql.listing()) {
        duck.run(sql.listings(sql.rows(whole.rows())));
      }
      for (int pass = 0; pass < passes; pass++) {
        duck.run(
            HistorySql.make(
                HistorySql.SOURCE,
                "SELECT * FROM (%s) WHERE b %% %d = %d"
                    .formatted(sql.rows(whole.rows()), passes, pass)));
        duck.run(sql.noPast(stored.rows()));
        orphans |= versions(duck);
        Fingerprint some = Fingerprint.of(duck, job.table(), sql.made());
        made = made.plus(some);
        if (makes && some.rows() > 0) {
          files.addAll(write(duck, sizes(duck), sql.made(), run + "-" + pass).files());
        }
      }
    }
    boolean different = !made.equals(before);
    if (makes) {
      replace(different ? files : List.of(), different ? stored.files() : List.of(), orphans, last);
    }
    return new Kept(
        different ? Kept.Way.REBUILT : Kept.Way.UNCHANGED, rows, different ? made.rows() : 0);
  }

  /** Where nothing is different only the mark is renewed, if it is not the same as well. */
  private void replace(
      List<String> files,
      Collection<DataFile> replaced,
      boolean orphans,
      Optional<HistoryMark> last) {
    HistoryMark mark = mark(orphans);
    boolean anything = !files.isEmpty() || !replaced.isEmpty();
    if (anything || !last.equals(Optional.of(mark))) {
      new HistoryWriter(history).commit(files, List.copyOf(replaced), mark);
    }
    if (files.isEmpty()) {
      history.refresh();
      new RunMark(run).sweep(List.of(history));
    }
    RunMark.NOTE.clear(history);
  }
}
