package io.moulin.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moulin.decode.Undecodable.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Reads Avro's binary encoding out of a record. Every length and count is held against the bytes
 * that there are before anything is allocated: Avro's own reader would take a record's word for it
 * that two gigabytes follow.
 */
final class AvroInput {
  /** Nesting that no honest record has, and that costs no stack worth speaking of. */
  private static final int MAX_DEPTH = 500;

  /** Items that take no bytes, such as nulls, are not bounded by the size of the record. */
  private static final int MAX_EMPTY_ITEMS = 100_000;

  /** Digits that a decimal of 38 of them never needs. */
  private static final int MAX_DECIMAL_BYTES = 64;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final byte[] bytes;
  private int at;
  private int emptyItems;

  AvroInput(byte[] bytes, int at) {
    this.bytes = bytes;
    this.at = at;
  }

  /** Ends the reading of a record. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;
    final transient Undecodable reason;

    Refused(Kind kind, String message) {
      super(message, null, false, false);
      reason = new Undecodable(kind, message);
    }
  }

  int at() {
    return at;
  }

  /** Goes back to where a value began. */
  void back(int to) {
    at = to;
  }

  boolean atEnd() {
    return at == bytes.length;
  }

  private Refused malformed(String what) {
    return new Refused(Kind.MALFORMED_AVRO, what + " at byte " + at);
  }

  private int next(int count) {
    if (count < 0 || count > bytes.length - at) {
      throw malformed("the record ends within a value");
    }
    int from = at;
    at += count;
    return from;
  }

