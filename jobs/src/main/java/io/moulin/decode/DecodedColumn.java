package io.moulin.decode;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The values of one column, row by row, in arrays that grow with the rows. A column has values of
 * one kind, so only the array of that kind is ever made: 9 bytes a row, and what its objects take.
 */
public final class DecodedColumn {
  private static final int FEW = 64;

  private boolean[] present = new boolean[FEW];
  private long[] longs = {};
  private double[] doubles = {};
  private @Nullable Object[] objects = {};

  /** Makes room for a row, which has no value yet. */
  public void clear(int row) {
    if (row >= present.length) {
      present = Arrays.copyOf(present, Math.max(row + 1, 2 * present.length));
    }
    present[row] = false;
  }

  public void put(int row, long value) {
    if (row >= longs.length) {
      longs = Arrays.copyOf(longs, present.length);
    }
    present[row] = true;
    longs[row] = value;
  }

  public void put(int row, double value) {
    if (row >= doubles.length) {
      doubles = Arrays.copyOf(doubles, present.length);
    }
    present[row] = true;
    doubles[row] = value;
  }

  public void put(int row, Object value) {
    if (row >= objects.length) {
      objects = Arrays.copyOf(objects, present.length);
    }
    present[row] = true;
    objects[row] = value;
  }

  /** Whether the row has a value. */
  public boolean has(int row) {
    return present[row];
  }

  /** A boolean (0, 1), integer, date (days), time or timestamp (microseconds). */
  public long longAt(int row) {
    return longs[row];
  }

  /** A float or double. */
  public double doubleAt(int row) {
    return doubles[row];
  }

  /** A String, BigDecimal, UUID or byte[]; for nested types their canonical JSON text. */
  public Object objectAt(int row) {
    Object value = objects[row];
    if (value == null) {
      throw new IllegalStateException("Cannot read row " + row + ": no value");
    }
    return value;
  }

  /** Lets go of the objects; the arrays stay for the rows that come next. */
  public void release() {
    Arrays.fill(objects, null);
  }
}
