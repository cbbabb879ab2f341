package io.moulin.live;

import static io.moulin.spec.DatasetTables.OFFSET;
import static io.moulin.spec.DatasetTables.PARTITION;
import static io.moulin.spec.DatasetTables.RECORD_TIME;

import io.moulin.live.LiveParts.Partial;
import io.moulin.live.Progress.Reached;
import io.moulin.spec.DataType.Scalar;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DerivedSpec;
import io.moulin.spec.Sql;
import io.moulin.spec.TableSpec;
import io.moulin.spec.TableSpec.FieldSpec;
import io.moulin.spec.live.LiveSpec;
import io.moulin.spec.live.LiveTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What makes windows of rows, as statements. Within them {@code k} is the number of a window,
 * {@code g0, g1, …} are the columns of {@code by} and {@code p0, p1, …} the partials.
 */
final class LiveSql {
  /**
   * Rows of silver with their time in microseconds, {@code _t}, and whether they count, {@code _w}.
   */
  static final String SOURCE = "source";

  /**
   * The windows that rows were too late for, by partition of the topic, and from which offset on.
   */
  static final String CUTS = "cuts";

  /** The partials of the rows, by window. */
  static final String MADE = "made";

  /** The windows that {@link #MADE} is about. */
  static final String TOUCHED = "touched";

  private final LiveSpec live;
  private final Windows windows;
  private final TableSpec table;
  private final String time;
  private final boolean zoned;
  private final LiveParts values;

  LiveSql(DatasetSpec dataset, LiveSpec live, LiveParts values) {
    this.live = live;
    this.windows = Windows.of(dataset, live);
    this.table = LiveTable.of(live, dataset);
    this.time = LiveTable.timeColumn(dataset);
    this.zoned = table.fields().get(0).type() == Scalar.TIMESTAMPTZ;
    this.values = values;
  }

  static String make(String name, String query) {
    return "CREATE OR REPLACE TEMP TABLE %s AS %s".formatted(name, query);
  }

  private static String view(String name, String query) {
    return "CREATE OR REPLACE TEMP VIEW %s AS %s".formatted(name, query);
  }

  /**
   * How far the partitions have come in these rows, how many have no time, and the newest record.
   */
  String progress(String rows) {
    return "SELECT %1$s, min(%2$s), max(%2$s), epoch_us(max(%3$s)), count(*) - count(%3$s), epoch_us(max(%5$s)) FROM %4$s GROUP BY 1"
        .formatted(PARTITION, OFFSET, Sql.name(time), rows, RECORD_TIME);
  }

  /** {@link #SOURCE}. */
  String source(String rows) {
    String where = live.where();
    return view(
        SOURCE,
        "SELECT *, epoch_us(%1$s) AS _t, %2$s AS _w FROM %3$s WHERE %1$s IS NOT NULL"
            .formatted(
                Sql.name(time),
                where == null ? "TRUE" : "coalesce(TRY(%s\n), FALSE)".formatted(where),
                rows));
  }

  private String inWindows() {
    return windows.tumbling()
        ? "SELECT *, %s AS _k FROM %s".formatted(windows.last("_t"), SOURCE)
        : "SELECT *, unnest(range(%s, %s + 1)) AS _k FROM %s"
            .formatted(windows.first("_t"), windows.last("_t"), SOURCE);
  }

  /**
   * {@link #CUTS}. A row is too late for a window when a row before it in its partition has closed
   * the window.
   *
   * @param before how far the partitions had come before these rows
   */
  String cuts(Progress before) {
    if (windows.delay() == null) {
      return make(CUTS, "SELECT 0 AS p, CAST(0 AS BIGINT) AS k, CAST(0 AS BIGINT) AS o LIMIT 0");
    }
    StringBuilder closes =
        new StringBuilder(
            "SELECT %s AS p, %s AS k, min(%s) AS o FROM %s GROUP BY 1, 2"
                .formatted(PARTITION, windows.closed("_t"), OFFSET, SOURCE));
    for (Map.Entry<Integer, Reached> entry : before.reached().entrySet()) {
      Long newest = entry.getValue().newest();
      if (newest != null) {
        closes.append(
            " UNION ALL SELECT %d, %d, -1".formatted(entry.getKey(), windows.lastFinal(newest)));
      }
    }
    return make(
        CUTS,
        "SELECT w.p, w.k, c.o FROM (SELECT DISTINCT %s AS p, _k AS k FROM (%s)) w ASOF JOIN (SELECT p, k, min(o) OVER (PARTITION BY p ORDER BY k DESC) AS o FROM (%s)) c ON w.p = c.p AND w.k <= c.k"
            .formatted(PARTITION, inWindows(), closes));
  }

