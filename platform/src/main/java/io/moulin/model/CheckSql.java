package io.moulin.model;

import io.moulin.spec.Sql;
import io.moulin.spec.model.CheckSpec;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A check as SQL.
 *
 * @param pass how it is made in one pass over the rows together with others; empty where that
 *     cannot be
 * @param failing a SELECT of all failing rows
 */
public record CheckSql(Optional<Pass> pass, String failing) {

  /**
   * A check's part of one pass over the rows.
   *
   * @param join what has to be joined to the rows, each of which finds one row at most; empty for
   *     nothing
   * @param number an aggregate
   * @param meaning what it says
   */
  public record Pass(String join, String number, Meaning meaning) {}

  /** What the aggregate of a pass says. */
  public enum Meaning {
    /** How many rows fail. */
    FAILING_ROWS,
    /** 0 when surely no row fails; otherwise they have to be asked for. */
    DOUBT
  }

  /**
   * The SQL of a check of a table.
   *
   * @param from what is checked: a table's full name
   * @param to what {@code relationships} compares with, as a full name; empty for other checks
   */
  public static CheckSql of(String from, CheckSpec check, String to) {
    return ofRows(
        SqlNames.quoted(from), SqlNames.bare(from), check, to.isEmpty() ? "" : SqlNames.quoted(to));
  }

  /**
   * The SQL of a check of some rows of a table.
   *
   * @param from in SQL, where the rows are
   * @param name the table's, by which expressions may call it
   * @param to in SQL, what it is compared with
   */
  public static CheckSql ofRows(String from, String name, CheckSpec check, String to) {
    String rows = aliased(from, name);
    List<String> columns = check.columns().stream().map(Sql::name).toList();
    String where = check.where().isEmpty() ? "" : "(" + check.where() + "\n)";
    return switch (check.kind()) {
      case NOT_NULL ->
          byRow(
              rows, where, join(columns.stream().map(each -> each + " IS NULL").toList(), " OR "));
      case ACCEPTED_VALUES ->
          byRow(
              rows,
              where,
              "CAST(%s AS VARCHAR) NOT IN (%s)"
                  .formatted(
                      columns.get(0),
                      check.values().stream().map(Sql::text).collect(Collectors.joining(", "))));
      case EXPRESSION -> byRow(rows, where, "((%s\n)) IS NOT TRUE".formatted(check.expect()));
      case NOT_EMPTY ->
          new CheckSql(
              Optional.of(new Pass("", "CASE WHEN count(*) = 0 THEN 1 ELSE 0 END", Meaning.DOUBT)),
              "SELECT 'no rows' AS problem WHERE NOT EXISTS (FROM %s)".formatted(rows));
      case UNIQUE -> unique(rows, where, columns);
      case RELATIONSHIPS -> relationships(rows, name, where, check, to);
      case FRESHNESS ->
          alone(
              "SELECT * FROM (SELECT max(CAST(%1$s AS TIMESTAMPTZ)) AS newest FROM %2$s%3$s) WHERE newest IS NULL OR newest < now() - to_milliseconds(%4$d)"
                  .formatted(columns.get(0), rows, conditions(where), check.age().toMillis()));
      case ROW_COUNT_CHANGE -> rowCountChange(rows, where, columns.get(0), check.share());
    };
  }

  /** Rows under the name of their table. */
  public static String aliased(String from, String name) {
    return from + " AS " + Sql.name(name);
  }

  private static CheckSql alone(String failing) {
    return new CheckSql(Optional.empty(), failing);
  }

  private static CheckSql byRow(String rows, String where, String bad) {
    String both = where.isEmpty() ? bad : where + " AND (" + bad + ")";
    return new CheckSql(
        Optional.of(new Pass("", filtered("count(*)", both), Meaning.FAILING_ROWS)),
        "SELECT * FROM " + rows + " WHERE " + both);
  }

  private static String filtered(String aggregate, String condition) {
    return aggregate + " FILTER (WHERE " + condition + "\n)";
  }

