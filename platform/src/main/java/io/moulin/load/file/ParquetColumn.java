package io.moulin.load.file;

import io.moulin.load.file.ColumnMatch.Matched;
import io.moulin.load.file.WireColumn.Form;
import io.moulin.spec.DatasetSpec;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** One column of a Parquet file, as DuckDB reads it. */
record ParquetColumn(Matched matched, Form form, int at, WireColumn wire) {

  static ParquetColumn of(Matched matched, String type, int at, DatasetSpec dataset) {
    return new ParquetColumn(matched, form(type), at, new WireColumn(matched, dataset));
  }

  private static Form form(String type) {
    if (type.endsWith("]") || type.startsWith("STRUCT(") || type.startsWith("MAP(")) {
      return Form.NESTED;
    }
    if (type.startsWith("DECIMAL(")) {
      return Form.DECIMAL;
    }
    return switch (type) {
      case "\"NULL\"" -> Form.NULL;
      case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER" ->
          Form.WHOLE;
      case "HUGEINT", "UHUGEINT", "UBIGINT" -> Form.DECIMAL;
      case "FLOAT" -> Form.FLOAT;
      case "DOUBLE" -> Form.DOUBLE;
      case "BOOLEAN" -> Form.BOOLEAN;
      case "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS" -> Form.TIMESTAMP;
      case "TIMESTAMP_NS" -> Form.TIMESTAMP_NANOS;
      case "TIMESTAMP WITH TIME ZONE" -> Form.INSTANT;
      case "BLOB" -> Form.BINARY;
      default -> Form.TEXT;
    };
  }

  /** How the value of the column {@code name} leaves DuckDB. */
  String sql(String name) {
    return switch (form) {
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

  /** Appends the field with its value. */
  void append(JsonText json, ResultSet rows) throws SQLException {
    wire.append(json, form, text(rows));
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
        yield rows.wasNull() ? null : wire.text(value);
      }
      case DOUBLE -> {
        double value = rows.getDouble(at);
        yield rows.wasNull() ? null : wire.text(value);
      }
      case BOOLEAN -> {
        boolean value = rows.getBoolean(at);
        yield !value && rows.wasNull() ? null : Boolean.toString(value);
      }
      case DECIMAL -> {
        String value = rows.getString(at);
        yield value == null ? null : wire.decimal(value);
      }
      case TIMESTAMP, INSTANT, TIMESTAMP_NANOS -> {
        long value = rows.getLong(at);
        yield value == 0 && rows.wasNull() ? null : wire.time(form, value);
      }
      case NULL, BINARY, NESTED, TEXT -> rows.getString(at);
    };
  }
}
