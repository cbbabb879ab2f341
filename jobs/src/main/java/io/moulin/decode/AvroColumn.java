package io.moulin.decode;

import io.moulin.spec.DataType;
import io.moulin.spec.DataType.Decimal;
import io.moulin.spec.DataType.Scalar;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Reads a column that is not nested from Avro, by the rules of {@link JsonColumn}: the value is
 * kept exactly, or it is not of the column's type.
 */
final class AvroColumn {
  private static final TimeFormats MICROS_UTC =
      new TimeFormats(List.of("epoch-us"), ZoneOffset.UTC);

  private final DataType type;
  private final TimeFormats times;
  private final TimeFormats micros;
  private final ZoneId zone;
  private final Set<String> nulls;

  /**
   * @param times how texts and plain numbers are read that stand for times
   */
  AvroColumn(DataType type, TimeFormats times, ZoneId zone, Set<String> nulls) {
    this.type = type;
    this.times = times;
    this.zone = zone;
    this.nulls = nulls;
    micros = new TimeFormats(List.of("epoch-us"), zone);
  }

  /**
   * Reads the value that follows in {@code in}.
   *
   * @param schema its own, no union
   * @return false when the value is not of the column's type; then it may be read only in part
   */
  boolean read(AvroInput in, Schema schema, int column, DecodedRows row) {
    LogicalType logical = schema.getLogicalType();
    return switch (schema.getType()) {
      case NULL -> true;
      case BOOLEAN -> {
        boolean value = in.bool();
        yield type == Scalar.BOOLEAN && put(row, column, value ? 1L : 0L);
      }
      case INT, LONG -> {
        long value = in.integer();
        yield logical == null
            ? number(value, column, row)
            : time(value, logical.getName(), column, row);
      }
      case FLOAT -> floating(in.floating(), column, row);
      case DOUBLE -> floating(in.doubleFloating(), column, row);
      case STRING -> text(in.text(), column, row);
      case ENUM -> text(in.symbol(schema), column, row);
      case BYTES, FIXED -> bytes(in.bytes(schema), logical, column, row);
      default -> false;
    };
  }

  private boolean number(long value, int column, DecodedRows row) {
    if (type instanceof Decimal decimal) {
      return put(row, column, JsonColumn.exact(BigDecimal.valueOf(value), decimal));
    }
    return switch ((Scalar) type) {
      case INT -> value == (int) value && put(row, column, value);
      case LONG -> put(row, column, value);
      case FLOAT, DOUBLE -> {
        row.putDouble(column, type == Scalar.FLOAT ? (float) value : (double) value);
        yield true;
      }
      case TIMESTAMP, TIMESTAMPTZ ->
          readable(row, column, times.epoch(value, type == Scalar.TIMESTAMPTZ));
      default -> false;
    };
  }

  private boolean time(long value, String logical, int column, DecodedRows row) {
    try {
      return switch (logical) {
        case "date" ->
            type == Scalar.DATE
                && TimeFormats.readable(LocalDate.ofEpochDay(value).getYear())
                && put(row, column, value);
        case "time-millis" -> timeOfDay(Math.multiplyExact(value, 1_000L), column, row);
        case "time-micros" -> timeOfDay(value, column, row);
        case "timestamp-millis" -> instant(Math.multiplyExact(value, 1_000L), column, row);
        case "timestamp-micros" -> instant(value, column, row);
        case "timestamp-nanos" -> value % 1_000 == 0 && instant(value / 1_000, column, row);
        case "local-timestamp-millis" -> local(Math.multiplyExact(value, 1_000L), column, row);
        case "local-timestamp-micros" -> local(value, column, row);
        case "local-timestamp-nanos" -> value % 1_000 == 0 && local(value / 1_000, column, row);
        default -> number(value, column, row);
      };
    } catch (ArithmeticException | DateTimeException e) {
      return false;
    }
  }

