package io.moulin.decode;

import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DataType;
import io.moulin.spec.DataType.Decimal;
import io.moulin.spec.DataType.Scalar;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Reads the plain records that most of a stream is made of, by hand: one flat object of declared
 * fields in the order of the record before, ASCII without escapes, numbers that fit a long. It
 * never decides that something is wrong: whatever is not plain is left to the parser behind it,
 * which reads the whole record again. So it accepts nothing that the parser would refuse, and a
 * differential test keeps their values equal.
 */
final class PlainJson {
  private static final byte[] TRUE = ascii("true");
  private static final byte[] FALSE = ascii("false");
  private static final byte[] NULL = ascii("null");

  private final DataType[] types;
  private final byte[][] names;
  private final TimeFormats[] times;
  private final Set<String> nulls;
  private final int longestNull;
  private final PlainNumber number = new PlainNumber();

  /** Where the fields of the record before stood: the column of its first field, its second, … */
  private final int[] order;

  private final boolean[] seen;
  private byte[] text = {};
  private int at;

  /**
   * @param quotedNames as they stand in a record, with their quotation marks
   * @param times how the timestamps of each column are read
   * @param nulls texts that stand for no value in columns that are not text
   */
  PlainJson(
      List<ColumnSpec> columns, String[] quotedNames, TimeFormats[] times, Set<String> nulls) {
    int count = columns.size();
    types = columns.stream().map(ColumnSpec::type).toArray(DataType[]::new);
    names = new byte[count][];
    order = new int[count];
    seen = new boolean[count];
    this.times = times.clone();
    this.nulls = Set.copyOf(nulls);
    longestNull = nulls.stream().mapToInt(String::length).max().orElse(-1);
    for (int i = 0; i < count; i++) {
      names[i] = quotedNames[i].getBytes(StandardCharsets.UTF_8);
      order[i] = i;
    }
  }

  private static byte[] ascii(String word) {
    return word.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Reads {@code payload} into {@code row}, which is empty.
   *
   * @return false when the record is not plain, and {@code row} is meaningless
   */
  boolean read(byte[] payload, DecodedRows row) {
    text = payload;
    at = 0;
    return object(row);
  }

  private boolean object(DecodedRows row) {
    if (next() != '{') {
      return false;
    }
    at++;
    Arrays.fill(seen, false);
    for (int field = 0; field < order.length; field++) {
      int column = name(field);
      if (column < 0 || seen[column]) {
        return false;
      }
      seen[column] = true;
      if (next() != ':') {
        return false;
      }
      at++;
      if (!value(column, row)) {
        return false;
      }
      int after = next();
      at++;
      if (after == '}') {
        return next() < 0;
      }
      if (after != ',') {
        return false;
      }
    }
    return false;
  }

  /** The next character that is no space, without going beyond it; negative at the end. */
  private int next() {
    while (at < text.length) {
      byte c = text[at];
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
        return c & 0xFF;
      }
      at++;
    }
    return -1;
  }

  /** The column of the field's name, which is gone over; negative when no column has it. */
  private int name(int field) {
    next();
    if (stands(names[order[field]])) {
      return order[field];
    }
    for (int column = 0; column < names.length; column++) {
      if (stands(names[column])) {
        order[field] = column;
        return column;
      }
    }
    return -1;
  }

  /** Goes over {@code word} when it stands here. */
  private boolean stands(byte[] word) {
    int end = at + word.length;
    if (end > text.length || !Arrays.equals(text, at, end, word, 0, word.length)) {
      return false;
    }
    at = end;
    return true;
  }

  private boolean value(int column, DecodedRows row) {
    int first = next();
    if (first == '"') {
      return quoted(column, row);
    }
    if (first == 'n') {
      return stands(NULL);
    }
    DataType type = types[column];
    if (type == Scalar.BOOLEAN) {
      row.putLong(column, first == 't' ? 1 : 0);
      return first == 't' ? stands(TRUE) : stands(FALSE);
    }
    at = number.read(text, at);
    if (at < 0) {
      at = text.length;
      return false;
    }
    return type instanceof Decimal decimal
        ? decimal(decimal, column, row)
        : type instanceof Scalar scalar && numeric(scalar, column, row);
  }

  private boolean decimal(Decimal type, int column, DecodedRows row) {
    BigDecimal exact = JsonColumn.exact(BigDecimal.valueOf(number.digits(), number.scale()), type);
    if (exact == null) {
      return false;
    }
    row.putObject(column, exact);
    return true;
  }

  private boolean numeric(Scalar type, int column, DecodedRows row) {
    return switch (type) {
      case INT, LONG -> whole(type, column, row);
      case FLOAT, DOUBLE -> floating(type, column, row);
      case TIMESTAMP, TIMESTAMPTZ -> {
        boolean instant = type == Scalar.TIMESTAMPTZ;
        yield !number.pointed() && put(times[column].epoch(number.digits(), instant), column, row);
      }
      default -> false;
    };
  }

  private boolean whole(Scalar type, int column, DecodedRows row) {
    long value = number.digits();
    if (number.scale() > 0 || (type == Scalar.INT && value != (int) value)) {
      return false;
    }
    row.putLong(column, value);
    return true;
  }

  private boolean floating(Scalar type, int column, DecodedRows row) {
    if (!number.exactDouble()) {
      return false;
    }
    double value = number.doubleValue();
    row.putDouble(column, type == Scalar.FLOAT ? (float) value : value);
    return true;
  }

  private boolean quoted(int column, DecodedRows row) {
    int from = at + 1;
    int to = from;
    while (to < text.length && text[to] != '"') {
      if (text[to] < ' ' || text[to] == '\\') { // what is not ASCII is negative
        return false;
      }
      to++;
    }
    if (to == text.length) {
      return false;
    }
    at = to + 1;
    String value = new String(text, from, to - from, StandardCharsets.ISO_8859_1);
    if (types[column] == Scalar.STRING) {
      row.putObject(column, value);
      return true;
    }
    if (types[column].nested()) {
      return false;
    }
    return (value.length() <= longestNull && nulls.contains(value))
        || (types[column] instanceof Scalar scalar && spelled(scalar, value, column, row));
  }

  private boolean spelled(Scalar type, String value, int column, DecodedRows row) {
    return switch (type) {
      case TIMESTAMP -> put(times[column].local(value), column, row);
      case TIMESTAMPTZ -> put(times[column].instant(value), column, row);
      case DATE, TIME, UUID, BINARY -> JsonColumn.readText(value, type, column, row);
      default -> false;
    };
  }

  private static boolean put(long micros, int column, DecodedRows row) {
    if (micros == TimeFormats.UNREADABLE) {
      return false;
    }
    row.putLong(column, micros);
    return true;
  }
}
