package io.moulin.history;

import static io.moulin.spec.DatasetTables.OFFSET;
import static io.moulin.spec.DatasetTables.PARTITION;

import io.moulin.ingest.IngestSql;
import io.moulin.spec.DataType;
import io.moulin.spec.Sql;
import io.moulin.spec.TableSpec;
import io.moulin.spec.TableSpec.FieldSpec;
import io.moulin.spec.history.HistorySpec;
import io.moulin.spec.history.HistorySpec.Mode;
import io.moulin.spec.history.HistoryTable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What makes versions of rows, as statements. Within them the key's columns are {@code k0, k1, …},
 * the tracked ones {@code t0, t1, …}, so that no name of a user's can be in the way.
 *
 * <p>A row is an event: at a time the key has these values, or is gone. What is known of a key
 * before the first time that a step is about is in the history already: its last version by then is
 * an event as well, and all later versions are worked out anew.
 */
final class HistorySql {
  /** Rows that silver has got. */
  static final String FRESH = "fresh";

  /** Keys that a step is about, from which time on, and whether earlier rows of silver count. */
  static final String TOUCHED = "touched";

  /** All rows of the keys from that time on. */
  static final String SOURCE = "source";

  /** The versions that began before that time; the last of each key is its {@code seed}. */
  static final String PAST = "past";

  /** The listings, numbered. */
  static final String LISTINGS = "listings";

  /** Keys that a listing lacks and the one before it has. */
  static final String ABSENT = "absent";

  /** All that happened to the keys. */
  static final String EVENTS = "events";

  /** The versions from that time on, as the table has them. */
  static final String MADE = "made";

  private final HistorySpec history;
  private final TableSpec table;
  private final List<String> names;

  /**
   * @param table of the history
   */
  HistorySql(HistorySpec history, TableSpec table) {
    this.history = history;
    this.table = table;
    this.names = List.of("s", "e", "c", "v", "b", "seen");
  }

  boolean listing() {
    return history.mode() == Mode.LISTING;
  }

  /** Whether a row may end a key that no row has begun. */
  boolean deletes() {
    return history.deletes() != null;
  }

  private String keys() {
    return columns("k", history.key().size(), name -> name);
  }

  private String keys(String alias) {
    return columns("k", history.key().size(), name -> alias + "." + name);
  }

  private String tracked() {
    return columns("t", history.track().size(), name -> name);
  }

  private static String columns(String letter, int count, Function<String, String> column) {
    return join(count, i -> column.apply(letter + i), ", ");
  }

  private static String join(int count, IntFunction<String> part, String separator) {
    return IntStream.range(0, count).mapToObj(part).collect(Collectors.joining(separator));
  }

  private String sameKey(String one, String other) {
    return join(
        history.key().size(), i -> "%1$s.k%3$d = %2$s.k%3$d".formatted(one, other, i), " AND ");
  }

  /** No values of the tracked columns. */
  private String nothing() {
    return join(
        history.track().size(),
        i -> "CAST(NULL AS %s)".formatted(field(history.track().get(i)).type().sql()),
        ", ");
  }

  private FieldSpec field(String name) {
    return HistoryTable.column(table, name);
  }

  /**
   * Rows of silver as events. A row without a key or a time says nothing of a history.
   *
   * @param silver a relation with silver's columns
   */
  String rows(String silver) {
    String deletes = history.deletes();
    List<String> needed = new ArrayList<>(history.key());
    needed.add(history.order());
    return "SELECT %s, %s, %s AS ts, %s AS p, %s AS o, %s AS gone, %s AS b FROM %s WHERE %s"
        .formatted(
            join(history.key().size(), i -> Sql.name(history.key().get(i)) + " AS k" + i, ", "),
            join(history.track().size(), i -> Sql.name(history.track().get(i)) + " AS t" + i, ", "),
            Sql.name(history.order()),
            PARTITION,
            OFFSET,
            deletes == null ? "FALSE" : "coalesce(TRY(%s\n), FALSE)".formatted(deletes),
            "CAST(%s %% %d AS INTEGER)".formatted(IngestSql.hash(history.key()), history.buckets()),
            silver,
            needed.stream()
                .map(name -> Sql.name(name) + " IS NOT NULL")
                .collect(Collectors.joining(" AND ")));
  }

  /** The history's own rows, under the names that are used here. */
  private String known(String stored) {
    List<String> columns = new ArrayList<>();
    List<FieldSpec> fields = table.fields();
    int keys = history.key().size();
    int values = keys + history.track().size();
    for (int i = 0; i < fields.size(); i++) {
      String name = i < keys ? "k" + i : i < values ? "t" + (i - keys) : names.get(i - values);
      columns.add(Sql.name(fields.get(i).name()) + " AS " + name);
    }
    return "(SELECT %s FROM %s)".formatted(String.join(", ", columns), stored);
  }

