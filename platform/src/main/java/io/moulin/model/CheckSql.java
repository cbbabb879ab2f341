package io.moulin.model;

import io.moulin.spec.Sql;
import io.moulin.spec.model.CheckSpec;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A check as SQL.
 *
 * @param bad a condition that is true of a failing row, where one can tell by the row alone; empty
 *     for other checks
 * @param failing a SELECT of all failing rows
 */
public record CheckSql(String bad, String failing) {

  /**
   * The SQL of a check of a table.
   *
   * @param from what is checked: a table's full name
   * @param to what {@code relationships} compares with, as a full name; empty for other checks
   */
  public static CheckSql of(String from, CheckSpec check, String to) {
    return ofRows(SqlNames.quoted(from), check, to.isEmpty() ? "" : SqlNames.quoted(to));
  }

  /**
   * The SQL of a check of some rows.
   *
   * @param rows in SQL, what is checked
   * @param to in SQL, what it is compared with
   */
  public static CheckSql ofRows(String rows, CheckSpec check, String to) {
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
              "", "SELECT 'no rows' AS problem WHERE NOT EXISTS (FROM %s)".formatted(rows));
      case UNIQUE ->
          new CheckSql(
              "",
              "SELECT * FROM %s%s QUALIFY count(*) OVER (PARTITION BY %s) > 1"
                  .formatted(rows, conditions(where, present(columns)), join(columns, ", ")));
      case RELATIONSHIPS -> relationships(rows, where, check, columns, to);
      case FRESHNESS ->
          new CheckSql(
              "",
              "SELECT * FROM (SELECT max(CAST(%1$s AS TIMESTAMPTZ)) AS newest FROM %2$s%3$s) WHERE newest IS NULL OR newest < now() - to_milliseconds(%4$d)"
                  .formatted(columns.get(0), rows, conditions(where), check.age().toMillis()));
      case ROW_COUNT_CHANGE -> rowCountChange(rows, where, columns.get(0), check.share());
    };
  }

  private static CheckSql byRow(String rows, String where, String bad) {
    String both = where.isEmpty() ? bad : where + " AND (" + bad + ")";
    return new CheckSql(both, "SELECT * FROM " + rows + " WHERE " + both);
  }

  private static CheckSql relationships(
      String rows, String where, CheckSpec check, List<String> columns, String to) {
    List<String> target = check.toColumns().stream().map(Sql::name).toList();
    String equal =
        IntStream.range(0, columns.size())
            .mapToObj(i -> "f.%s = t.%s".formatted(columns.get(i), target.get(i)))
            .collect(Collectors.joining(" AND "));
    return new CheckSql(
        "",
        "SELECT * FROM (SELECT * FROM %s%s) f ANTI JOIN (SELECT DISTINCT %s FROM %s) t ON %s"
            .formatted(rows, conditions(where, present(columns)), join(target, ", "), to, equal));
  }

  /** The newest day beside the mean of the seven days before it. */
  private static CheckSql rowCountChange(String rows, String where, String column, double share) {
    String days =
        "SELECT CAST(%s AS DATE) AS day, count(*) AS n FROM %s%s GROUP BY 1"
            .formatted(column, rows, conditions(where, column + " IS NOT NULL"));
    String means =
        "SELECT day, n, avg(n) OVER (ORDER BY day RANGE BETWEEN INTERVAL 7 DAYS PRECEDING AND INTERVAL 1 DAY PRECEDING) AS mean, max(day) OVER () AS newest FROM (%s)"
            .formatted(days);
    return new CheckSql(
        "",
        "SELECT day, n AS rows, mean FROM (%s) WHERE day = newest AND abs(n - mean) > mean * %s"
            .formatted(means, Double.toString(share)));
  }

  private static String present(List<String> columns) {
    return join(columns.stream().map(each -> each + " IS NOT NULL").toList(), " AND ");
  }

  private static String conditions(String... conditions) {
    String all =
        IntStream.range(0, conditions.length)
            .mapToObj(i -> conditions[i])
            .filter(each -> !each.isEmpty())
            .collect(Collectors.joining(" AND "));
    return all.isEmpty() ? "" : " WHERE " + all;
  }

  private static String join(List<String> parts, String by) {
    return String.join(by, parts);
  }
}
