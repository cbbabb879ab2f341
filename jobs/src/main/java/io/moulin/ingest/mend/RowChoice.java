package io.moulin.ingest.mend;

import io.moulin.spec.DatasetTables;
import io.moulin.spec.Layer;
import io.moulin.spec.Sql;
import java.util.Optional;

/**
 * Which rows of quarantine, or which dead letters, a correction is about: of those that are open.
 *
 * @param layer quarantine or dead letters
 * @param reason only rows with that reason among theirs
 * @param where only rows for which this DuckDB expression over the table's columns is true
 */
public record RowChoice(Layer layer, Optional<String> reason, Optional<String> where) {

  /** All open rows of a layer. */
  public static RowChoice all(Layer layer) {
    return new RowChoice(layer, Optional.empty(), Optional.empty());
  }

  /** The condition in SQL. */
  String sql() {
    StringBuilder sql = new StringBuilder(open());
    reason.ifPresent(
        name ->
            sql.append(
                layer == Layer.QUARANTINE
                    ? " AND list_contains(%s, %s)".formatted(DatasetTables.REASONS, Sql.text(name))
                    : " AND %s = %s".formatted(DatasetTables.ERROR_TYPE, Sql.text(name))));
    where.ifPresent(expression -> sql.append(" AND (").append(expression).append("\n)"));
    return sql.toString();
  }

  /** Rows that nobody has dealt with. */
  static String open() {
    return "coalesce(%s, %s) = %2$s".formatted(DatasetTables.STATUS, Sql.text(DatasetTables.OPEN));
  }
}
