package io.moulin.live;

import io.moulin.duck.Duck;
import io.moulin.follow.FollowMark;
import io.moulin.follow.Keeper;
import io.moulin.follow.Kept;
import io.moulin.follow.SilverChange;
import io.moulin.follow.Stage;
import io.moulin.follow.Step;
import io.moulin.ingest.mend.Fingerprint;
import io.moulin.ingest.mend.TableFiles;
import io.moulin.live.Progress.Reached;
import io.moulin.parquet.ParquetOut;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.TableSpec;
import io.moulin.spec.live.LiveSpec;
import io.moulin.spec.live.LiveTable;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.expressions.Expressions;
import org.jspecify.annotations.Nullable;

/** One commit to a live aggregate. */
final class LiveStep implements Step {
  /** What a row takes in an aggregate that remembers its rows. */
  private static final long BYTES_OF_A_ROW = 250;

  private final DatasetSpec dataset;
  private final LiveSpec live;
  private final Windows windows;
  private final TableSpec table;
  private final LiveParts.Once parts;
  private final Stage stage;

  LiveStep(DatasetSpec dataset, LiveSpec live, LiveParts.Once parts, Stage stage) {
    this.dataset = dataset;
    this.live = live;
    this.windows = Windows.of(dataset, live);
    this.table = LiveTable.of(live, dataset);
    this.parts = parts;
    this.stage = stage;
  }

  /** Rows stream through, whatever their number. */
  @Override
  public boolean follows(SilverChange change) {
    return true;
  }

  private LiveSql sql(LiveParts values) {
    return new LiveSql(dataset, live, values);
  }

  @Override
  public Kept follow(FollowMark last, SilverChange change) throws SQLException, IOException {
    Optional<Progress> said = Progress.read(last.more());
    if (said.isEmpty()) {
      return anew(Optional.of(last), Keeper.Mode.MAKE);
    }
    Progress before = said.get();
    TableFiles stored = stage.stored();
    TableFiles added = stage.added(change);
    Map<Integer, Long> firsts = new HashMap<>();
    Progress now;
    Set<Long> touched = new TreeSet<>();
    try (Duck duck = stage.open(List.of(stored.paths(), added.paths()))) {
      LiveParts values = parts.of(duck);
      LiveSql sql = sql(values);
      Progress more = progress(duck, sql.progress(added.rows()), firsts);
      if (!goesOn(before, firsts)) {
        return anew(Optional.of(last), Keeper.Mode.MAKE);
      }
      duck.run(sql.source(added.rows()));
      duck.run(sql.cuts(before));
      now = before.and(more).and(new Progress(Map.of(), number(duck, sql.late()), 0));
      long kept = windows.firstKept(now.newest());
      if (values.merge()) {
        duck.run(sql.aggregate(kept));
        duck.run(sql.touchedByMade());
      } else {
        duck.run(sql.touched(kept));
      }
      duck.query("SELECT k FROM " + LiveSql.TOUCHED, row -> touched.add(row.getLong(1)));
      if (values.merge() || touched.isEmpty()) {
        Change made = new Change(stored, touched, before, now);
        return write(duck, values, made, change.rows());
      }
    }
    return again(new Change(stored, touched, before, now), change.rows());
  }

  /** The rows of an aggregate that does not merge are read again, from the first window on. */
  private Kept again(Change change, long rows) throws SQLException, IOException {
    TableFiles whole = stage.silver();
    long first = windows.start(change.touched().iterator().next());
    List<Path> young =
        whole.paths(Expressions.greaterThanOrEqual(LiveTable.timeColumn(dataset), first));
    try (Duck duck = stage.open(List.of(change.stored().paths(), young))) {
      LiveParts values = parts.of(duck);
      LiveSql sql = sql(values);
      duck.run(sql.source(whole.rows(young)));
      duck.run(sql.cuts(Progress.NONE));
      duck.run(LiveSql.touched(change.touched()));
      duck.run(sql.aggregateTouched(windows.firstKept(change.now().newest())));
      return write(duck, values, change, rows);
    }
  }

  /** What a step has found out. */
  private record Change(TableFiles stored, Set<Long> touched, Progress before, Progress now) {}

  /**
   * Whether rows come after those that were there, in each partition. Rows that were corrected come
   * with offsets of their own time, and change what is late after them.
   */
  private boolean goesOn(Progress before, Map<Integer, Long> firsts) {
    int partitions = dataset.source().partitions();
    for (Map.Entry<Integer, Long> first : firsts.entrySet()) {
      Reached at = before.reached().get(first.getKey());
      if (at == null ? first.getKey() >= partitions : first.getValue() <= at.offset()) {
        return false;
      }
    }
    return true;
  }

  private static Progress progress(Duck duck, String query, Map<Integer, Long> firsts)
      throws SQLException {
    Map<Integer, Reached> reached = new HashMap<>();
    long[] timeless = {0};
    duck.query(
        query,
        row -> {
          long newest = row.getLong(4);
          Long known = row.wasNull() ? null : Long.valueOf(newest);
          reached.put(row.getInt(1), new Reached(row.getLong(3), known, row.getLong(6)));
          firsts.put(row.getInt(1), row.getLong(2));
          timeless[0] += row.getLong(5);
        });
    return new Progress(reached, 0, timeless[0]);
  }

  private static long number(Duck duck, String query) throws SQLException {
    long[] number = {0};
    duck.query(query, row -> number[0] = row.getLong(1));
    return number[0];
  }

  private @Nullable Long slowest(Progress progress) {
    return progress.slowest(dataset.source().partitions(), windows.idle());
  }

