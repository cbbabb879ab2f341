package io.moulin.decode;

import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Decoded rows, column by column. A decoder sees only the last of them and fills it; what it is
 * asked for here is of that row. The row stays when it is kept; else the next one takes its place.
 */
public final class DecodedRows {
  private final DecodedColumn[] columns;
  private final StringBuilder malformed = new StringBuilder();
  private final StringBuilder extra = new StringBuilder();
  private int row;

  public DecodedRows(int columns) {
    this.columns =
        IntStream.range(0, columns)
            .mapToObj(i -> new DecodedColumn())
            .toArray(DecodedColumn[]::new);
  }

  /** Forgets all values. */
  void clear() {
    for (DecodedColumn column : columns) {
      column.clear(row);
    }
    malformed.setLength(0);
    extra.setLength(0);
  }

  /** Takes back the value of a column. */
  void forget(int column) {
    columns[column].clear(row);
  }

  void putLong(int column, long value) {
    columns[column].put(row, value);
  }

  void putDouble(int column, double value) {
    columns[column].put(row, value);
  }

  void putObject(int column, Object value) {
    columns[column].put(row, value);
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
    return columns[column].has(row);
  }

  /** A boolean (0, 1), integer, date (days), time or timestamp (microseconds). */
  public long longAt(int column) {
    return columns[column].longAt(row);
  }

  /** A float or double. */
  public double doubleAt(int column) {
    return columns[column].doubleAt(row);
  }

  /** A String, BigDecimal, UUID or byte[]; for nested types their canonical JSON text. */
  public Object objectAt(int column) {
    return columns[column].objectAt(row);
  }

  /** Values that are not of their column's type, as a JSON object; null when there are none. */
  public @Nullable String malformed() {
    return malformed.isEmpty() ? null : malformed + "}";
  }

  /** Fields that no column declares, as a JSON object; null when there are none. */
  public @Nullable String extra() {
    return extra.isEmpty() ? null : extra + "}";
  }

  /** Keeps the row; the next is decoded behind it. */
  public void keep() {
    row++;
  }

  /** How many rows were kept. */
  public int kept() {
    return row;
  }

  /** All kept values of a column. */
  public DecodedColumn column(int column) {
    return columns[column];
  }

  /** Begins anew with no rows. */
  public void release() {
    row = 0;
    for (DecodedColumn column : columns) {
      column.release();
    }
  }
}