  static String make(String name, String query) {
    return "CREATE OR REPLACE TEMP TABLE %s AS %s".formatted(name, query);
  }

  /**
   * {@link #TOUCHED}. A listing is about every key that there is. Otherwise the history alone
   * suffices where all that is new of a key is newer than what was known of it.
   *
   * @param stored the rows of the history
   * @param orphans whether a row may have ended a key of which the history knows nothing
   */
  String touched(String stored, boolean orphans) {
    if (listing()) {
      return make(
          TOUCHED,
          "SELECT *, (SELECT min(ts) FROM %1$s) AS since, coalesce((SELECT min(ts) FROM %1$s) <= (SELECT max(seen) FROM %2$s), FALSE) AS slow FROM (SELECT %3$s, b FROM %1$s UNION SELECT %3$s, b FROM %2$s)"
              .formatted(FRESH, known(stored), keys()));
    }
    return make(
        TOUCHED,
        "SELECT %1$s, f.b, f.since, CASE WHEN h.seen IS NULL THEN %4$s ELSE f.since <= h.seen END AS slow FROM (SELECT %2$s, any_value(b) AS b, min(ts) AS since FROM %5$s GROUP BY %2$s) f LEFT JOIN (SELECT %2$s, max(seen) AS seen FROM %3$s s WHERE s.seen IS NOT NULL AND EXISTS (SELECT 1 FROM %5$s n WHERE %7$s) GROUP BY %2$s) h ON %6$s"
            .formatted(
                keys("f"),
                keys(),
                known(stored),
                orphans,
                FRESH,
                sameKey("f", "h"),
                sameKey("n", "s")));
  }

  /**
   * How many of the new rows say something: without any, nothing is touched, not even a listing.
   */
  static String says() {
    return "SELECT count(*) FROM " + FRESH;
  }

  /** The number of keys of which earlier rows of silver count, and the first time of them. */
  String slow() {
    DataType time = field(HistoryTable.START).type();
    String first =
        time == DataType.Scalar.DATE
            ? "CAST(date_diff('day', DATE '1970-01-01', min(since)) AS BIGINT)"
            : "epoch_us(min(since))";
    return "SELECT count(*), %s FROM %s WHERE slow".formatted(first, TOUCHED);
  }

  /**
   * {@link #SOURCE} of a step.
   *
   * @param silver rows of silver that may be as old as what is touched; empty when none counts
   */
  String source(String silver) {
    String fast =
        "SELECT f.* FROM %s f WHERE EXISTS (SELECT 1 FROM %s t WHERE NOT t.slow AND %s)"
            .formatted(FRESH, TOUCHED, sameKey("t", "f"));
    return make(
        SOURCE,
        silver.isEmpty()
            ? fast
            : "%s UNION ALL SELECT r.* FROM (%s) r JOIN %s t ON t.slow AND %s WHERE r.ts >= t.since"
                .formatted(fast, rows(silver), TOUCHED, sameKey("t", "r")));
  }

  /** {@link #PAST} of a step. */
  String past(String stored) {
    return make(
        PAST,
        "SELECT h.*, t.since, row_number() OVER (PARTITION BY %s ORDER BY h.s DESC) = 1 AS seed FROM %s h JOIN %s t ON %s WHERE h.s < t.since"
            .formatted(keys("h"), known(stored), TOUCHED, sameKey("h", "t")));
  }

  /** {@link #PAST} where nothing is known yet. */
  String noPast(String stored) {
    return make(
        PAST, "SELECT *, s AS since, TRUE AS seed FROM %s WHERE FALSE".formatted(known(stored)));
  }

  /** {@link #LISTINGS} in events. */
  String listings(String events) {
    return make(
        LISTINGS,
        "SELECT ts, row_number() OVER (ORDER BY ts) AS n FROM (SELECT DISTINCT ts FROM (%s))"
            .formatted(events));
  }

  /** {@link #ABSENT}: what was there just before the first listing counts as one before it. */
  String absent() {
    return make(
        ABSENT,
        "WITH there AS (SELECT DISTINCT %1$s, b, n FROM %2$s JOIN %3$s USING (ts) UNION SELECT %1$s, b, 0 FROM %4$s WHERE seed AND (e IS NULL OR e >= since)) SELECT %5$s, a.b, l.ts FROM there a JOIN %3$s l ON l.n = a.n + 1 WHERE NOT EXISTS (SELECT 1 FROM there x WHERE x.n = l.n AND %6$s)"
            .formatted(keys(), SOURCE, LISTINGS, PAST, keys("a"), sameKey("x", "a")));
  }

