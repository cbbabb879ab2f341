package io.moulin.decode;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moulin.spec.DataType;
import io.moulin.spec.DataType.Decimal;
import io.moulin.spec.DataType.ListOf;
import io.moulin.spec.DataType.MapOf;
import io.moulin.spec.DataType.Scalar;
import io.moulin.spec.DataType.Struct;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Iterator;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Checks a list, map or struct against its declared type and writes it in the form that DuckDB
 * casts without loss: every scalar as text, because a JSON number would pass through a double.
 */
final class NestedJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final DataType type;
  private final TimeFormats times;

  NestedJson(DataType type, TimeFormats times) {
    this.type = type;
    this.times = times;
  }

  /** The canonical text; null when {@code json} is not of the type. */
  @Nullable String canonical(String json) {
    try {
      return MAPPER.writeValueAsString(convert(MAPPER.readTree(json), type));
    } catch (JsonProcessingException | NumberFormatException | Misfit e) {
      return null; // a number's exponent can be one that BigDecimal cannot hold
    }
  }

  private JsonNode convert(JsonNode value, DataType as) {
    if (value.isNull()) {
      return value;
    }
    if (as instanceof ListOf list) {
      return convertList(value, list);
    }
    if (as instanceof MapOf map) {
      return convertMap(value, map);
    }
    if (as instanceof Struct struct) {
      return convertStruct(value, struct);
    }
    return JsonNodeFactory.instance.textNode(scalar(value, as));
  }

  private JsonNode convertList(JsonNode value, ListOf list) {
    require(value.isArray());
    ArrayNode converted = JsonNodeFactory.instance.arrayNode(value.size());
    for (JsonNode element : value) {
      converted.add(convert(element, list.element()));
    }
    return converted;
  }

  private JsonNode convertMap(JsonNode value, MapOf map) {
    require(value.isObject());
    ObjectNode converted = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      String key = scalarText(entry.getKey(), map.key());
      converted.set(key, convert(entry.getValue(), map.value()));
    }
    return converted;
  }

  private JsonNode convertStruct(JsonNode value, Struct struct) {
    require(value.isObject());
    ObjectNode converted = JsonNodeFactory.instance.objectNode();
    for (DataType.Field field : struct.fields()) {
      JsonNode member = value.get(field.name());
      if (member != null) {
        converted.set(field.name(), convert(member, field.type()));
      }
    }
    for (Iterator<String> names = value.fieldNames(); names.hasNext(); ) {
      require(converted.has(names.next())); // an undeclared member would be lost
    }
    return converted;
  }

  private String scalar(JsonNode value, DataType as) {
    if (as instanceof Decimal decimal) {
      require(value.isNumber());
      BigDecimal exact = JsonColumn.exact(value.decimalValue(), decimal);
      require(exact != null);
      return String.valueOf(exact);
    }
    return switch ((Scalar) as) {
      case BOOLEAN -> {
        require(value.isBoolean());
        yield value.asText();
      }
      case INT -> {
        require(value.isNumber() && value.canConvertToExactIntegral() && value.canConvertToInt());
        yield Integer.toString(value.intValue());
      }
      case LONG -> {
        require(value.isNumber() && value.canConvertToExactIntegral() && value.canConvertToLong());
        yield Long.toString(value.longValue());
      }
      case FLOAT, DOUBLE -> {
        require(value.isNumber());
        double number = as == Scalar.FLOAT ? value.floatValue() : value.doubleValue();
        require(!Double.isInfinite(number));
        yield as == Scalar.FLOAT ? Float.toString(value.floatValue()) : Double.toString(number);
      }
      default -> {
        require(value.isTextual());
        yield scalarText(value.textValue(), as);
      }
    };
  }

  /** Text in the form that DuckDB casts to {@code as}. */
  private String scalarText(String text, DataType as) {
    if (!(as instanceof Scalar type)) {
      return scalar(number(text), as);
    }
    try {
      return switch (type) {
        case STRING -> text;
        case DATE -> LocalDate.parse(text).toString();
        case TIME -> LocalTime.parse(text).toString();
        case UUID -> UUID.fromString(text).toString();
        case TIMESTAMP -> timestamp(times.local(text)).toString();
        case TIMESTAMPTZ -> timestamp(times.instant(text)) + "Z";
        case BINARY -> hex(Base64.getDecoder().decode(text));
        case BOOLEAN, INT, LONG, FLOAT, DOUBLE -> scalar(number(text), as);
      };
    } catch (DateTimeException | IllegalArgumentException e) {
      throw new Misfit();
    }
  }

  /** The key of a map, which JSON can only write as text, as the JSON value that it stands for. */
  private static JsonNode number(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new Misfit();
    }
  }

  private static LocalDateTime timestamp(long micros) {
    require(micros != TimeFormats.UNREADABLE);
    return LocalDateTime.ofInstant(Instant.EPOCH.plus(micros, ChronoUnit.MICROS), ZoneOffset.UTC);
  }

  /** DuckDB's text form of bytes. */
  private static String hex(byte[] bytes) {
    StringBuilder text = new StringBuilder(bytes.length * 4);
    for (byte b : bytes) {
      text.append("\\x").append(Character.forDigit((b >> 4) & 0xF, 16));
      text.append(Character.forDigit(b & 0xF, 16));
    }
    return text.toString();
  }

  private static void require(boolean fits) {
    if (!fits) {
      throw new Misfit();
    }
  }

  /** The value is not of the declared type. */
  private static final class Misfit extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Misfit() {
      super(null, null, false, false);
    }
  }
}
