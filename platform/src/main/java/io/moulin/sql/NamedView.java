package io.moulin.sql;

import java.util.List;

/**
 * A query with a name, which can be read as if it were a table.
 *
 * @param fullName for example {@code staging.stg_trips}
 * @param sql one SELECT, in which bare names mean models and seeds
 * @param reads full names of what it reads
 */
public record NamedView(String fullName, String sql, List<String> reads) {
  public NamedView {
    reads = List.copyOf(reads);
  }

  /** The name without its namespace. */
  String name() {
    return fullName.substring(fullName.indexOf('.') + 1);
  }
}
