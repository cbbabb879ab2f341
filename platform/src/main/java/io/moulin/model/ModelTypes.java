package io.moulin.model;

import io.moulin.spec.DataType;
import io.moulin.spec.DataType.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** DuckDB's types, as its {@code DESCRIBE} writes them, in our words. */
final class ModelTypes {
  private static final Pattern DECIMAL = Pattern.compile("DECIMAL\\((\\d+),\\s*(\\d+)\\)");
  private static final Pattern ARRAY = Pattern.compile("\\[\\d*]$");

  private ModelTypes() {}

  /** The type of a column that holds such values; empty when there is none. */
  static Optional<DataType> of(String duckdb) {
    String type = duckdb.strip();
    Matcher array = ARRAY.matcher(type);
    if (array.find()) {
      return of(type.substring(0, array.start())).map(DataType.ListOf::new);
    }
    Matcher decimal = DECIMAL.matcher(type);
    if (decimal.matches()) {
      return Optional.of(
          new DataType.Decimal(
              Integer.parseInt(decimal.group(1)), Integer.parseInt(decimal.group(2))));
    }
    if (type.startsWith("STRUCT(")) {
      return struct(inner(type));
    }
    if (type.startsWith("MAP(")) {
      return map(inner(type));
    }
    if (type.startsWith("ENUM(")) {
      return Optional.of(Scalar.STRING);
    }
    return scalar(type.toUpperCase(Locale.ROOT));
  }

  private static Optional<DataType> scalar(String type) {
    Scalar scalar =
        switch (type) {
          case "BOOLEAN" -> Scalar.BOOLEAN;
          case "TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT" -> Scalar.INT;
          // A sum of whole numbers is a HUGEINT to DuckDB; the cast fails loudly if one is that
          // large.
          case "BIGINT", "UINTEGER", "UBIGINT", "HUGEINT", "UHUGEINT" -> Scalar.LONG;
          case "FLOAT" -> Scalar.FLOAT;
          case "DOUBLE" -> Scalar.DOUBLE;
          case "VARCHAR", "JSON" -> Scalar.STRING;
          case "DATE" -> Scalar.DATE;
          case "TIME" -> Scalar.TIME;
          case "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS" -> Scalar.TIMESTAMP;
          case "TIMESTAMP WITH TIME ZONE" -> Scalar.TIMESTAMPTZ;
          case "BLOB" -> Scalar.BINARY;
          case "UUID" -> Scalar.UUID;
          default -> null;
        };
    return Optional.ofNullable(scalar);
  }

  private static String inner(String type) {
    return type.substring(type.indexOf('(') + 1, type.length() - 1);
  }

  private static Optional<DataType> struct(String inner) {
    List<DataType.Field> fields = new ArrayList<>();
    for (String part : parts(inner)) {
      String field = part.strip();
      boolean quoted = field.startsWith("\"");
      int end = quoted ? closing(field) : field.indexOf(' ');
      if (end < 0) {
        return Optional.empty();
      }
      String name =
          quoted ? field.substring(1, end).replace("\"\"", "\"") : field.substring(0, end);
      Optional<DataType> type = of(field.substring(end + 1));
      if (type.isEmpty()) {
        return Optional.empty();
      }
      fields.add(new DataType.Field(name, type.get()));
    }
    return Optional.of(new DataType.Struct(fields));
  }

  private static Optional<DataType> map(String inner) {
    List<String> parts = parts(inner);
    if (parts.size() != 2) {
      return Optional.empty();
    }
    Optional<DataType> key = of(parts.get(0)).filter(type -> !type.nested());
    Optional<DataType> value = of(parts.get(1));
    return key.isPresent() && value.isPresent()
        ? Optional.of(new DataType.MapOf(key.get(), value.get()))
        : Optional.empty();
  }

  /** The quote that ends a name which begins with one. */
  private static int closing(String text) {
    for (int i = 1; i < text.length(); i++) {
      if (text.charAt(i) == '"') {
        if (i + 1 < text.length() && text.charAt(i + 1) == '"') {
          i++;
        } else {
          return i;
        }
      }
    }
    return -1;
  }

  /** Splits at the commas that are in no brackets and no quotes. */
  private static List<String> parts(String text) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    boolean quoted = false;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      quoted ^= c == '"';
      if (!quoted) {
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        if (c == ',' && depth == 0) {
          parts.add(text.substring(start, i));
          start = i + 1;
        }
      }
    }
    parts.add(text.substring(start));
    return parts;
  }
}
