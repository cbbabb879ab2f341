package io.moulin.model;

import io.moulin.spec.DataType.Scalar;
import io.moulin.spec.Sql;
import io.moulin.spec.TableSpec.FieldSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The SQL that turns a query of how things are now into versions over time: what is the same keeps
 * its version, what is different ends it and begins the next, what is gone ends it.
 */
public final class SnapshotSql {
  public static final String START = "effective_start";
  public static final String END = "effective_end";
  public static final String CURRENT = "is_current";
  public static final String VERSION = "version";

  private final String sql;
  private final List<String> key;
  private final String time;
  private final List<String> columns;

  /**
   * @param sql how things are now
   * @param time the column that says since when; empty for the time of the build
   * @param columns those of {@code sql}
   */
  public SnapshotSql(String sql, List<String> key, String time, List<String> columns) {
    this.sql = sql;
    this.key = List.copyOf(key);
    this.time = time;
    this.columns = List.copyOf(columns);
  }

  /** What a snapshot has beside the columns of its query. */
  public static List<FieldSpec> added() {
    return List.of(
        FieldSpec.optional(START, Scalar.TIMESTAMPTZ, "since when the row is as it is"),
        FieldSpec.optional(END, Scalar.TIMESTAMPTZ, "until when, not included; none while it is"),
        FieldSpec.optional(CURRENT, Scalar.BOOLEAN, "whether it still is"),
        FieldSpec.optional(VERSION, Scalar.INT, "counts the versions of a key from 1"));
  }

  /** The versions when there are none yet. */
  public String first(Instant now) {
    return "SELECT q.*, %s AS %s, CAST(NULL AS TIMESTAMPTZ) AS %s, TRUE AS %s, 1 AS %s FROM (\n%s\n) q"
        .formatted(start("q", now), START, END, CURRENT, VERSION, sql);
  }

  /**
   * The versions when there are some.
   *
   * @param table in SQL, the versions so far
   */
  public String next(String table, Instant now) {
    String ended = "(n.%s IS NULL OR %s)".formatted(Sql.name(key.get(0)), differs());
    String names = columns.stream().map(Sql::name).collect(Collectors.joining(", "));
    String kept = prefixed("c");
    String made = prefixed("n");
    return """
        WITH now_is AS (
        %1$s
        ), before AS (FROM %2$s)
        SELECT %3$s, %4$s, %5$s, %6$s, %7$s FROM before WHERE NOT %6$s
        UNION ALL
        SELECT %8$s, c.%4$s,
          CASE WHEN %10$s THEN greatest(c.%4$s, %11$s) END, NOT %10$s, c.%7$s
        FROM (FROM before WHERE %6$s) c LEFT JOIN now_is n ON %12$s
        UNION ALL
        SELECT %9$s, coalesce(greatest(c.%4$s, %13$s), %13$s), CAST(NULL AS TIMESTAMPTZ), TRUE,
          coalesce(v.latest, 0) + 1
        FROM now_is n
        LEFT JOIN (FROM before WHERE %6$s) c ON %12$s
        LEFT JOIN (SELECT %14$s, max(%7$s) AS latest FROM before GROUP BY ALL) v ON %15$s
        WHERE c.%7$s IS NULL OR %16$s
        """
        .formatted(
            sql,
            table,
            names,
            START,
            END,
            CURRENT,
            VERSION,
            kept,
            made,
            ended,
            endOf(now),
            equal("c", "n"),
            start("n", now),
            key.stream().map(Sql::name).collect(Collectors.joining(", ")),
            equal("v", "n"),
            differs());
  }

  /** A SELECT of one number: how many keys are not as they were. */
  public String changed(String table) {
    return """
        WITH now_is AS (
        %s
        )
        SELECT count(*) FROM (FROM %s WHERE %s) c FULL JOIN now_is n ON %s
        WHERE c.%s IS NULL OR n.%s IS NULL OR %s
        """
        .formatted(sql, table, CURRENT, equal("c", "n"), VERSION, Sql.name(key.get(0)), differs());
  }

  private String prefixed(String alias) {
    return columns.stream()
        .map(column -> alias + "." + Sql.name(column))
        .collect(Collectors.joining(", "));
  }

  private String equal(String left, String right) {
    return key.stream()
        .map(column -> "%s.%s = %s.%s".formatted(left, Sql.name(column), right, Sql.name(column)))
        .collect(Collectors.joining(" AND "));
  }

  /** Whether a column that is neither key nor time is different. */
  private String differs() {
    List<String> compared = new ArrayList<>();
    for (String column : columns) {
      if (!key.contains(column) && !column.equals(time)) {
        compared.add("c.%1$s IS DISTINCT FROM n.%1$s".formatted(Sql.name(column)));
      }
    }
    return compared.isEmpty() ? "FALSE" : "(" + String.join(" OR ", compared) + ")";
  }

  private String start(String alias, Instant now) {
    return time.isEmpty()
        ? moment(now)
        : "CAST(%s.%s AS TIMESTAMPTZ)".formatted(alias, Sql.name(time));
  }

  /** What is gone has ended now; what is different, when the new row says. */
  private String endOf(Instant now) {
    return time.isEmpty()
        ? moment(now)
        : "coalesce(%s, %s)".formatted(start("n", now), moment(now));
  }

  private static String moment(Instant at) {
    return "TIMESTAMPTZ " + Sql.text(at.toString());
  }
}