  /** Writes the partitions with windows that were touched, or have become final or open again. */
  private Kept write(Duck duck, LiveParts values, Change change, long rows)
      throws SQLException, IOException {
    LiveSql sql = sql(values);
    long firstKept = windows.firstKept(change.now().newest());
    List<DataFile> gone = new ArrayList<>();
    Map<Path, DataFile> old = new LinkedHashMap<>();
    Set<Long> touched = new TreeSet<>();
    change.touched().forEach(window -> touched.add(windows.partition(window)));
    for (Map.Entry<Path, DataFile> file : change.stored().byPath().entrySet()) {
      long partition = partition(file.getValue());
      if (partition < firstKept) {
        gone.add(file.getValue());
      } else if (touched.contains(partition) || changesFinal(partition, change)) {
        old.put(file.getKey(), file.getValue());
      }
    }
    FollowMark mark = stage.mark(change.now().mark());
    if (touched.isEmpty() && old.isEmpty() && gone.isEmpty()) {
      stage.leave(mark);
      return new Kept(Kept.Way.UNCHANGED, rows, 0);
    }
    if (touched.isEmpty() && old.isEmpty()) {
      stage.commit(List.of(), gone, mark);
      return new Kept(Kept.Way.FOLLOWED, rows, 0);
    }
    if (values.merge()) {
      duck.run(sql.merge(change.stored().rows(old.keySet())));
    } else if (touched.isEmpty()) {
      duck.run(sql.aggregateTouched(firstKept)); // no rows, but the columns
    }
    SortedMap<Long, Long> sizes = sizes(duck, sql);
    old.values().forEach(file -> sizes.merge(partition(file), file.recordCount(), Long::sum));
    Long slowest = slowest(change.now());
    stage.begin();
    ParquetOut.Written written =
        stage.write(
            duck,
            sizes,
            some -> {
              List<Path> read =
                  old.entrySet().stream()
                      .filter(file -> some.contains(partition(file.getValue())))
                      .map(Map.Entry::getKey)
                      .toList();
              String kept = sql.untouched(change.stored().rows(read), slowest);
              return sql.within(sql.made(slowest) + " UNION ALL " + kept, some);
            },
            "step");
    gone.addAll(old.values());
    stage.commit(written.files(), gone, mark);
    return new Kept(Kept.Way.FOLLOWED, rows, written.rows());
  }

  private static long partition(DataFile file) {
    return file.partition().get(0, Integer.class);
  }

  /**
   * Whether windows of a partition of the table become final, or are so no more because a partition
   * of the topic that had been silent has not come so far.
   */
  private boolean changesFinal(long partition, Change change) {
    long was = windows.lastFinal(slowest(change.before()));
    long is = windows.lastFinal(slowest(change.now()));
    long from = Math.min(was, is);
    return is != was
        && partition <= windows.partition(Math.max(was, is))
        && (from == Long.MIN_VALUE || partition >= windows.partition(from + 1));
  }

  private static SortedMap<Long, Long> sizes(Duck duck, LiveSql sql) throws SQLException {
    SortedMap<Long, Long> sizes = new TreeMap<>();
    duck.query(sql.sizes(), row -> sizes.put(row.getLong(1), row.getLong(2)));
    return sizes;
  }

  @Override
  public Kept anew(Optional<FollowMark> last, Keeper.Mode mode) throws SQLException, IOException {
    TableFiles stored = stage.stored();
    TableFiles whole = stage.silver();
    long rows = whole.files().stream().mapToLong(DataFile::recordCount).sum();
    boolean makes = mode == Keeper.Mode.MAKE;
    if (makes) {
      stage.begin();
    }
    try (Duck duck = stage.open(List.of(stored.paths(), whole.paths()))) {
      LiveParts values = parts.of(duck);
      LiveSql sql = sql(values);
      Progress all = progress(duck, sql.progress(whole.rows()), new HashMap<>());
      duck.run(sql.source(whole.rows()));
      duck.run(sql.cuts(Progress.NONE));
      Progress now = all.and(new Progress(Map.of(), number(duck, sql.late()), 0));
      aggregate(duck, sql, values, windows.firstKept(now.newest()), rows);
      String made = sql.made(slowest(now));
      Fingerprint after = Fingerprint.of(duck, table, made);
      Fingerprint before = Fingerprint.of(duck, table, "SELECT * FROM " + stored.rows());
      boolean different = !after.equals(before);
      if (makes) {
        List<String> files =
            different
                ? stage
                    .write(duck, sizes(duck, sql), some -> sql.within(made, some), "anew")
                    .files()
                : List.of();
        stage.replace(files, different ? stored.files() : List.of(), stage.mark(now.mark()), last);
      }
      return new Kept(
          different ? Kept.Way.REBUILT : Kept.Way.UNCHANGED, rows, different ? after.rows() : 0);
    }
  }

  /** An aggregate that remembers its rows takes as many windows at a time as fit into memory. */
  private void aggregate(Duck duck, LiveSql sql, LiveParts values, long firstKept, long rows)
      throws SQLException {
    long atOnce = stage.rowsAtOnce(BYTES_OF_A_ROW);
    if (values.merge() || rows <= atOnce) {
      duck.run(sql.aggregate(firstKept));
      return;
    }
    SortedMap<Long, Long> weights = new TreeMap<>();
    duck.query(sql.weights(firstKept), row -> weights.put(row.getLong(1), row.getLong(2)));
    duck.run(sql.aggregate(Long.MAX_VALUE)); // no rows, but the columns
    long from = Long.MIN_VALUE;
    long size = 0;
    for (Map.Entry<Long, Long> window : weights.entrySet()) {
      size += window.getValue();
      if (size >= atOnce || window.getKey().equals(weights.lastKey())) {
        duck.run(sql.aggregateMore(firstKept, from, window.getKey()));
        from = window.getKey() + 1;
        size = 0;
      }
    }
  }
}
