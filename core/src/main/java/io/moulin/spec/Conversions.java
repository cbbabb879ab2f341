package io.moulin.spec;

import io.moulin.spec.DataType.Decimal;
import io.moulin.spec.DataType.Scalar;

/**
 * Which wire types become which silver types. A conversion is exact, or the row violates {@code
 * CAST_<COLUMN>}; the only ones that lose something by declaration are a timestamp to its date and
 * a column with {@code round}.
 */
public final class Conversions {
  private Conversions() {}

  /** Whether a value of type {@code from} may become one of type {@code to}. */
  public static boolean allowed(DataType from, DataType to) {
    if (from.equals(to)) {
      return true;
    }
    if (from.nested() || to.nested()) {
      return false;
    }
    if (from == Scalar.STRING || to == Scalar.STRING) {
      return true;
    }
    if (numeric(from)) {
      return numeric(to);
    }
    return switch ((Scalar) from) {
      case TIMESTAMP -> to == Scalar.TIMESTAMPTZ || to == Scalar.DATE;
      case TIMESTAMPTZ -> to == Scalar.TIMESTAMP || to == Scalar.DATE;
      default -> false;
    };
  }

  /** True for the types that hold numbers. */
  public static boolean numeric(DataType type) {
    return type instanceof Decimal
        || type == Scalar.INT
        || type == Scalar.LONG
        || type == Scalar.FLOAT
        || type == Scalar.DOUBLE;
  }

  /** True for the types that hold a point in time: timestamp and timestamptz. */
  public static boolean temporal(DataType type) {
    return type == Scalar.TIMESTAMP || type == Scalar.TIMESTAMPTZ;
  }
}
