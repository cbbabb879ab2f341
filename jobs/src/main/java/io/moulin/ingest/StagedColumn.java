package io.moulin.ingest;

import io.moulin.decode.DecodedColumn;
import io.moulin.spec.DataType;
import io.moulin.spec.DataType.Decimal;
import io.moulin.spec.DataType.Scalar;
import io.moulin.spec.Sql;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.Base64;
import java.util.function.Function;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBLogicalType;
import org.duckdb.DuckDBTableFunctionBindInfo;
import org.duckdb.DuckDBWritableVector;

/**
 * One column on its way from Java into DuckDB. The driver's vectors take numbers, dates, decimals
 * and text. The other types travel as one of these, and SQL makes them what they are: exactly,
 * where the decoder has kept times within the years 1 to 9999.
 *
 * <p>Each type has a loop of its own, so that a value costs no call through an interface.
 *
 * @param travels the type of the vector
 * @param arrived the value in SQL, {@code %s} being what has travelled
 */
record StagedColumn(
    String name, DecodedColumn values, DataType travels, String arrived, Vectors vectors) {

  /** Fills the beginning of a vector with rows of a column. */
  private interface Vectors {
    void fill(DuckDBWritableVector vector, DecodedColumn values, int from, int count);
  }

  static StagedColumn of(String name, DataType type, DecodedColumn values) {
    if (type instanceof Decimal) {
      return new StagedColumn(name, values, type, "%s", StagedColumn::decimals);
    }
    if (!(type instanceof Scalar scalar)) {
      return text(name, values, "%s", value -> utf8((String) value));
    }
    return switch (scalar) {
      case BOOLEAN -> new StagedColumn(name, values, type, "%s", StagedColumn::booleans);
      case INT -> new StagedColumn(name, values, type, "%s", StagedColumn::ints);
      case LONG -> longs(name, values, "%s");
      case FLOAT -> new StagedColumn(name, values, type, "%s", StagedColumn::floats);
      case DOUBLE -> new StagedColumn(name, values, type, "%s", StagedColumn::doubles);
      case STRING -> text(name, values, "%s", value -> utf8((String) value));
      case DATE -> new StagedColumn(name, values, type, "%s", StagedColumn::dates);
      case TIME -> longs(name, values, "CAST(make_timestamp(%s) AS TIME)");
      case TIMESTAMP -> longs(name, values, "make_timestamp(%s)");
      case TIMESTAMPTZ -> longs(name, values, "make_timestamptz(%s)");
      case BINARY ->
          text(
              name, values, "from_base64(%s)", value -> Base64.getEncoder().encode((byte[]) value));
      case UUID -> text(name, values, "CAST(%s AS UUID)", value -> utf8(value.toString()));
    };
  }

  private static StagedColumn longs(String name, DecodedColumn values, String arrived) {
    return new StagedColumn(name, values, Scalar.LONG, arrived, StagedColumn::longs);
  }

  /** All text of a vector is handed over at once. */
  private static StagedColumn text(
      String name, DecodedColumn values, String arrived, Function<Object, byte[]> utf8) {
    return new StagedColumn(
        name,
        values,
        Scalar.STRING,
        arrived,
        (vector, column, from, count) -> {
          byte[][] texts = new byte[count][];
          for (int i = 0; i < count; i++) {
            if (column.has(from + i)) {
              texts[i] = utf8.apply(column.objectAt(from + i));
            }
          }
          vector.setStringUtf8Batch(0, texts);
        });
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Declares the column as it travels. */
  void declare(DuckDBTableFunctionBindInfo function) throws SQLException {
    if (travels instanceof Decimal decimal) {
      try (DuckDBLogicalType type =
          DuckDBLogicalType.decimal(decimal.precision(), decimal.scale())) {
        function.addResultColumn(name, type);
      }
    } else {
      function.addResultColumn(name, DuckDBColumnType.valueOf(travels.sql()));
    }
  }

  /** The column's value, made of what has travelled. */
  String sql() {
    return arrived.formatted(Sql.name(name));
  }

  void fill(DuckDBWritableVector vector, int from, int count) {
    vectors.fill(vector, values, from, count);
  }

  private static void booleans(DuckDBWritableVector to, DecodedColumn column, int from, int count) {
    for (int i = 0; i < count; i++) {
      if (column.has(from + i)) {
        to.setBoolean(i, column.longAt(from + i) != 0);
      } else {
        to.setNull(i);
      }
    }
  }

  private static void ints(DuckDBWritableVector to, DecodedColumn column, int from, int count) {
    for (int i = 0; i < count; i++) {
      if (column.has(from + i)) {
        to.setInt(i, (int) column.longAt(from + i));
      } else {
        to.setNull(i);
      }
    }
  }

  private static void longs(DuckDBWritableVector to, DecodedColumn column, int from, int count) {
    for (int i = 0; i < count; i++) {
      if (column.has(from + i)) {
        to.setLong(i, column.longAt(from + i));
      } else {
        to.setNull(i);
      }
    }
  }

  private static void floats(DuckDBWritableVector to, DecodedColumn column, int from, int count) {
    for (int i = 0; i < count; i++) {
      if (column.has(from + i)) {
        to.setFloat(i, (float) column.doubleAt(from + i));
      } else {
        to.setNull(i);
      }
    }
  }

  private static void doubles(DuckDBWritableVector to, DecodedColumn column, int from, int count) {
    for (int i = 0; i < count; i++) {
      if (column.has(from + i)) {
        to.setDouble(i, column.doubleAt(from + i));
      } else {
        to.setNull(i);
      }
    }
  }

  private static void dates(DuckDBWritableVector to, DecodedColumn column, int from, int count) {
    for (int i = 0; i < count; i++) {
      if (column.has(from + i)) {
        to.setDate(i, LocalDate.ofEpochDay(column.longAt(from + i)));
      } else {
        to.setNull(i);
      }
    }
  }

  private static void decimals(DuckDBWritableVector to, DecodedColumn column, int from, int count) {
    for (int i = 0; i < count; i++) {
      if (column.has(from + i)) {
        to.setBigDecimal(i, (BigDecimal) column.objectAt(from + i));
      } else {
        to.setNull(i);
      }
    }
  }
}
