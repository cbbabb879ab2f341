package io.moulin.decode;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The typed values of one row, by column index; used again for every row, so that decoding makes no
 * garbage for numbers and times.
 */
public final class DecodedRow {
  private final boolean[] present;
  private final long[] longs;
  private final double[] doubles;
  private final @Nullable Object[] objects;
  private final StringBuilder malformed = new StringBuilder();
  private final StringBuilder extra = new StringBuilder();

  public DecodedRow(int columns) {
    present = new boolean[columns];
    longs = new long[columns];
    doubles = new double[columns];
    objects = new Object[columns];
  }

  /** Forgets all values. */
  void clear() {
    Arrays.fill(present, false);
    malformed.setLength(0);
    extra.setLength(0);
  }

  /** Takes back the value of a column. */
  void forget(int column) {
    present[column] = false;
  }

  void putLong(int column, long value) {
    present[column] = true;
    longs[column] = value;
  }

  void putDouble(int column, double value) {
    present[column] = true;
    doubles[column] = value;
  }

  void putObject(int column, Object value) {
    present[column] = true;
    objects[column] = value;
  }

  /** Adds a member to the JSON object of malformed values; both arguments are JSON already. */
  void addMalformed(String name, String value) {
    add(malformed, name, value);
  }

  /** Adds a member to the JSON object of undeclared fields; both arguments are JSON already. */
  void addExtra(String name, String value) {
    add(extra, name, value);
  }

  private static void add(StringBuilder object, String name, String value) {
    object.append(object.isEmpty() ? "{" : ",").append(name).append(':').append(value);
  }

  /** Whether the column has a value. */
  public boolean has(int column) {
    return present[column];
  }

  /** A boolean (0, 1), integer, date (days), time or timestamp (microseconds). */
  public long longAt(int column) {
    return longs[column];
  }

  /** A float or double. */
  public double doubleAt(int column) {
    return doubles[column];
  }

  /** A String, BigDecimal, UUID or byte[]; for nested types their canonical JSON text. */
  public Object objectAt(int column) {
    Object value = objects[column];
    if (value == null) {
      throw new IllegalStateException("Cannot read column " + column + ": no value");
    }
    return value;
  }

  /** Values that are not of their column's type, as a JSON object; null when there are none. */
  public @Nullable String malformed() {
    return malformed.isEmpty() ? null : malformed + "}";
  }

  /** Fields that no column declares, as a JSON object; null when there are none. */
  public @Nullable String extra() {
    return extra.isEmpty() ? null : extra + "}";
  }
}
