package io.moulin.model.tables;

import io.moulin.spec.Sql;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Type;

/** Values of partitions, as Iceberg keeps them, in SQL. */
public final class Literals {
  private Literals() {}

  /** A condition that is true of the rows with one of the values in {@code column}. */
  public static String in(String column, Type type, List<Object> values) {
    return values.stream()
        .map(value -> of(type, value))
        .collect(Collectors.joining(", ", Sql.name(column) + " IN (", ")"));
  }

  /** A value. */
  public static String of(Type type, Object value) {
    return switch (type.typeId()) {
      case DATE -> "DATE '" + LocalDate.ofEpochDay(((Number) value).longValue()) + "'";
      case TIMESTAMP -> "make_timestamp(" + value + ")";
      case STRING -> Sql.text(value.toString());
      case DECIMAL -> ((BigDecimal) value).toPlainString();
      default -> value.toString();
    };
  }
}
