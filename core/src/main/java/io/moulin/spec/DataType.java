package io.moulin.spec;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A column's type, in the words of the manifest. {@link #toString()} is what a user writes and
 * {@link TypeParser} reads it back; {@link #sql()} is the same type in DuckDB SQL.
 */
public sealed interface DataType extends Serializable {

  /** This type in DuckDB SQL, for casts and table definitions. */
  String sql();

  /** True for a type whose values have parts: list, map, struct. */
  default boolean nested() {
    return !(this instanceof Scalar || this instanceof Decimal);
  }

  /** The types without parameters. */
  enum Scalar implements DataType {
    BOOLEAN("BOOLEAN"),
    INT("INTEGER"),
    LONG("BIGINT"),
    FLOAT("FLOAT"),
    DOUBLE("DOUBLE"),
    STRING("VARCHAR"),
    DATE("DATE"),
    TIME("TIME"),
    /** Date and time without a zone, in microseconds. */
    TIMESTAMP("TIMESTAMP"),
    /** An instant, in microseconds. */
    TIMESTAMPTZ("TIMESTAMPTZ"),
    BINARY("BLOB"),
    UUID("UUID");

    private final String sql;

    Scalar(String sql) {
      this.sql = sql;
    }

    @Override
    public String sql() {
      return sql;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * An exact number of {@code precision} digits, {@code scale} of them after the point.
   *
   * @param precision 1 to 38
   * @param scale 0 to {@code precision}
   */
  record Decimal(int precision, int scale) implements DataType {
    /** The most digits that Parquet, Iceberg and DuckDB all carry. */
    public static final int MAX_PRECISION = 38;

    public Decimal {
      if (precision < 1 || precision > MAX_PRECISION || scale < 0 || scale > precision) {
        throw new IllegalArgumentException(
            "Invalid decimal(%d,%d): precision is 1 to 38, scale 0 to precision"
                .formatted(precision, scale));
      }
    }

    @Override
    public String sql() {
      return "DECIMAL(%d,%d)".formatted(precision, scale);
    }

    @Override
    public String toString() {
      return "decimal(%d,%d)".formatted(precision, scale);
    }
  }

  /** A sequence of values of one type. */
  record ListOf(DataType element) implements DataType {
    @Override
    public String sql() {
      return element.sql() + "[]";
    }

    @Override
    public String toString() {
      return "list<" + element + ">";
    }
  }

  /** Values by key. Keys are scalars. */
  record MapOf(DataType key, DataType value) implements DataType {
    @Override
    public String sql() {
      return "MAP(" + key.sql() + ", " + value.sql() + ")";
    }

    @Override
    public String toString() {
      return "map<" + key + ", " + value + ">";
    }
  }

  /** Named fields, in order. */
  record Struct(List<Field> fields) implements DataType {
    public Struct {
      fields = List.copyOf(fields);
    }

    @Override
    public String sql() {
      return fields.stream()
          .map(field -> Sql.name(field.name()) + " " + field.type().sql())
          .collect(Collectors.joining(", ", "STRUCT(", ")"));
    }

    @Override
    public String toString() {
      return fields.stream()
          .map(field -> field.name() + ": " + field.type())
          .collect(Collectors.joining(", ", "struct<", ">"));
    }
  }

  /** One field of a {@link Struct}. */
  record Field(String name, DataType type) implements Serializable {}
}
