package io.moulin.ingest.mend;

import io.moulin.duck.Duck;
import io.moulin.spec.DatasetTables;
import io.moulin.spec.Sql;
import io.moulin.spec.TableSpec;
import java.math.BigInteger;
import java.sql.SQLException;
import java.util.stream.Collectors;

/**
 * Tells whether two sets of rows of a table are the same, whatever their order: how many they are,
 * and the sum of 64-bit hashes of them.
 */
public record Fingerprint(long rows, BigInteger sum) {
  /** That of no rows. */
  public static final Fingerprint NOTHING = new Fingerprint(0, BigInteger.ZERO);

  /** The fingerprint of what {@code query} gives. */
  public static Fingerprint of(Duck duck, TableSpec table, String query) throws SQLException {
    String columns =
        table.fields().stream()
            .map(
                field -> {
                  String value =
                      "CAST(%s AS %s)".formatted(Sql.name(field.name()), field.type().sql());
                  return field.name().equals(DatasetTables.STATUS)
                      ? "coalesce(%s, %s)".formatted(value, Sql.text(DatasetTables.OPEN))
                      : value;
                })
            .collect(Collectors.joining(", "));
    Fingerprint[] found = {NOTHING};
    duck.query(
        "SELECT count(*), CAST(coalesce(sum(CAST(hash(%s) AS HUGEINT)), 0) AS VARCHAR) FROM (%s)"
            .formatted(columns, query),
        row -> found[0] = new Fingerprint(row.getLong(1), new BigInteger(row.getString(2))));
    return found[0];
  }

  /** That of the rows of both. */
  public Fingerprint plus(Fingerprint other) {
    return new Fingerprint(rows + other.rows, sum.add(other.sum));
  }
}
