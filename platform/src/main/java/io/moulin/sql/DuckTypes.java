package io.moulin.sql;

import io.moulin.spec.MoulinException;
import io.moulin.spec.Sql;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Iceberg's types in DuckDB SQL. */
final class DuckTypes {
  private DuckTypes() {}

  static String of(Type type) {
    return switch (type.typeId()) {
      case BOOLEAN -> "BOOLEAN";
      case INTEGER -> "INTEGER";
      case LONG -> "BIGINT";
      case FLOAT -> "FLOAT";
      case DOUBLE -> "DOUBLE";
      case STRING -> "VARCHAR";
      case DATE -> "DATE";
      case TIME -> "TIME";
      case TIMESTAMP ->
          ((Types.TimestampType) type).shouldAdjustToUTC() ? "TIMESTAMPTZ" : "TIMESTAMP";
      case BINARY, FIXED -> "BLOB";
      case UUID -> "UUID";
      case DECIMAL ->
          "DECIMAL(%d,%d)"
              .formatted(
                  ((Types.DecimalType) type).precision(), ((Types.DecimalType) type).scale());
      case LIST -> of(type.asListType().elementType()) + "[]";
      case MAP ->
          "MAP(%s, %s)".formatted(of(type.asMapType().keyType()), of(type.asMapType().valueType()));
      case STRUCT ->
          type.asStructType().fields().stream()
              .map(field -> Sql.name(field.name()) + " " + of(field.type()))
              .collect(Collectors.joining(", ", "STRUCT(", ")"));
      default ->
          throw MoulinException.user(
              "unsupported-type",
              "Moulin cannot query the Iceberg type " + type,
              "read this table with another engine");
    };
  }
}