  /** Rows with different hashes are different; it is quicker to see than equal groups. */
  private static CheckSql unique(String rows, String where, List<String> columns) {
    String meant = all(where, present(columns));
    String hashes = "count(DISTINCT hash(%s))".formatted(join(columns, ", "));
    return new CheckSql(
        Optional.of(
            new Pass(
                "", filtered("count(*)", meant) + " - " + filtered(hashes, meant), Meaning.DOUBT)),
        "SELECT * FROM %s WHERE %s QUALIFY count(*) OVER (PARTITION BY %s) > 1"
            .formatted(rows, meant, join(columns, ", ")));
  }

  private static CheckSql relationships(
      String rows, String name, String where, CheckSpec check, String to) {
    List<String> columns = check.columns().stream().map(Sql::name).toList();
    List<String> target = check.toColumns().stream().map(Sql::name).toList();
    String meant = all(where, present(columns));
    String equal = pairs(columns, target, "f.%s = t.%s");
    // No expression of the user's may mean a column of what is joined.
    String other = Sql.name("found by " + check.name());
    List<String> keys =
        IntStream.range(0, target.size())
            .mapToObj(i -> Sql.name("key %d of %s".formatted(i, check.name())))
            .toList();
    String join =
        " LEFT JOIN (SELECT DISTINCT %s FROM %s) AS %s ON %s"
            .formatted(
                pairs(target, keys, "%s AS %s", ", "),
                to,
                other,
                pairs(columns, keys, Sql.name(name) + ".%s = " + other + ".%s"));
    String lost = meant + " AND " + keys.get(0) + " IS NULL";
    return new CheckSql(
        Optional.of(new Pass(join, filtered("count(*)", lost), Meaning.FAILING_ROWS)),
        "SELECT * FROM (SELECT * FROM %s WHERE %s) f ANTI JOIN (SELECT DISTINCT %s FROM %s) t ON %s"
            .formatted(rows, meant, join(target, ", "), to, equal));
  }

  private static String pairs(List<String> left, List<String> right, String each) {
    return pairs(left, right, each, " AND ");
  }

  private static String pairs(List<String> left, List<String> right, String each, String by) {
    return IntStream.range(0, left.size())
        .mapToObj(i -> each.formatted(left.get(i), right.get(i)))
        .collect(Collectors.joining(by));
  }

  private static CheckSql rowCountChange(String rows, String where, String column, double share) {
    return rowCountChange(
        "SELECT CAST(%s AS DATE) AS day, count(*) AS n FROM %s%s GROUP BY 1"
            .formatted(column, rows, conditions(where, column + " IS NOT NULL")),
        share);
  }

  /**
   * The newest day beside the mean of the seven days before it.
   *
   * @param days a SELECT of each day and its number of rows, as {@code day} and {@code n}
   * @param share how far it may be from the mean
   */
  public static CheckSql rowCountChange(String days, double share) {
    String means =
        "SELECT day, n, avg(n) OVER (ORDER BY day RANGE BETWEEN INTERVAL 7 DAYS PRECEDING AND INTERVAL 1 DAY PRECEDING) AS mean, max(day) OVER () AS newest FROM (%s)"
            .formatted(days);
    return alone(
        "SELECT day, n AS rows, mean FROM (%s) WHERE day = newest AND abs(n - mean) > mean * %s"
            .formatted(means, Double.toString(share)));
  }

  private static String present(List<String> columns) {
    return join(columns.stream().map(each -> each + " IS NOT NULL").toList(), " AND ");
  }

  private static String conditions(String... conditions) {
    String all = all(conditions);
    return all.isEmpty() ? "" : " WHERE " + all;
  }

  private static String all(String... conditions) {
    return IntStream.range(0, conditions.length)
        .mapToObj(i -> conditions[i])
        .filter(each -> !each.isEmpty())
        .collect(Collectors.joining(" AND "));
  }

  private static String join(List<String> parts, String by) {
    return String.join(by, parts);
  }
}