  /** How many rows are too late for a window: those that are for their first. */
  String late() {
    return "SELECT count(*) FROM %s r JOIN %s c ON r.%s = c.p AND c.k = %s AND r.%s > c.o WHERE _w"
        .formatted(SOURCE, CUTS, PARTITION, windows.first("r._t"), OFFSET);
  }

  /**
   * The rows that count, by window.
   *
   * @param firstKept the first partition of the table that is kept
   */
  private String counted(long firstKept) {
    String kept =
        firstKept == Long.MIN_VALUE
            ? ""
            : " AND %s >= %d".formatted(windows.partition("_k"), firstKept);
    return "(SELECT r.* FROM (%s) r LEFT JOIN %s c ON r.%s = c.p AND r._k = c.k WHERE _w AND (c.o IS NULL OR r.%s < c.o)%s)"
        .formatted(inWindows(), CUTS, PARTITION, OFFSET, kept);
  }

  /** {@link #TOUCHED}, of the rows themselves. */
  String touched(long firstKept) {
    return make(TOUCHED, "SELECT DISTINCT _k AS k FROM " + counted(firstKept));
  }

  /** {@link #TOUCHED}, of {@link #MADE}. */
  String touchedByMade() {
    return make(TOUCHED, "SELECT DISTINCT k FROM " + MADE);
  }

  /** {@link #TOUCHED}, where it is known. */
  static String touched(Collection<Long> windows) {
    return make(
        TOUCHED,
        "SELECT k FROM (SELECT unnest(CAST([%s] AS BIGINT[])) AS k)"
            .formatted(windows.stream().map(String::valueOf).collect(Collectors.joining(", "))));
  }

  /** {@link #MADE} of all rows that count. */
  String aggregate(long firstKept) {
    return make(MADE, aggregated(counted(firstKept)));
  }

  /** {@link #MADE} of the rows that count in {@link #TOUCHED}. */
  String aggregateTouched(long firstKept) {
    return make(
        MADE,
        aggregated(
            "(SELECT * FROM %s WHERE _k IN (SELECT k FROM %s))"
                .formatted(counted(firstKept), TOUCHED)));
  }

  /** One more stretch of windows into {@link #MADE}. */
  String aggregateMore(long firstKept, long from, long to) {
    return "INSERT INTO %s %s"
        .formatted(
            MADE,
            aggregated(
                "(SELECT * FROM %s WHERE _k BETWEEN %d AND %d)"
                    .formatted(counted(firstKept), from, to)));
  }

  /** How many rows count in each window, in their order. */
  String weights(long firstKept) {
    return "SELECT _k, count(*) FROM %s GROUP BY 1 ORDER BY 1".formatted(counted(firstKept));
  }

  private String aggregated(String rows) {
    List<String> columns = new ArrayList<>();
    columns.add("_k AS k");
    for (int i = 0; i < live.by().size(); i++) {
      columns.add("%s AS g%d".formatted(Sql.name(live.by().get(i)), i));
    }
    String groups =
        IntStream.rangeClosed(1, columns.size())
            .mapToObj(String::valueOf)
            .collect(Collectors.joining(", "));
    values
        .partials()
        .forEach(partial -> columns.add("%s AS %s".formatted(partial.sql(), partial.name())));
    return "SELECT %s FROM %s GROUP BY %s".formatted(String.join(", ", columns), rows, groups);
  }

  private String windowOf(String stored) {
    return "(epoch_us(%s) - %d) // %d"
        .formatted(stored + "." + Sql.name(LiveTable.START), Windows.ORIGIN, windows.hop());
  }

  private String groups() {
    return IntStream.range(0, live.by().size())
        .mapToObj(i -> ", g" + i)
        .collect(Collectors.joining());
  }

