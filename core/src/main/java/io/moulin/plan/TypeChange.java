package io.moulin.plan;

import io.moulin.spec.DataType;
import io.moulin.spec.DataType.Decimal;
import io.moulin.spec.DataType.Scalar;

/** What a column's change of type means for the values that are stored. */
enum TypeChange {
  NONE,
  /** Every stored value is also a value of the new type, and Iceberg reads it as one. */
  WIDEN,
  /** Some stored values have no place in the new type. */
  NARROW,
  /** Stored text would have to be read as a time. */
  TEXT_TO_TIME,
  RETYPE;

  static TypeChange of(DataType from, DataType to) {
    if (from.equals(to)) {
      return NONE;
    } else if (widens(from, to)) {
      return WIDEN;
    } else if (widens(to, from)) {
      return NARROW;
    }
    return from == Scalar.STRING && isTime(to) ? TEXT_TO_TIME : RETYPE;
  }

  private static boolean widens(DataType from, DataType to) {
    if (from instanceof Decimal narrow && to instanceof Decimal wide) {
      return narrow.scale() == wide.scale() && narrow.precision() < wide.precision();
    }
    return (from == Scalar.INT && to == Scalar.LONG)
        || (from == Scalar.FLOAT && to == Scalar.DOUBLE);
  }

  private static boolean isTime(DataType type) {
    return type == Scalar.DATE
        || type == Scalar.TIME
        || type == Scalar.TIMESTAMP
        || type == Scalar.TIMESTAMPTZ;
  }
}
