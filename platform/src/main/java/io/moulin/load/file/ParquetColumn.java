package io.moulin.load.file;

import com.fasterxml.jackson.core.io.NumberOutput;
import io.moulin.load.file.ColumnMatch.Matched;
import io.moulin.load.file.WireText.ColumnForm;
import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DataType;
import io.moulin.spec.DataType.Scalar;
import io.moulin.spec.DatasetSpec;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** One column of a Parquet file: from the file's type to the JSON form of the wire's type. */
public record ParquetColumn(
    Matched matched, Form form, int at, JsonText.Field field, WireText wireText, TimeText time) {
  private static final double EXACT_WHOLE = 1L << 53;

  /** How a value leaves DuckDB. */
  public enum Form {
    NULL,
    WHOLE,
    FLOAT,
    DOUBLE,
    DECIMAL,
    BOOLEAN,
    TIMESTAMP,
    TIMESTAMP_NANOS,
    INSTANT,
    BINARY,
    NESTED,
    TEXT;

    static Form of(String type) {
      if (type.endsWith("]") || type.startsWith("STRUCT(") || type.startsWith("MAP(")) {
        return NESTED;
      }
      if (type.startsWith("DECIMAL(")) {
        return DECIMAL;
      }
      return switch (type) {
        case "\"NULL\"" -> NULL;
        case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER" ->
            WHOLE;
        case "HUGEINT", "UHUGEINT", "UBIGINT" -> DECIMAL;
        case "FLOAT" -> FLOAT;
        case "DOUBLE" -> DOUBLE;
        case "BOOLEAN" -> BOOLEAN;
        case "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS" -> TIMESTAMP;
        case "TIMESTAMP_NS" -> TIMESTAMP_NANOS;
        case "TIMESTAMP WITH TIME ZONE" -> INSTANT;
        case "BLOB" -> BINARY;
        default -> TEXT;
      };
    }

    String sql(String name) {
      return switch (this) {
        case NULL -> "NULL::VARCHAR";
        case WHOLE -> "CAST(%s AS BIGINT)".formatted(name);
        case FLOAT, DOUBLE, BOOLEAN -> name;
        case TIMESTAMP -> "epoch_us(CAST(%s AS TIMESTAMP))".formatted(name);
        case TIMESTAMP_NANOS -> "epoch_ns(%s)".formatted(name);
        case INSTANT -> "epoch_us(%s)".formatted(name);
        case BINARY -> "base64(%s)".formatted(name);
        case NESTED -> "CAST(to_json(%s) AS VARCHAR)".formatted(name);
        case DECIMAL, TEXT -> "CAST(%s AS VARCHAR)".formatted(name);
      };
    }
  }

  public static ParquetColumn of(Matched matched, String type, int at, DatasetSpec dataset) {
    ColumnSpec column = matched.column();
    return new ParquetColumn(
        matched,
        Form.of(type),
        at,
        new JsonText.Field(matched.wire()),
        new WireText(column, dataset.nulls()),
        new TimeText(column, dataset.time()));
  }

  private @Nullable DataType wire() {
    ColumnSpec column = matched.column();
    return column == null ? null : column.type();
  }

  /** Appends the field with its value. */
  public void append(JsonText json, ResultSet rows) throws SQLException {
    field.appendTo(json);
    String text = text(rows);
    if (text == null) {
      json.ascii("null");
      return;
    }
    switch (form) {
      case WHOLE, DECIMAL, FLOAT, DOUBLE -> {
        if (wire() == Scalar.STRING || !WireText.isNumber(text)) {
          json.text(text);
        } else {
          json.ascii(text);
        }
      }
      case TIMESTAMP, TIMESTAMP_NANOS, INSTANT -> {
        if (WireText.isNumber(text) && wire() != Scalar.STRING) {
          json.ascii(text);
        } else {
          json.text(text);
        }
      }
      case BOOLEAN -> {
        if (wire() == Scalar.STRING) {
          json.text(text);
        } else {
          json.ascii(text);
        }
      }
      case NESTED -> {
        if (wire() == Scalar.STRING) {
          json.text(text);
        } else {
          json.raw(text);
        }
      }
      case NULL, BINARY -> json.text(text);
      case TEXT -> wireText.append(json, text, ColumnForm.of(matched.column()));
    }
  }

  /** The value as text; null for no value. */
  @Nullable String text(ResultSet rows) throws SQLException {
    return switch (form) {
      case WHOLE -> {
        long value = rows.getLong(at);
        yield value == 0 && rows.wasNull() ? null : Long.toString(value);
      }
      case FLOAT -> {
        float value = rows.getFloat(at);
        yield rows.wasNull() ? null : text(value);
      }
      case DOUBLE -> {
        double value = rows.getDouble(at);
        yield rows.wasNull() ? null : text(value);
      }
      case BOOLEAN -> {
        boolean value = rows.getBoolean(at);
        yield !value && rows.wasNull() ? null : Boolean.toString(value);
      }
      case DECIMAL -> {
        String value = rows.getString(at);
        yield value == null ? null : decimal(value);
      }
      case TIMESTAMP, INSTANT, TIMESTAMP_NANOS -> {
        long value = rows.getLong(at);
        yield value == 0 && rows.wasNull() ? null : time(value);
      }
      case NULL, BINARY, NESTED, TEXT -> rows.getString(at);
    };
  }

  private boolean wholeOnWire() {
    return wire() == Scalar.INT || wire() == Scalar.LONG;
  }

  private String text(double value) {
    // A month writes 1 where another writes 1.0: on the wire it is what the manifest says.
    if (wholeOnWire() && value == Math.rint(value) && Math.abs(value) < EXACT_WHOLE) {
      return Long.toString((long) value);
    }
    return NumberOutput.toString(value, true);
  }

  private String text(float value) {
    if (wholeOnWire() || wire() == Scalar.DOUBLE) {
      return text((double) value);
    }
    return NumberOutput.toString(value, true);
  }

  private String decimal(String value) {
    if (wholeOnWire()) {
      BigDecimal number = new BigDecimal(value).stripTrailingZeros();
      return number.scale() <= 0 ? number.toPlainString() : value;
    }
    return value;
  }

  private String time(long value) {
    return switch (form) {
      case TIMESTAMP_NANOS -> time.ofNanos(value);
      case INSTANT -> time.ofInstant(value);
      default -> wire() == Scalar.DATE ? time.dateOf(value) : time.ofLocal(value);
    };
  }
}
