package io.moulin.load.file;

import io.moulin.load.file.ColumnMatch.Matched;
import io.moulin.load.file.WireColumn.Form;
import io.moulin.spec.DatasetSpec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.Conversions;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/** One field of the records of an Avro file. */
final class AvroField {
  private static final Conversions.DecimalConversion DECIMAL = new Conversions.DecimalConversion();
  private static final String NO_ZONE = "local-";

  private final Schema.Field field;
  private final WireColumn wire;

  AvroField(Matched matched, Schema.Field field, DatasetSpec dataset) {
    this.field = field;
    this.wire = new WireColumn(matched, dataset);
  }

  /** A value as text. */
  private record Written(Form form, @Nullable String text) {}

  /** Appends the field with its value. */
  void append(JsonText json, GenericRecord row) {
    Written written = written(row.get(field.pos()), field.schema());
    wire.append(json, written.form, written.text);
  }

  /** The value as text; null for no value. */
  @Nullable String text(GenericRecord row) {
    return written(row.get(field.pos()), field.schema()).text;
  }

  private Written written(@Nullable Object value, Schema declared) {
    if (value == null) {
      return new Written(Form.NULL, null);
    }
    Schema schema = branch(value, declared);
    return switch (schema.getType()) {
      case BOOLEAN -> new Written(Form.BOOLEAN, value.toString());
      case INT, LONG -> whole(((Number) value).longValue(), schema.getLogicalType());
      case FLOAT -> new Written(Form.FLOAT, wire.text((float) value));
      case DOUBLE -> new Written(Form.DOUBLE, wire.text((double) value));
      case BYTES, FIXED -> binary(value, schema);
      case ARRAY, MAP, RECORD -> {
        JsonText json = new JsonText();
        appendNested(json, value, schema);
        yield new Written(Form.NESTED, new String(json.copy(), StandardCharsets.UTF_8));
      }
      default -> new Written(Form.TEXT, value.toString());
    };
  }

  private static Schema branch(Object value, Schema schema) {
    return schema.isUnion()
        ? schema.getTypes().get(GenericData.get().resolveUnion(schema, value))
        : schema;
  }

  private Written whole(long value, @Nullable LogicalType logical) {
    String name = logical == null ? "" : logical.getName();
    Form form = name.startsWith(NO_ZONE) ? Form.TIMESTAMP : Form.INSTANT;
    try {
      return switch (name.startsWith(NO_ZONE) ? name.substring(NO_ZONE.length()) : name) {
        case "date" -> new Written(Form.TEXT, LocalDate.ofEpochDay(value).toString());
        case "time-millis" -> timeOfDay(Math.multiplyExact(value, 1_000_000L));
        case "time-micros" -> timeOfDay(Math.multiplyExact(value, 1_000L));
        case "timestamp-millis" -> time(form, Math.multiplyExact(value, 1_000L));
        case "timestamp-micros" -> time(form, value);
        case "timestamp-nanos" -> nanos(form, value);
        default -> new Written(Form.WHOLE, Long.toString(value));
      };
    } catch (DateTimeException | ArithmeticException e) {
      return new Written(Form.WHOLE, Long.toString(value)); // nothing writes it as a time
    }
  }

  private static Written timeOfDay(long nanos) {
    return new Written(Form.TEXT, LocalTime.ofNanoOfDay(nanos).toString());
  }

  private Written time(Form form, long micros) {
    return new Written(form, wire.time(form, micros));
  }

  private Written nanos(Form form, long value) {
    if (value % 1_000 == 0) {
      return time(form, value / 1_000);
    }
    return form == Form.TIMESTAMP
        ? time(Form.TIMESTAMP_NANOS, value)
        : new Written(Form.TEXT, Instant.EPOCH.plus(value, ChronoUnit.NANOS).toString());
  }

  private Written binary(Object value, Schema schema) {
    LogicalType logical = schema.getLogicalType();
    if (logical instanceof LogicalTypes.Decimal) {
      return new Written(Form.DECIMAL, wire.decimal(decimal(value, schema, logical)));
    }
    return logical != null && logical.getName().equals("uuid")
        ? new Written(Form.TEXT, uuid(bytes(value)))
        : new Written(Form.BINARY, Base64.getEncoder().encodeToString(bytes(value)));
  }

  private static String decimal(Object value, Schema schema, LogicalType logical) {
    return (value instanceof GenericFixed fixed
            ? DECIMAL.fromFixed(fixed, schema, logical)
            : DECIMAL.fromBytes((ByteBuffer) value, schema, logical))
        .toPlainString();
  }

  private static String uuid(byte[] value) {
    ByteBuffer bytes = ByteBuffer.wrap(value);
    return new UUID(bytes.getLong(), bytes.getLong()).toString();
  }

  private static byte[] bytes(Object value) {
    if (value instanceof GenericFixed fixed) {
      return fixed.bytes();
    }
    ByteBuffer buffer = ((ByteBuffer) value).duplicate();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  /** A value within another: numbers exact, times in ISO 8601 or as declared, bytes in Base64. */
  private void appendNested(JsonText json, @Nullable Object value, Schema declared) {
    if (value == null) {
      json.ascii("null");
      return;
    }
    Schema schema = branch(value, declared);
    switch (schema.getType()) {
      case ARRAY -> {
        json.raw('[');
        String between = "";
        for (Object item : (Collection<?>) value) {
          json.ascii(between);
          appendNested(json, item, schema.getElementType());
          between = ",";
        }
        json.raw(']');
      }
      case MAP -> {
        json.raw('{');
        String between = "";
        for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
          json.ascii(between);
          json.text(entry.getKey().toString());
          json.raw(':');
          appendNested(json, entry.getValue(), schema.getValueType());
          between = ",";
        }
        json.raw('}');
      }
      case RECORD -> {
        json.raw('{');
        String between = "";
        for (Schema.Field member : schema.getFields()) {
          json.ascii(between);
          json.text(member.name());
          json.raw(':');
          appendNested(json, ((GenericRecord) value).get(member.pos()), member.schema());
          between = ",";
        }
        json.raw('}');
      }
      default -> {
        Written written = written(value, schema);
        String text = String.valueOf(written.text);
        boolean bare = written.form != Form.TEXT && written.form != Form.BINARY;
        if (bare && (written.form == Form.BOOLEAN || WireText.isNumber(text))) {
          json.ascii(text);
        } else {
          json.text(text);
        }
      }
    }
  }
}
