package io.moulin.ingest.mend;

import io.moulin.spec.DatasetTables;
import io.moulin.spec.Sql;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;

/**
 * A range of record time.
 *
 * @param from first instant, inclusive; empty for all from the beginning
 * @param to last instant, exclusive; empty for all to the end
 */
public record Range(Optional<Instant> from, Optional<Instant> to) {
  /** All there is. */
  public static final Range ALL = new Range(Optional.empty(), Optional.empty());

  /** Whether nothing is outside of it. */
  boolean all() {
    return from.isEmpty() && to.isEmpty();
  }

  /** The range as a condition over a table's rows. */
  String sql() {
    return sql("");
  }

  /**
   * @param row how the condition calls the row, for example {@code s.}
   */
  String sql(String row) {
    String column = row + DatasetTables.RECORD_TIME;
    List<String> parts = new ArrayList<>();
    parts.add("TRUE");
    from.ifPresent(at -> parts.add(column + " >= " + time(at)));
    to.ifPresent(at -> parts.add(column + " < " + time(at)));
    return "(" + String.join(" AND ", parts) + ")";
  }

  private static String time(Instant at) {
    return "TIMESTAMPTZ " + Sql.text(at.toString());
  }

  /** The range as what a file's statistics are asked. */
  Expression expression() {
    Expression wanted = Expressions.alwaysTrue();
    if (from.isPresent()) {
      wanted =
          Expressions.and(
              wanted,
              Expressions.greaterThanOrEqual(DatasetTables.RECORD_TIME, micros(from.get())));
    }
    if (to.isPresent()) {
      wanted =
          Expressions.and(
              wanted, Expressions.lessThan(DatasetTables.RECORD_TIME, micros(to.get())));
    }
    return wanted;
  }

  private static long micros(Instant at) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, at);
  }
}
