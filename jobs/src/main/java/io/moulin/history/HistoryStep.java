package io.moulin.history;

import io.moulin.duck.Duck;
import io.moulin.follow.FollowMark;
import io.moulin.follow.Keeper;
import io.moulin.follow.Kept;
import io.moulin.follow.SilverChange;
import io.moulin.follow.Stage;
import io.moulin.follow.Step;
import io.moulin.ingest.mend.Fingerprint;
import io.moulin.ingest.mend.TableFiles;
import io.moulin.parquet.ParquetOut;
import io.moulin.spec.DataType.Scalar;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.TableSpec;
import io.moulin.spec.history.HistorySpec;
import io.moulin.spec.history.HistoryTable;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;

/** One commit to a history: what silver has got since the last, or all of it anew. */
final class HistoryStep implements Step {
  /** What the windows over a row take, so that a pass stays within the memory that there is. */
  private static final long BYTES_OF_A_ROW = 250;

  private static final String ORPHANS = "orphans";

  private final DatasetSpec dataset;
  private final HistorySpec history;
  private final TableSpec table;
  private final Stage stage;
  private final HistorySql sql;

  HistoryStep(DatasetSpec dataset, HistorySpec history, TableSpec table, Stage stage) {
    this.dataset = dataset;
    this.history = history;
    this.table = table;
    this.stage = stage;
    this.sql = new HistorySql(history, table);
  }

  /** Whether so many rows are followed; more are read faster all together. */
  @Override
  public boolean follows(SilverChange change) {
    long known = sql.listing() ? stage.rows() : 0; // a listing is about all keys
    return change.rows() + known <= rowsAtOnce();
  }

  private long rowsAtOnce() {
    return stage.rowsAtOnce(BYTES_OF_A_ROW);
  }

  /**
   * @param orphans whether a row has ended a key of which no version is known: then an earlier row
   *     of an unknown key is looked for in silver
   */
  private FollowMark mark(boolean orphans) {
    return stage.mark(Map.of(ORPHANS, Boolean.toString(orphans)));
  }

  private static boolean orphans(FollowMark mark) {
    return Boolean.parseBoolean(mark.more().get(ORPHANS));
  }

  @Override
  public Kept follow(FollowMark last, SilverChange change) throws SQLException, IOException {
    TableFiles stored = stage.stored();
    TableFiles added = stage.added(change);
    long[] slow = new long[2];
    try (Duck duck = stage.open(List.of(stored.paths(), added.paths()))) {
      touch(duck, stored, added, last);
      if (number(duck, HistorySql.says()) == 0) {
        stage.leave(mark(orphans(last)));
        return new Kept(Kept.Way.UNCHANGED, change.rows(), 0);
      }
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
    TableFiles whole = stage.silver();
    Expression since = notBefore(slow[1]);
    List<Path> young = whole.paths(since);
    try (Duck duck = stage.open(List.of(stored.paths(), added.paths(), young))) {
      touch(duck, stored, added, last);
      return write(duck, stored, whole.rows(since), last, change.rows());
    }
  }

  /** time in days or microseconds since 1970 */
  private Expression notBefore(long time) {
    String order = history.order();
    return HistoryTable.column(dataset.table(Layer.SILVER), order).type() == Scalar.DATE
        ? Expressions.greaterThanOrEqual(order, Math.toIntExact(time))
        : Expressions.greaterThanOrEqual(order, time);
  }

  private void touch(Duck duck, TableFiles stored, TableFiles added, FollowMark last)
      throws SQLException {
    duck.run(HistorySql.make(HistorySql.FRESH, sql.rows(added.rows())));
    duck.run(sql.touched(stored.rows(), orphans(last)));
  }

  private Kept write(Duck duck, TableFiles stored, String young, FollowMark last, long rows)
      throws SQLException, IOException {
    Set<Long> buckets = new HashSet<>();
    duck.query(sql.buckets(), row -> buckets.add(row.getLong(1)));
    duck.run(sql.source(young));
    duck.run(sql.past(stored.rows()));
    if (sql.listing()) {
      duck.run(sql.listings("SELECT ts FROM " + HistorySql.SOURCE));
    }
    boolean orphans = versions(duck) || orphans(last);
    stage.begin();
    List<DataFile> replaced =
        stored.files().stream().filter(file -> buckets.contains(bucket(file))).toList();
    SortedMap<Long, Long> sizes = sizes(duck);
    replaced.forEach(file -> sizes.merge(bucket(file), file.recordCount(), Long::sum));
    String result = sql.result(stored.rows());
    ParquetOut.Written written =
        stage.write(duck, sizes, some -> HistorySql.within(result, some), "step");
    stage.commit(written.files(), replaced, mark(orphans));
    return new Kept(Kept.Way.FOLLOWED, rows, written.rows());
  }

  private static long bucket(DataFile file) {
    return file.partition().get(0, Integer.class);
  }

  /** How many versions were made, by partition. */
  private static SortedMap<Long, Long> sizes(Duck duck) throws SQLException {
    SortedMap<Long, Long> sizes = new TreeMap<>();
    duck.query(HistorySql.sizes(), row -> sizes.put(row.getLong(1), row.getLong(2)));
    return sizes;
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

  /** Some partitions at a time where the rows are too many. */
  @Override
  public Kept anew(Optional<FollowMark> last, Keeper.Mode mode) throws SQLException, IOException {
    TableFiles stored = stage.stored();
    TableFiles whole = stage.silver();
    long rows = whole.files().stream().mapToLong(DataFile::recordCount).sum();
    long passes = Math.min(history.buckets(), rows / rowsAtOnce() + 1);
    boolean makes = mode == Keeper.Mode.MAKE;
    Fingerprint made = Fingerprint.NOTHING;
    Fingerprint before;
    boolean orphans = false;
    List<String> files = new ArrayList<>();
    if (makes) {
      stage.begin();
    }
    try (Duck duck = stage.open(List.of(stored.paths(), whole.paths()))) {
      before = Fingerprint.of(duck, table, "SELECT * FROM " + stored.rows());
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
        Fingerprint some = Fingerprint.of(duck, table, sql.made());
        made = made.plus(some);
        if (makes && some.rows() > 0) {
          files.addAll(
              stage
                  .write(
                      duck,
                      sizes(duck),
                      buckets -> HistorySql.within(sql.made(), buckets),
                      Integer.toString(pass))
                  .files());
        }
      }
    }
    boolean different = !made.equals(before);
    if (makes) {
      stage.replace(
          different ? files : List.of(),
          different ? stored.files() : List.of(),
          mark(orphans),
          last);
    }
    return new Kept(
        different ? Kept.Way.REBUILT : Kept.Way.UNCHANGED, rows, different ? made.rows() : 0);
  }
}