  long integer() {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      byte b = bytes[next(1)];
      value |= (b & 0x7FL) << shift;
      if (b >= 0) {
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw malformed("a number of more than ten bytes");
  }

  boolean bool() {
    byte b = bytes[next(1)];
    if (b != 0 && b != 1) {
      throw malformed("a boolean that is neither 0 nor 1");
    }
    return b == 1;
  }

  float floating() {
    return ByteBuffer.wrap(bytes, next(Float.BYTES), Float.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .getFloat();
  }

  double doubleFloating() {
    return ByteBuffer.wrap(bytes, next(Double.BYTES), Double.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .getDouble();
  }

  String text() {
    int length = length();
    int from = next(length);
    String text = new String(bytes, from, length, StandardCharsets.UTF_8);
    if (text.indexOf('\uFFFD') >= 0) {
      try {
        return StandardCharsets.UTF_8
            .newDecoder()
            .decode(ByteBuffer.wrap(bytes, from, length))
            .toString();
      } catch (CharacterCodingException e) {
        throw new Refused(Kind.INVALID_UNICODE, "invalid UTF-8 in the text at byte " + from);
      }
    }
    return text;
  }

  private int length() {
    long length = integer();
    if (length < 0 || length > bytes.length - at) {
      throw malformed(
          "a length of " + length + " where %d bytes are left".formatted(bytes.length - at));
    }
    return (int) length;
  }

  /** The bytes of a value of type bytes or fixed. */
  byte[] bytes(Schema schema) {
    int length = schema.getType() == Schema.Type.FIXED ? schema.getFixedSize() : length();
    int from = next(length);
    return Arrays.copyOfRange(bytes, from, from + length);
  }

  String symbol(Schema schema) {
    return schema.getEnumSymbols().get(index(schema.getEnumSymbols().size()));
  }

  /** The schema of the value that follows: of a union its branch. */
  Schema branch(Schema schema) {
    return schema.getType() == Schema.Type.UNION
        ? schema.getTypes().get(index(schema.getTypes().size()))
        : schema;
  }

  private int index(int size) {
    long index = integer();
    if (index < 0 || index >= size) {
      throw malformed("choice %d where there are %d".formatted(index, size));
    }
    return (int) index;
  }

  /** The number in {@code bytes}; null when it is none or far beyond any decimal. */
  static @Nullable BigDecimal decimal(byte[] bytes, int scale) {
    return bytes.length == 0 || bytes.length > MAX_DECIMAL_BYTES
        ? null
        : new BigDecimal(new BigInteger(bytes), scale);
  }

  /** The value as JSON: numbers exact, times in ISO 8601, bytes in Base64. */
  JsonNode json(Schema schema) {
    return json(schema, 0);
  }

  private JsonNode json(Schema declared, int depth) {
    if (depth > MAX_DEPTH) {
      throw new Refused(Kind.LIMIT_EXCEEDED, "more than %d levels of nesting".formatted(MAX_DEPTH));
    }
    Schema schema = branch(declared);
    return switch (schema.getType()) {
      case NULL -> JSON.nullNode();
      case BOOLEAN -> JSON.booleanNode(bool());
      case INT, LONG -> whole(integer(), schema.getLogicalType());
      case FLOAT -> {
        float value = floating();
        yield Float.isFinite(value) ? JSON.numberNode(value) : JSON.textNode(Float.toString(value));
      }
      case DOUBLE -> {
        double value = doubleFloating();
        yield Double.isFinite(value)
            ? JSON.numberNode(value)
            : JSON.textNode(Double.toString(value));
      }
      case STRING -> JSON.textNode(text());
      case ENUM -> JSON.textNode(symbol(schema));
      case BYTES, FIXED -> binary(bytes(schema), schema.getLogicalType());
      case ARRAY -> array(schema, depth);
      case MAP -> map(schema, depth);
      case RECORD -> {
        ObjectNode object = JSON.objectNode();
        for (Schema.Field field : schema.getFields()) {
          object.set(field.name(), json(field.schema(), depth + 1));
        }
        yield object;
      }
      case UNION -> throw malformed("a union within a union");
    };
  }

  private ArrayNode array(Schema schema, int depth) {
    ArrayNode array = JSON.arrayNode();
    for (long left = block(); left > 0; left = block()) {
      for (; left > 0; left--) {
        int before = at;
        array.add(json(schema.getElementType(), depth + 1));
        if (at == before && ++emptyItems > MAX_EMPTY_ITEMS) {
          throw new Refused(
              Kind.LIMIT_EXCEEDED, "more than %d items without bytes".formatted(MAX_EMPTY_ITEMS));
        }
      }
    }
    return array;
  }

  private ObjectNode map(Schema schema, int depth) {
    ObjectNode object = JSON.objectNode();
    for (long left = block(); left > 0; left = block()) {
      for (; left > 0; left--) {
        String key = text();
        if (object.has(key)) {
          throw new Refused(Kind.DUPLICATE_FIELD, "a key of a map appears twice at byte " + at);
        }
        object.set(key, json(schema.getValueType(), depth + 1));
      }
    }
    return object;
  }

  /** How many items follow; a negative count is followed by their size. */
  private long block() {
    long count = integer();
    if (count >= 0) {
      return count;
    }
    long unused = integer();
    if (count == Long.MIN_VALUE) {
      throw malformed("a block of too many items");
    }
    return -count;
  }

  private static JsonNode whole(long value, @Nullable LogicalType logical) {
    String text = logical == null ? null : time(value, logical.getName());
    return text == null ? JSON.numberNode(value) : JSON.textNode(text);
  }

  /** A date or time in ISO 8601; null when the type is neither or nothing can write the value. */
  private static @Nullable String time(long value, String logical) {
    try {
      return switch (logical) {
        case "date" -> LocalDate.ofEpochDay(value).toString();
        case "time-millis" ->
            LocalTime.ofNanoOfDay(Math.multiplyExact(value, 1_000_000L)).toString();
        case "time-micros" -> LocalTime.ofNanoOfDay(Math.multiplyExact(value, 1_000L)).toString();
        case "timestamp-millis" -> Instant.EPOCH.plus(value, ChronoUnit.MILLIS).toString();
        case "timestamp-micros" -> Instant.EPOCH.plus(value, ChronoUnit.MICROS).toString();
        case "timestamp-nanos" -> Instant.EPOCH.plus(value, ChronoUnit.NANOS).toString();
        case "local-timestamp-millis" -> local(Instant.EPOCH.plus(value, ChronoUnit.MILLIS));
        case "local-timestamp-micros" -> local(Instant.EPOCH.plus(value, ChronoUnit.MICROS));
        case "local-timestamp-nanos" -> local(Instant.EPOCH.plus(value, ChronoUnit.NANOS));
        default -> null;
      };
    } catch (DateTimeException | ArithmeticException e) {
      return null; // as a number it is at least kept
    }
  }

  private static String local(Instant instant) {
    return LocalDateTime.ofInstant(instant, ZoneOffset.UTC).toString();
  }

  private static JsonNode binary(byte[] value, @Nullable LogicalType logical) {
    if (logical instanceof LogicalTypes.Decimal decimal) {
      BigDecimal number = decimal(value, decimal.getScale());
      if (number != null) {
        return JSON.numberNode(number);
      }
    }
    UUID uuid = uuid(value, logical);
    return JSON.textNode(
        uuid == null ? Base64.getEncoder().encodeToString(value) : uuid.toString());
  }

  /** The bytes of a fixed of 16 bytes that is declared to be one; null of any other. */
  static @Nullable UUID uuid(byte[] value, @Nullable LogicalType logical) {
    if (logical == null || !logical.getName().equals("uuid") || value.length != 2 * Long.BYTES) {
      return null;
    }
    ByteBuffer buffer = ByteBuffer.wrap(value);
    return new UUID(buffer.getLong(), buffer.getLong());
  }
}
