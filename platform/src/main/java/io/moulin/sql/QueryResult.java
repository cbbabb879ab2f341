package io.moulin.sql;

import java.util.List;

/**
 * What a query gave, besides the rows that its sink took.
 *
 * @param rows how many rows the sink took
 * @param truncated true when there were more than the limit
 */
public record QueryResult(List<ResultColumn> columns, long rows, boolean truncated) {
  public QueryResult {
    columns = List.copyOf(columns);
  }
}
