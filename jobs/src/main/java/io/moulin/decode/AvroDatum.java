package io.moulin.decode;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.avro.Conversions;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.jspecify.annotations.Nullable;

/**
 * Makes what Avro's writer takes out of JSON, by a schema. Nothing is coerced or cut: a value is
 * exactly of its schema's type, or it does not fit. Only {@code float} and {@code double} take the
 * nearest binary number.
 */
final class AvroDatum {
  private static final int NANOS_PER_MICRO = 1_000;

  private static final Conversions.DecimalConversion DECIMAL = new Conversions.DecimalConversion();

  private final TimeFormats times;

  /**
   * @param times how texts and numbers are read that stand for times
   */
  AvroDatum(TimeFormats times) {
    this.times = times;
  }

  /** A value that is not of its schema's type, and where. */
  static final class Unfit extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unfit(String message) {
      super(message, null, false, false);
    }
  }

  /** Whether there is no value, or a text that stands for none where no text may be. */
  static boolean isNothing(@Nullable JsonNode value, Schema schema, Set<String> nulls) {
    return value == null
        || value.isNull()
        || (value.isTextual()
            && nulls.contains(value.textValue())
            && branches(schema).stream()
                .noneMatch(
                    each ->
                        each.getType() == Schema.Type.STRING
                            || each.getType() == Schema.Type.ENUM));
  }

  private static List<Schema> branches(Schema schema) {
    return schema.isUnion() ? schema.getTypes() : List.of(schema);
  }

  /** What stands for a value that is not there: null, or else the schema's default. */
  static @Nullable Object absent(Schema.Field field, @Nullable JsonNode value) {
    boolean nullable = field.schema().isNullable();
    if (field.hasDefaultValue() && (value == null || !nullable)) {
      return GenericData.get().getDefaultValue(field);
    }
    if (!nullable) {
      throw new Unfit("%s has no value, and may not be null".formatted(field.name()));
    }
    return null;
  }

  /** Fields that a schema has not would be lost. */
  static void refuseUnknown(JsonNode object, Schema schema, String at) {
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      if (!member.getValue().isNull() && schema.getField(member.getKey()) == null) {
        throw new Unfit("it has no field %s%s".formatted(at, member.getKey()));
      }
    }
  }

  /** The datum that {@code value} stands for. */
  @Nullable Object of(JsonNode value, Schema schema, String at) {
    if (schema.isUnion()) {
      return branch(value, schema, at);
    }
    Object datum = plain(value, schema, at);
    if (datum == null && schema.getType() != Schema.Type.NULL) {
      LogicalType logical = schema.getLogicalType();
      String type = schema.getType().getName();
      throw new Unfit(
          "%s is %s, which is no %s"
              .formatted(
                  at,
                  shortened(value.toString()),
                  logical == null ? type : logical.getName() + " (" + type + ")"));
    }
    return datum;
  }

  private static String shortened(String text) {
    return text.length() <= 100 ? text : text.substring(0, 100) + "…";
  }

  private @Nullable Object branch(JsonNode value, Schema union, String at) {
    if (value.isNull() && union.isNullable()) {
      return null;
    }
    Unfit first = null;
    for (Schema branch : union.getTypes()) {
      try {
        if (branch.getType() != Schema.Type.NULL) {
          return of(value, branch, at);
        }
      } catch (Unfit e) {
        first = first == null ? e : first;
      }
    }
    throw first == null ? new Unfit(at + " may only be null") : first;
  }

  /** The datum; null when the value is not of the type. */
  private @Nullable Object plain(JsonNode value, Schema schema, String at) {
    LogicalType logical = schema.getLogicalType();
    return switch (schema.getType()) {
      case NULL, UNION -> null;
      case BOOLEAN -> value.isBoolean() ? value.booleanValue() : null;
      case INT -> narrow(whole(value, logical));
      case LONG -> whole(value, logical);
      case FLOAT -> narrow(floating(value));
      case DOUBLE -> floating(value);
      case STRING -> value.textValue();
      case ENUM ->
          value.isTextual() && schema.hasEnumSymbol(value.textValue())
              ? new GenericData.EnumSymbol(schema, value.textValue())
              : null;
      case BYTES -> {
        byte[] bytes = binary(value, schema);
        yield bytes == null ? null : ByteBuffer.wrap(bytes);
      }
      case FIXED -> {
        byte[] bytes = binary(value, schema);
        yield bytes == null || bytes.length != schema.getFixedSize()
            ? null
            : new GenericData.Fixed(schema, bytes);
      }
      case ARRAY -> value.isArray() ? array(value, schema, at) : null;
      case MAP -> value.isObject() ? map(value, schema, at) : null;
      case RECORD -> value.isObject() ? record(value, schema, at) : null;
    };
  }

  private static @Nullable Integer narrow(@Nullable Long value) {
    return value == null || value != value.intValue() ? null : Integer.valueOf(value.intValue());
  }

  private static @Nullable Float narrow(@Nullable Double value) {
    return value == null || (Float.isInfinite(value.floatValue()) && !value.isInfinite())
        ? null
        : Float.valueOf(value.floatValue());
  }

  private List<Object> array(JsonNode value, Schema schema, String at) {
    List<Object> items = new ArrayList<>(value.size());
    for (JsonNode item : value) {
      items.add(of(item, schema.getElementType(), "%s[%d]".formatted(at, items.size())));
    }
    return items;
  }

  private Map<CharSequence, Object> map(JsonNode value, Schema schema, String at) {
    Map<CharSequence, Object> entries = new HashMap<>();
    value
        .properties()
        .forEach(
            entry ->
                entries.put(
                    entry.getKey(),
                    of(entry.getValue(), schema.getValueType(), at + "." + entry.getKey())));
    return entries;
  }

  private GenericData.Record record(JsonNode value, Schema schema, String at) {
    GenericData.Record record = new GenericData.Record(schema);
    for (Schema.Field field : schema.getFields()) {
      JsonNode member = value.get(field.name());
      record.put(
          field.pos(),
          member == null || member.isNull()
              ? absent(field, member)
              : of(member, field.schema(), at + "." + field.name()));
    }
    refuseUnknown(value, schema, at + ".");
    return record;
  }

  /** A whole number, or a date or time as one; null when the value is none. */
  private @Nullable Long whole(JsonNode value, @Nullable LogicalType logical) {
    try {
      return switch (logical == null ? "" : logical.getName()) {
        case "date" ->
            value.isTextual()
                ? Long.valueOf(LocalDate.parse(value.textValue()).toEpochDay())
                : null;
        case "time-millis" -> divided(timeOfDay(value), 1_000L * NANOS_PER_MICRO);
        case "time-micros" -> divided(timeOfDay(value), NANOS_PER_MICRO);
        case "timestamp-millis" -> divided(micros(value, Kind.INSTANT), 1_000);
        case "timestamp-micros" -> micros(value, Kind.INSTANT);
        case "timestamp-nanos" -> nanos(micros(value, Kind.INSTANT));
        case "local-timestamp-millis" -> divided(micros(value, Kind.LOCAL), 1_000);
        case "local-timestamp-micros" -> micros(value, Kind.LOCAL);
        case "local-timestamp-nanos" -> nanos(micros(value, Kind.LOCAL));
        default ->
            value.isNumber() && value.canConvertToExactIntegral() && value.canConvertToLong()
                ? Long.valueOf(value.longValue())
                : null;
      };
    } catch (DateTimeException | ArithmeticException e) {
      return null;
    }
  }

  private enum Kind {
    INSTANT,
    LOCAL
  }

  private static @Nullable Long timeOfDay(JsonNode value) {
    return value.isTextual()
        ? Long.valueOf(LocalTime.parse(value.textValue()).toNanoOfDay())
        : null;
  }

  private @Nullable Long micros(JsonNode value, Kind kind) {
    boolean instant = kind == Kind.INSTANT;
    long micros = TimeFormats.UNREADABLE;
    if (value.isTextual()) {
      String text = value.textValue();
      micros = instant ? times.instant(text) : times.local(text);
    } else if (value.isIntegralNumber() && value.canConvertToLong()) {
      micros = times.epoch(value.longValue(), instant);
    }
    return micros == TimeFormats.UNREADABLE ? null : Long.valueOf(micros);
  }

  private static @Nullable Long divided(@Nullable Long value, long unit) {
    return value == null || value % unit != 0 ? null : Long.valueOf(value / unit);
  }

  private static @Nullable Long nanos(@Nullable Long micros) {
    return micros == null ? null : Long.valueOf(Math.multiplyExact(micros, NANOS_PER_MICRO));
  }

  /** JSON has no number for what is not finite; the loader writes it as text. */
  private static @Nullable Double floating(JsonNode value) {
    if (value.isTextual()) {
      return switch (value.textValue()) {
        case "NaN" -> Double.NaN;
        case "Infinity" -> Double.POSITIVE_INFINITY;
        case "-Infinity" -> Double.NEGATIVE_INFINITY;
        default -> null;
      };
    }
    double number = value.isNumber() ? value.doubleValue() : Double.NaN;
    return Double.isFinite(number) ? Double.valueOf(number) : null;
  }

  private static byte @Nullable [] binary(JsonNode value, Schema schema) {
    LogicalType logical = schema.getLogicalType();
    if (logical instanceof LogicalTypes.Decimal decimal) {
      return value.isNumber() ? decimal(value.decimalValue(), decimal, schema) : null;
    }
    if (!value.isTextual()) {
      return null;
    }
    try {
      if (logical != null && logical.getName().equals("uuid")) {
        UUID uuid = UUID.fromString(value.textValue());
        return ByteBuffer.allocate(2 * Long.BYTES)
            .putLong(uuid.getMostSignificantBits())
            .putLong(uuid.getLeastSignificantBits())
            .array();
      }
      return Base64.getDecoder().decode(value.textValue());
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static byte @Nullable [] decimal(
      BigDecimal value, LogicalTypes.Decimal type, Schema schema) {
    // A huge exponent must be refused before anything expands it.
    boolean fits =
        value.signum() == 0
            || ((long) value.precision() - value.scale() <= type.getPrecision() - type.getScale()
                && value.stripTrailingZeros().scale() <= type.getScale());
    if (!fits) {
      return null;
    }
    BigDecimal exact =
        (value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros())
            .setScale(type.getScale());
    return schema.getType() == Schema.Type.FIXED
        ? DECIMAL.toFixed(exact, schema, type).bytes()
        : exact.unscaledValue().toByteArray();
  }
}
