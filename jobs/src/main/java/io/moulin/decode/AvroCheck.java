package io.moulin.decode;

import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DataType;
import io.moulin.spec.DataType.Decimal;
import io.moulin.spec.DataType.Scalar;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Diagnostic;
import io.moulin.spec.SourceSpec.SchemaFile;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.avro.LogicalType;
import org.apache.avro.Schema;

/** Holds the Avro schema that a project has in a file against the columns of its dataset. */
public final class AvroCheck {
  private AvroCheck() {}

  /** What is wrong; empty when nothing is, and when the dataset has no schema in a file. */
  public static List<Diagnostic> check(DatasetSpec dataset) {
    SchemaFile file = dataset.source().schema();
    if (file == null) {
      return List.of();
    }
    Schema schema;
    try {
      schema = AvroSchemas.parse(file.text());
    } catch (IllegalArgumentException e) {
      return List.of(
          Diagnostic.error(
              "invalid-schema",
              file.at(),
              "%s holds no Avro schema of a record: %s".formatted(file.path(), e.getMessage()),
              "every record of the topic is one value of this schema",
              "write {\"type\": \"record\", \"name\": …, \"fields\": […]}"));
    }
    List<Diagnostic> found = new ArrayList<>();
    for (ColumnSpec column : dataset.columns()) {
      Schema.Field field = schema.getField(column.name());
      if (field == null) {
        found.add(missing(column, file, schema));
      } else if (branches(field.schema()).stream().noneMatch(each -> fits(each, column.type()))) {
        found.add(
            Diagnostic.error(
                "schema-type",
                column.at(),
                "Column '%s' is %s, but in %s it is %s"
                    .formatted(column.name(), column.type(), file.path(), words(field.schema())),
                "every row would be quarantined for it",
                "declare the type that the schema has; silver may have another"));
      }
    }
    return found;
  }

  private static Diagnostic missing(ColumnSpec column, SchemaFile file, Schema schema) {
    String has =
        schema.getFields().stream().map(Schema.Field::name).collect(Collectors.joining(", "));
    return Diagnostic.error(
        "schema-field",
        column.at(),
        "Column '%s' is no field of %s".formatted(column.name(), file.path()),
        "it would be null in every row",
        "the fields are: " + has);
  }

  private static List<Schema> branches(Schema schema) {
    return schema.getType() == Schema.Type.UNION ? schema.getTypes() : List.of(schema);
  }

  private static String words(Schema schema) {
    return branches(schema).stream()
        .map(
            each -> {
              LogicalType logical = each.getLogicalType();
              return logical == null
                  ? each.getType().getName()
                  : logical.getName() + " (" + each.getType().getName() + ")";
            })
        .collect(Collectors.joining(" or "));
  }

  /** Whether some value of the schema is one of the type. */
  private static boolean fits(Schema schema, DataType type) {
    if (type.nested()) {
      return switch (schema.getType()) {
        case ARRAY -> type instanceof DataType.ListOf;
        case MAP -> type instanceof DataType.MapOf;
        case RECORD -> type instanceof DataType.Struct || type instanceof DataType.MapOf;
        default -> false;
      };
    }
    LogicalType logical = schema.getLogicalType();
    String name = logical == null ? "" : logical.getName();
    return switch (schema.getType()) {
      case BOOLEAN -> type == Scalar.BOOLEAN;
      case INT, LONG -> wholeFits(name, type);
      case FLOAT, DOUBLE -> number(type);
      case ENUM -> type == Scalar.STRING;
      case STRING -> textual(type);
      case BYTES, FIXED ->
          switch (name) {
            case "decimal" -> type instanceof Decimal;
            case "uuid" -> type == Scalar.UUID;
            default -> type == Scalar.BINARY;
          };
      default -> false;
    };
  }

  private static boolean wholeFits(String logical, DataType type) {
    if (logical.equals("date")) {
      return type == Scalar.DATE;
    }
    if (logical.startsWith("time-")) {
      return type == Scalar.TIME;
    }
    boolean instant = type == Scalar.TIMESTAMP || type == Scalar.TIMESTAMPTZ;
    return instant || (!logical.contains("timestamp") && number(type));
  }

  private static boolean number(DataType type) {
    return type instanceof Decimal
        || type == Scalar.INT
        || type == Scalar.LONG
        || type == Scalar.FLOAT
        || type == Scalar.DOUBLE;
  }

  private static boolean textual(DataType type) {
    return type instanceof Scalar scalar
        && switch (scalar) {
          case STRING, DATE, TIME, TIMESTAMP, TIMESTAMPTZ, UUID, BINARY -> true;
          case BOOLEAN, INT, LONG, FLOAT, DOUBLE -> false;
        };
  }
}