  /** {@link #EVENTS}: rows, what was before them, and absences. */
  String events() {
    String all =
        "SELECT %1$s, %2$s, ts, p, o, gone, b, CAST(NULL AS INTEGER) AS v FROM %3$s UNION ALL SELECT %1$s, %2$s, s, -1, -1, FALSE, b, v FROM %4$s WHERE seed UNION ALL %5$s"
            .formatted(
                keys(), tracked(), SOURCE, PAST, gone("e", PAST + " WHERE seed AND e < since"));
    return "CREATE OR REPLACE TEMP VIEW %s AS %s"
        .formatted(EVENTS, listing() ? all + " UNION ALL " + gone("ts", ABSENT) : all);
  }

  private String gone(String when, String from) {
    return "SELECT %s, %s, %s, -1, -1, TRUE, b, CAST(NULL AS INTEGER) FROM %s"
        .formatted(keys(), nothing(), when, from);
  }

  /**
   * {@link #MADE}: the versions that the events make. Of several at one time the last in the topic
   * counts. A version begins where a value differs from the one just before, or where the key was
   * not there; it lasts until the next begins or the key is gone.
   */
  String versions() {
    String changed =
        join(
            history.track().size(),
            i -> "t%1$d IS DISTINCT FROM lag(t%1$d) OVER w".formatted(i),
            " OR ");
    return make(
        MADE,
        """
        WITH told AS (
          SELECT *, max(ts) OVER (PARTITION BY %1$s) AS newest
          FROM %2$s
          QUALIFY row_number() OVER (PARTITION BY %1$s, ts ORDER BY p DESC, o DESC) = 1
        ), turns AS (
          SELECT *,
            NOT gone AND (lag(gone, 1, TRUE) OVER w OR %3$s) AS begins,
            gone AND NOT lag(gone, 1, TRUE) OVER w AS ends
          FROM told WINDOW w AS (PARTITION BY %1$s ORDER BY ts)
        ), spans AS (
          SELECT *,
            lead(ts) OVER w AS until,
            coalesce(max(v) OVER (PARTITION BY %1$s), 1) - 1
              + count(*) FILTER (WHERE begins) OVER (w ROWS UNBOUNDED PRECEDING) AS number
          FROM turns WHERE begins OR ends
          WINDOW w AS (PARTITION BY %1$s ORDER BY ts)
        )
        SELECT %1$s, %4$s, ts AS s, until AS e, until IS NULL AS c, CAST(number AS INTEGER) AS v, b,
          CASE WHEN row_number() OVER (PARTITION BY %1$s ORDER BY ts DESC) = 1 THEN newest END AS seen
        FROM spans WHERE begins
        """
            .formatted(keys(), EVENTS, changed, tracked()));
  }

  /** How many keys have events and no version: all that is known of them is that they ended. */
  String orphans() {
    return "SELECT count(*) FROM (SELECT DISTINCT %s FROM %s) x WHERE NOT EXISTS (SELECT 1 FROM %s m WHERE %s)"
        .formatted(keys(), EVENTS, MADE, sameKey("m", "x"));
  }

  /** The partitions that a step rewrites. */
  String buckets() {
    return "SELECT DISTINCT b FROM " + TOUCHED;
  }

  /** How many versions were made, by partition. */
  static String sizes() {
    return "SELECT b, count(*) FROM %s GROUP BY b".formatted(MADE);
  }

  /** The rows of some partitions. */
  static String within(String query, List<Long> buckets) {
    return "SELECT * FROM (%s) WHERE %s IN (%s)"
        .formatted(
            query,
            HistoryTable.BUCKET,
            buckets.stream().map(String::valueOf).collect(Collectors.joining(", ")));
  }

  /** What a rebuild writes. */
  String made() {
    return named("SELECT * FROM " + MADE);
  }

  /** What a step writes: other keys as they are, versions of the past, versions that it made. */
  String result(String stored) {
    return named(
        "SELECT h.* FROM %1$s h WHERE h.b IN (SELECT b FROM %2$s) AND NOT EXISTS (SELECT 1 FROM %2$s t WHERE %3$s) UNION ALL SELECT * EXCLUDE (since, seed) FROM %4$s WHERE NOT seed UNION ALL SELECT * FROM %5$s"
            .formatted(known(stored), TOUCHED, sameKey("t", "h"), PAST, MADE));
  }

  /** Gives the columns the names and types of the table. */
  private String named(String query) {
    List<FieldSpec> fields = table.fields();
    String columns =
        join(
            fields.size(),
            i ->
                "CAST(c%d AS %s) AS %s"
                    .formatted(i, fields.get(i).type().sql(), Sql.name(fields.get(i).name())),
            ", ");
    return "SELECT %s FROM (%s) AS n(%s)"
        .formatted(columns, query, join(fields.size(), i -> "c" + i, ", "));
  }
}