  /**
   * Whether a row of the table is one of those that are written anew. Where values merge, the
   * others of its window stay as they are, however many groups there are.
   */
  private String isMade() {
    if (!values.merge()) {
      return "%s IN (SELECT k FROM %s)".formatted(windowOf("s"), TOUCHED);
    }
    String same =
        IntStream.range(0, live.by().size())
            .mapToObj(
                i ->
                    " AND m.g%d IS NOT DISTINCT FROM s.%s".formatted(i, Sql.name(live.by().get(i))))
            .collect(Collectors.joining());
    return "EXISTS (SELECT 1 FROM %s m WHERE m.k = %s%s)".formatted(MADE, windowOf("s"), same);
  }

  /** {@link #MADE} with what the table has of the same groups of the same windows. */
  String merge(String stored) {
    StringBuilder known = new StringBuilder("SELECT " + windowOf("s"));
    live.by().forEach(name -> known.append(", s.").append(Sql.name(name)));
    StringBuilder merged = new StringBuilder("SELECT k").append(groups());
    int index = 1;
    for (Partial partial : values.partials()) {
      known.append(", CAST(s.%s[%d] AS %s)".formatted(LiveTable.STATE, index++, partial.type()));
      merged.append(
          ", CAST(%s(%2$s) AS %3$s) AS %2$s"
              .formatted(partial.merge(), partial.name(), partial.type()));
    }
    known.append(" FROM %s s WHERE %s".formatted(stored, isMade()));
    return make(
        MADE,
        "%s FROM (SELECT * FROM %s UNION ALL %s) GROUP BY k%s"
            .formatted(merged, MADE, known, groups()));
  }

  /** Rows of the table, of {@link #MADE}. */
  String made(@Nullable Long slowest) {
    List<FieldSpec> fields = table.fields();
    List<String> columns = new ArrayList<>();
    columns.add(moment("%d + k * %d".formatted(Windows.ORIGIN, windows.hop())));
    columns.add(moment("%d + k * %d".formatted(Windows.ORIGIN + windows.size(), windows.hop())));
    IntStream.range(0, live.by().size()).forEach(i -> columns.add("g" + i));
    for (int i = 0; i < live.values().size(); i++) {
      DerivedSpec value = live.values().get(i);
      columns.add("TRY(CAST(%s AS %s))".formatted(values.expressions().get(i), value.type().sql()));
    }
    columns.add("k <= " + windows.lastFinal(slowest));
    columns.add(state());
    return named(fields, columns, MADE);
  }

  private String state() {
    if (!values.merge()) {
      return "CAST(NULL AS VARCHAR[])";
    }
    return values.partials().stream()
        .map(partial -> "CAST(%s AS VARCHAR)".formatted(partial.name()))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private String moment(String micros) {
    return (zoned ? "make_timestamptz(%s)" : "make_timestamp(%s)").formatted(micros);
  }

  /** Rows of the table that no row of silver has touched. */
  String untouched(String stored, @Nullable Long slowest) {
    List<String> columns = new ArrayList<>();
    for (FieldSpec field : table.fields()) {
      columns.add(
          field.name().equals(LiveTable.FINAL)
              ? "%s <= %d".formatted(windowOf("s"), windows.lastFinal(slowest))
              : "s." + Sql.name(field.name()));
    }
    return named(table.fields(), columns, stored + " s") + " WHERE NOT " + isMade();
  }

  private static String named(List<FieldSpec> fields, List<String> columns, String from) {
    return IntStream.range(0, fields.size())
        .mapToObj(
            i ->
                "CAST(%s AS %s) AS %s"
                    .formatted(
                        columns.get(i), fields.get(i).type().sql(), Sql.name(fields.get(i).name())))
        .collect(Collectors.joining(", ", "SELECT ", " FROM " + from));
  }

  /** The rows of some partitions of the table. */
  String within(String query, List<Long> partitions) {
    return "SELECT * FROM (%s) WHERE %s IN (%s)"
        .formatted(
            query,
            Windows.floor("epoch_us(%s)".formatted(LiveTable.START), windows.unit()),
            partitions.stream().map(String::valueOf).collect(Collectors.joining(", ")));
  }

  /** How many rows were made, by partition of the table. */
  String sizes() {
    return "SELECT %s, count(*) FROM %s GROUP BY 1".formatted(windows.partition("k"), MADE);
  }
}