  private boolean timeOfDay(long value, int column, DecodedRows row) {
    return type == Scalar.TIME
        && value >= 0
        && value < TimeUnit.DAYS.toMicros(1)
        && put(row, column, value);
  }

  private boolean instant(long value, int column, DecodedRows row) {
    boolean instant = type == Scalar.TIMESTAMPTZ;
    return (instant || type == Scalar.TIMESTAMP)
        && readable(row, column, micros.epoch(value, instant));
  }

  private boolean local(long value, int column, DecodedRows row) {
    long checked = MICROS_UTC.epoch(value, true);
    if (checked == TimeFormats.UNREADABLE || type == Scalar.TIMESTAMP) {
      return type == Scalar.TIMESTAMP && readable(row, column, checked);
    }
    if (type != Scalar.TIMESTAMPTZ) {
      return false;
    }
    Instant written = Instant.EPOCH.plus(value, ChronoUnit.MICROS);
    Instant instant = LocalDateTime.ofInstant(written, ZoneOffset.UTC).atZone(zone).toInstant();
    long at =
        TimeUnit.SECONDS.toMicros(instant.getEpochSecond())
            + TimeUnit.NANOSECONDS.toMicros(instant.getNano());
    return readable(row, column, MICROS_UTC.epoch(at, true));
  }

  private boolean floating(double value, int column, DecodedRows row) {
    if (!Double.isFinite(value)) {
      return false;
    }
    if (type == Scalar.FLOAT || type == Scalar.DOUBLE) {
      double kept = type == Scalar.FLOAT ? (float) value : value;
      row.putDouble(column, kept);
      return Double.isFinite(kept);
    }
    if (type instanceof Decimal decimal) {
      return put(row, column, JsonColumn.exact(new BigDecimal(Double.toString(value)), decimal));
    }
    boolean whole = value == Math.rint(value) && Math.abs(value) < 0x1p63;
    return whole
        && (type == Scalar.INT || type == Scalar.LONG)
        && number((long) value, column, row);
  }

  /** A float stands for the shortest decimal that gives it, as its JSON would. */
  private boolean floating(float value, int column, DecodedRows row) {
    if (type instanceof Decimal decimal && Float.isFinite(value)) {
      return put(row, column, JsonColumn.exact(new BigDecimal(Float.toString(value)), decimal));
    }
    return floating((double) value, column, row);
  }

  private boolean text(String text, int column, DecodedRows row) {
    if (type == Scalar.STRING) {
      return put(row, column, text);
    }
    if (nulls.contains(text)) {
      return true;
    }
    if (!(type instanceof Scalar scalar)) {
      return false;
    }
    return switch (scalar) {
      case TIMESTAMP -> readable(row, column, times.local(text));
      case TIMESTAMPTZ -> readable(row, column, times.instant(text));
      case DATE, TIME, UUID, BINARY -> JsonColumn.readText(text, scalar, column, row);
      default -> false;
    };
  }

  private boolean bytes(byte[] value, @Nullable LogicalType logical, int column, DecodedRows row) {
    if (type instanceof Decimal to && logical instanceof LogicalTypes.Decimal from) {
      BigDecimal number = AvroInput.decimal(value, from.getScale());
      return put(row, column, number == null ? null : JsonColumn.exact(number, to));
    }
    UUID uuid = AvroInput.uuid(value, logical);
    if (type == Scalar.UUID && uuid != null) {
      return put(row, column, uuid);
    }
    return type == Scalar.BINARY && logical == null && put(row, column, value);
  }

  private static boolean readable(DecodedRows row, int column, long micros) {
    return micros != TimeFormats.UNREADABLE && put(row, column, micros);
  }

  private static boolean put(DecodedRows row, int column, long value) {
    row.putLong(column, value);
    return true;
  }

  private static boolean put(DecodedRows row, int column, @Nullable Object value) {
    if (value == null) {
      return false;
    }
    row.putObject(column, value);
    return true;
  }
}
