package io.moulin.ingest;

import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DataType;
import io.moulin.spec.DataType.Decimal;
import io.moulin.spec.DataType.Scalar;
import io.moulin.spec.Sql;
import java.time.ZoneId;

/**
 * The SQL that makes a silver value of a wire value. It gives NULL where the value cannot be kept
 * exactly; the caller turns a NULL made of a value into the violation {@code CAST_<COLUMN>}.
 */
final class SilverCast {
  private SilverCast() {}

  /** Whether the cast keeps every value, so that no check is needed. */
  static boolean total(ColumnSpec column) {
    DataType from = column.type();
    DataType to = column.silver();
    return from.equals(to)
        || to == Scalar.STRING
        || (from == Scalar.INT && (to == Scalar.LONG || to == Scalar.DOUBLE))
        || (from == Scalar.FLOAT && to == Scalar.DOUBLE)
        || (timeOnly(from) && timeOnly(to));
  }

  private static boolean timeOnly(DataType type) {
    return type == Scalar.DATE || type == Scalar.TIMESTAMP || type == Scalar.TIMESTAMPTZ;
  }

  /** Whether a number has to be compared with what its cast has made of it. */
  static boolean checked(ColumnSpec column) {
    DataType from = column.type();
    boolean narrower = from == Scalar.LONG && column.silver() == Scalar.INT;
    return from != Scalar.STRING
        && !timeOnly(from)
        && !total(column)
        && !column.round()
        && !narrower; // a whole number fits or it does not
  }

  /** A cast that gives NULL where it cannot be made. */
  static String tried(String value, ColumnSpec column) {
    return "TRY_CAST(%s AS %s)".formatted(value, column.silver().sql());
  }

  /**
   * @param cast where {@link #tried} stands when the value is {@link #checked}
   */
  static String sql(String value, String cast, ColumnSpec column, ZoneId zone) {
    DataType from = column.type();
    DataType to = column.silver();
    if (from.equals(to)) {
      return value;
    }
    if (from == Scalar.STRING) {
      return fromText(value, to, column.round());
    }
    if (timeOnly(from) && to != Scalar.STRING) {
      return fromTime(value, from, to, zone);
    }
    if (total(column)) {
      return "CAST(%s AS %s)".formatted(value, to.sql());
    }
    // Exact when the way back gives the same value; rounding has to be asked for.
    return checked(column)
        ? "CASE WHEN TRY_CAST(%s AS %s) = %s THEN %s END".formatted(cast, from.sql(), value, cast)
        : tried(value, column);
  }

  private static String fromTime(String value, DataType from, DataType to, ZoneId zone) {
    String at = " AT TIME ZONE " + Sql.text(zone.getId());
    boolean instant = from == Scalar.TIMESTAMPTZ;
    if (to == Scalar.DATE) {
      return "CAST(%s AS DATE)".formatted(instant ? "(" + value + at + ")" : value);
    }
    if (from == Scalar.DATE) {
      String midnight = "CAST(%s AS TIMESTAMP)".formatted(value);
      return to == Scalar.TIMESTAMPTZ ? "(" + midnight + at + ")" : midnight;
    }
    return "(" + value + at + ")";
  }

  /** Text is taken only in the form that needs no guess; DuckDB's own casts would round and cut. */
  private static String fromText(String value, DataType to, boolean round) {
    String trimmed = "trim(" + value + ")";
    String cast = "TRY_CAST(%s AS %s)".formatted(trimmed, to.sql());
    String form;
    if (to instanceof Decimal decimal) {
      form =
          round ? "[+-]?\\d*(\\.\\d*)?" : "[+-]?\\d*(\\.\\d{0,%d}0*)?".formatted(decimal.scale());
    } else if (to == Scalar.INT || to == Scalar.LONG) {
      form = "[+-]?\\d+";
    } else if (to == Scalar.DATE) {
      form = "\\d{4}-\\d{2}-\\d{2}";
    } else if (to == Scalar.FLOAT || to == Scalar.DOUBLE) {
      form = "[+-]?\\d*(\\.\\d*)?([eE][+-]?\\d+)?";
    } else {
      return to == Scalar.BINARY ? "TRY(from_base64(%s))".formatted(value) : cast;
    }
    return "CASE WHEN regexp_full_match(%s, %s) THEN %s END"
        .formatted(trimmed, Sql.text(form), cast);
  }
}
