package io.moulin.decode;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.moulin.spec.DataType;
import io.moulin.spec.DataType.Decimal;
import io.moulin.spec.DataType.Scalar;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Base64;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads one declared column's value from JSON. Nothing is coerced: a value is exactly of the
 * declared type, or it is malformed. Only {@code float} and {@code double} take the nearest binary
 * number, which is what declaring them means.
 */
final class JsonColumn {
  private static final BigDecimal LONG_MIN = BigDecimal.valueOf(Long.MIN_VALUE);
  private static final BigDecimal LONG_MAX = BigDecimal.valueOf(Long.MAX_VALUE);
  private static final int UUID_LENGTH = 36;

  final String name;
  final DataType type;
  private final TimeFormats times;
  private final Set<String> nulls;

  JsonColumn(String name, DataType type, TimeFormats times, Set<String> nulls) {
    this.name = name;
    this.type = type;
    this.times = times;
    this.nulls = nulls;
  }

  /**
   * Reads the value that {@code parser} stands on.
   *
   * @return false when the value is not of the column's type; the parser still stands on it
   */
  boolean read(JsonParser parser, JsonToken token, int column, DecodedRows row) throws IOException {
    if (token == JsonToken.VALUE_NULL) {
      return true;
    }
    if (token == JsonToken.VALUE_STRING
        && type != Scalar.STRING
        && !nulls.isEmpty()
        && nulls.contains(parser.getText())) {
      return true;
    }
    if (type instanceof Scalar scalar) {
      return readScalar(parser, token, scalar, column, row);
    }
    if (type instanceof Decimal decimal) {
      BigDecimal value = number(parser, token);
      BigDecimal exact = value == null ? null : exact(value, decimal);
      return put(exact, column, row);
    }
    throw new IllegalStateException("Cannot read column " + name + ": nested types are read whole");
  }

  private boolean readScalar(
      JsonParser parser, JsonToken token, Scalar scalar, int column, DecodedRows row)
      throws IOException {
    return switch (scalar) {
      case BOOLEAN -> readBoolean(token, column, row);
      case INT -> readInteger(parser, token, Integer.MIN_VALUE, Integer.MAX_VALUE, column, row);
      case LONG -> readInteger(parser, token, Long.MIN_VALUE, Long.MAX_VALUE, column, row);
      case FLOAT, DOUBLE -> readFloating(parser, token, scalar, column, row);
      case STRING -> token == JsonToken.VALUE_STRING && put(parser.getText(), column, row);
      case TIMESTAMP, TIMESTAMPTZ -> readTimestamp(parser, token, scalar, column, row);
      case DATE, TIME, UUID, BINARY ->
          token == JsonToken.VALUE_STRING && readText(parser.getText(), scalar, column, row);
    };
  }

  private static boolean readBoolean(JsonToken token, int column, DecodedRows row) {
    if (!token.isBoolean()) {
      return false;
    }
    row.putLong(column, token == JsonToken.VALUE_TRUE ? 1 : 0);
    return true;
  }

  private static boolean readInteger(
      JsonParser parser, JsonToken token, long min, long max, int column, DecodedRows row)
      throws IOException {
    long value;
    if (token == JsonToken.VALUE_NUMBER_INT
        && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
      value = parser.getLongValue();
    } else {
      BigDecimal number = number(parser, token);
      if (number == null || !whole(number)) {
        return false;
      }
      value = number.longValueExact();
    }
    if (value < min || value > max) {
      return false;
    }
    row.putLong(column, value);
    return true;
  }

  /** Whether a number such as {@code 1.0} or {@code 1e3} is a whole number within long. */
  private static boolean whole(BigDecimal number) {
    // The order matters: a huge exponent must be refused before anything expands it.
    return number.signum() == 0
        || (digitsBeforePoint(number) <= 19
            && number.stripTrailingZeros().scale() <= 0
            && number.compareTo(LONG_MIN) >= 0
            && number.compareTo(LONG_MAX) <= 0);
  }

  private static long digitsBeforePoint(BigDecimal number) {
    return (long) number.precision() - number.scale();
  }

  private static boolean readFloating(
      JsonParser parser, JsonToken token, Scalar scalar, int column, DecodedRows row)
      throws IOException {
    if (!token.isNumeric()) {
      return false;
    }
    double value = parser.getDoubleValue();
    double kept = scalar == Scalar.FLOAT ? (float) value : value;
    if (Double.isInfinite(kept)) {
      return false;
    }
    row.putDouble(column, kept);
    return true;
  }

  private boolean readTimestamp(
      JsonParser parser, JsonToken token, Scalar scalar, int column, DecodedRows row)
      throws IOException {
    boolean instant = scalar == Scalar.TIMESTAMPTZ;
    long micros;
    if (token == JsonToken.VALUE_STRING) {
      String text = parser.getText();
      micros = instant ? times.instant(text) : times.local(text);
    } else if (token == JsonToken.VALUE_NUMBER_INT
        && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
      micros = times.epoch(parser.getLongValue(), instant);
    } else {
      return false;
    }
    if (micros == TimeFormats.UNREADABLE) {
      return false;
    }
    row.putLong(column, micros);
    return true;
  }

  static boolean readText(String text, Scalar scalar, int column, DecodedRows row) {
    try {
      switch (scalar) {
        case DATE -> {
          LocalDate date = LocalDate.parse(text);
          if (!TimeFormats.readable(date.getYear())) {
            return false;
          }
          row.putLong(column, date.toEpochDay());
        }
        case TIME -> {
          long nanos = LocalTime.parse(text).toNanoOfDay();
          if (nanos % 1_000 != 0) {
            return false;
          }
          row.putLong(column, nanos / 1_000);
        }
        case UUID -> {
          if (text.length() != UUID_LENGTH) {
            return false; // the JDK would accept shorter groups and pad them
          }
          row.putObject(column, UUID.fromString(text));
        }
        default -> row.putObject(column, Base64.getDecoder().decode(text));
      }
      return true;
    } catch (DateTimeException | IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean put(@Nullable Object value, int column, DecodedRows row) {
    if (value == null) {
      return false;
    }
    row.putObject(column, value);
    return true;
  }

  /** The exact value; null when it is no number, or has an exponent that BigDecimal cannot hold. */
  private static @Nullable BigDecimal number(JsonParser parser, JsonToken token)
      throws IOException {
    if (token == JsonToken.VALUE_NUMBER_INT) {
      BigInteger value = parser.getBigIntegerValue();
      return new BigDecimal(value);
    }
    if (token != JsonToken.VALUE_NUMBER_FLOAT) {
      return null;
    }
    try {
      return parser.getDecimalValue();
    } catch (NumberFormatException e) { // Jackson does not make it one of its own
      return null;
    }
  }

  /** The value with the type's scale; null when it has more digits than the type holds. */
  static @Nullable BigDecimal exact(BigDecimal value, Decimal type) {
    if (value.signum() == 0) {
      return BigDecimal.ZERO.setScale(type.scale());
    }
    // A huge exponent must be refused before setScale would expand it.
    if (digitsBeforePoint(value) > type.precision() - type.scale()) {
      return null;
    }
    BigDecimal shortest = value.stripTrailingZeros();
    return shortest.scale() > type.scale() ? null : shortest.setScale(type.scale());
  }
}
