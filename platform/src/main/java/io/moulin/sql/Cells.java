package io.moulin.sql;

import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Blob;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Struct;
import java.sql.Timestamp;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.duckdb.DuckDBStruct;
import org.duckdb.JsonNode;
import org.jspecify.annotations.Nullable;

/** Turns DuckDB's values into cells. */
final class Cells {
  private static final int FIRST_PRINTABLE = 0x20;
  private static final int LAST_PRINTABLE = 0x7e;

  private Cells() {}

  /** The value in the column of that index, from 1; null for NULL. */
  static @Nullable Cell of(ResultSet row, int column, String type) throws SQLException {
    // As a Timestamp it would be read in the zone of this process, where some times do not exist.
    Object value =
        type.equals("TIMESTAMP")
            ? row.getObject(column, LocalDateTime.class)
            : row.getObject(column);
    return value == null ? null : cell(value);
  }

  private static Cell cell(Object value) throws SQLException {
    if (value instanceof Boolean) {
      return new Cell(Cell.Kind.BOOLEAN, value.toString());
    } else if (value instanceof BigDecimal decimal) {
      return new Cell(Cell.Kind.NUMBER, decimal.toPlainString());
    } else if (value instanceof Double || value instanceof Float) {
      double number = ((Number) value).doubleValue();
      return new Cell(
          Double.isFinite(number) ? Cell.Kind.NUMBER : Cell.Kind.TEXT, value.toString());
    } else if (value instanceof Number) {
      return new Cell(Cell.Kind.NUMBER, value.toString());
    } else if (value instanceof Array
        || value instanceof Map
        || value instanceof Struct
        || value instanceof JsonNode) {
      StringBuilder json = new StringBuilder();
      json(json, value);
      return new Cell(Cell.Kind.JSON, json.toString());
    }
    return new Cell(Cell.Kind.TEXT, text(value));
  }

  private static String text(Object value) throws SQLException {
    if (value instanceof LocalDateTime time) {
      return DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(time);
    } else if (value instanceof Timestamp time) {
      return DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(time.toLocalDateTime());
    } else if (value instanceof OffsetDateTime time) {
      return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
          time.withOffsetSameInstant(ZoneOffset.UTC));
    } else if (value instanceof LocalTime time) {
      return DateTimeFormatter.ISO_LOCAL_TIME.format(time);
    } else if (value instanceof Blob blob) {
      return bytes(blob.getBytes(1, Math.toIntExact(blob.length())));
    } else if (value instanceof byte[] bytes) {
      return bytes(bytes);
    }
    return value.toString();
  }

  private static String bytes(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte b : bytes) {
      if (b >= FIRST_PRINTABLE && b <= LAST_PRINTABLE && b != '\\') {
        text.append((char) b);
      } else {
        text.append("\\x%02X".formatted(b));
      }
    }
    return text.toString();
  }

  private static void json(StringBuilder json, @Nullable Object value) throws SQLException {
    if (value == null) {
      json.append("null");
    } else if (value instanceof JsonNode node) {
      json.append(node);
    } else if (value instanceof Array array) {
      List<String> items = new ArrayList<>();
      for (Object item : (Object[]) array.getArray()) {
        items.add(nested(item));
      }
      json.append('[').append(String.join(",", items)).append(']');
    } else if (value instanceof DuckDBStruct struct) {
      object(json, struct.getMap());
    } else if (value instanceof Map<?, ?> map) {
      object(json, map);
    } else {
      json.append(cell(value).json());
    }
  }

  private static void object(StringBuilder json, Map<?, ?> map) throws SQLException {
    List<String> fields = new ArrayList<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      Object key = entry.getKey();
      String name = key == null ? "null" : cell(key).text();
      fields.add(new Cell(Cell.Kind.TEXT, name).json() + ":" + nested(entry.getValue()));
    }
    json.append('{').append(String.join(",", fields)).append('}');
  }

  private static String nested(@Nullable Object value) throws SQLException {
    StringBuilder json = new StringBuilder();
    json(json, value);
    return json.toString();
  }
}
