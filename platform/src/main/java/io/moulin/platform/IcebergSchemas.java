package io.moulin.platform;

import io.moulin.plan.Actual.ActualTable;
import io.moulin.spec.DataType;
import io.moulin.spec.DataType.Decimal;
import io.moulin.spec.DataType.Field;
import io.moulin.spec.DataType.ListOf;
import io.moulin.spec.DataType.MapOf;
import io.moulin.spec.DataType.Scalar;
import io.moulin.spec.DataType.Struct;
import io.moulin.spec.MoulinException;
import io.moulin.spec.PartitionSpec;
import io.moulin.spec.PartitionSpec.Transform;
import io.moulin.spec.TableSpec;
import io.moulin.spec.TableSpec.FieldSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/** What a table is, in our words and in Iceberg's. */
public final class IcebergSchemas {
  /** The table property that names the dataset which a table belongs to. */
  public static final String DATASET = "moulin.dataset";

  private IcebergSchemas() {}

  /** Where a table is, from its full name: {@code silver.trips}. */
  public static TableIdentifier identifier(String fullName) {
    return TableIdentifier.parse(fullName);
  }

  /** The columns of {@code table}, with fresh field ids. */
  public static Schema schema(TableSpec table) {
    return schema(table.fields());
  }

  /** The same of a table that no dataset has. */
  public static Schema schema(List<FieldSpec> fields) {
    // Top-level ids first, so that they count the columns as a reader does.
    AtomicInteger ids = new AtomicInteger(fields.size());
    List<NestedField> columns = new ArrayList<>();
    for (FieldSpec field : fields) {
      columns.add(column(columns.size() + 1, field, type(field.type(), ids)));
    }
    return new Schema(columns);
  }

  /** How {@code table} is partitioned, over the columns of {@code schema}. */
  public static org.apache.iceberg.PartitionSpec partition(TableSpec table, Schema schema) {
    return partition(table.partition(), schema);
  }

  /** The same of a table that no dataset has. */
  public static org.apache.iceberg.PartitionSpec partition(
      List<PartitionSpec> partition, Schema schema) {
    org.apache.iceberg.PartitionSpec.Builder builder =
        org.apache.iceberg.PartitionSpec.builderFor(schema);
    for (PartitionSpec field : partition) {
      builder =
          switch (field.transform()) {
            case IDENTITY -> builder.identity(field.column());
            case YEAR -> builder.year(field.column());
            case MONTH -> builder.month(field.column());
            case DAY -> builder.day(field.column());
            case HOUR -> builder.hour(field.column());
          };
    }
    return builder.build();
  }

  /** The properties that a new table of ours has. */
  public static Map<String, String> properties(TableSpec table) {
    Map<String, String> properties = new HashMap<>(properties());
    properties.put(DATASET, table.dataset());
    return properties;
  }

  /** Those of a table that no dataset has. */
  public static Map<String, String> properties() {
    return Map.of(
        TableProperties.FORMAT_VERSION,
        "2",
        TableProperties.PARQUET_COMPRESSION,
        "zstd",
        // Every commit writes the whole metadata anew; without an end to them the old ones would
        // fill the disk with the square of the commits.
        TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED,
        "true",
        TableProperties.METADATA_PREVIOUS_VERSIONS_MAX,
        "20");
  }

  /** The Iceberg type of a new column; its parts get ids from 1, which Iceberg makes fresh. */
  public static Type type(DataType type) {
    return type(type, new AtomicInteger());
  }

  private static Type type(DataType type, AtomicInteger ids) {
    if (type instanceof Scalar scalar) {
      return scalar(scalar);
    } else if (type instanceof Decimal decimal) {
      return Types.DecimalType.of(decimal.precision(), decimal.scale());
    } else if (type instanceof ListOf list) {
      int element = ids.incrementAndGet();
      return Types.ListType.ofOptional(element, type(list.element(), ids));
    } else if (type instanceof MapOf map) {
      int key = ids.incrementAndGet();
      int value = ids.incrementAndGet();
      return Types.MapType.ofOptional(key, value, type(map.key(), ids), type(map.value(), ids));
    } else if (type instanceof Struct struct) {
      List<NestedField> fields = new ArrayList<>();
      for (Field field : struct.fields()) {
        fields.add(
            NestedField.optional(ids.incrementAndGet(), field.name(), type(field.type(), ids)));
      }
      return Types.StructType.of(fields);
    }
    throw new IllegalArgumentException("Invalid type: " + type);
  }

  private static Type scalar(Scalar type) {
    return switch (type) {
      case BOOLEAN -> Types.BooleanType.get();
      case INT -> Types.IntegerType.get();
      case LONG -> Types.LongType.get();
      case FLOAT -> Types.FloatType.get();
      case DOUBLE -> Types.DoubleType.get();
      case STRING -> Types.StringType.get();
      case DATE -> Types.DateType.get();
      case TIME -> Types.TimeType.get();
      case TIMESTAMP -> Types.TimestampType.withoutZone();
      case TIMESTAMPTZ -> Types.TimestampType.withZone();
      case BINARY -> Types.BinaryType.get();
      case UUID -> Types.UUIDType.get();
    };
  }

  private static NestedField column(int id, FieldSpec field, Type type) {
    NestedField.Builder builder =
        field.required() ? NestedField.required(field.name()) : NestedField.optional(field.name());
    builder.withId(id).ofType(type);
    return (field.doc().isEmpty() ? builder : builder.withDoc(field.doc())).build();
  }

  /**
   * The type of a column that exists.
   *
   * @throws MoulinException for a type that no manifest can declare
   */
  public static DataType type(Type type) {
    return switch (type.typeId()) {
      case BOOLEAN -> Scalar.BOOLEAN;
      case INTEGER -> Scalar.INT;
      case LONG -> Scalar.LONG;
      case FLOAT -> Scalar.FLOAT;
      case DOUBLE -> Scalar.DOUBLE;
      case STRING -> Scalar.STRING;
      case DATE -> Scalar.DATE;
      case TIME -> Scalar.TIME;
      case TIMESTAMP ->
          ((Types.TimestampType) type).shouldAdjustToUTC() ? Scalar.TIMESTAMPTZ : Scalar.TIMESTAMP;
      case BINARY -> Scalar.BINARY;
      case UUID -> Scalar.UUID;
      case DECIMAL ->
          new Decimal(((Types.DecimalType) type).precision(), ((Types.DecimalType) type).scale());
      case LIST -> new ListOf(type(type.asListType().elementType()));
      case MAP -> new MapOf(type(type.asMapType().keyType()), type(type.asMapType().valueType()));
      case STRUCT ->
          new Struct(
              type.asStructType().fields().stream()
                  .map(field -> new Field(field.name(), type(field.type())))
                  .toList());
      default ->
          throw MoulinException.user(
              "unsupported-type",
              "A column has the type " + type + ", which Moulin does not write",
              "this table was not made by Moulin: choose another 'table:' name for the dataset");
    };
  }

  /** The columns of a table that exists. */
  public static List<FieldSpec> fields(Schema schema) {
    return schema.columns().stream()
        .map(
            column ->
                new FieldSpec(
                    column.name(),
                    type(column.type()),
                    column.isRequired(),
                    Objects.requireNonNullElse(column.doc(), ""),
                    null))
        .toList();
  }

  /**
   * The partitioning of a table that exists.
   *
   * @throws MoulinException for a transform that no manifest can declare
   */
  public static List<PartitionSpec> partition(org.apache.iceberg.PartitionSpec partition) {
    List<PartitionSpec> fields = new ArrayList<>();
    for (PartitionField field : partition.fields()) {
      if (!field.transform().isVoid()) { // what is left of a dropped field in format version 1
        fields.add(
            new PartitionSpec(
                partition.schema().findColumnName(field.sourceId()), transform(field)));
      }
    }
    return fields;
  }

  private static Transform transform(PartitionField field) {
    return switch (field.transform().toString()) {
      case "identity" -> Transform.IDENTITY;
      case "year" -> Transform.YEAR;
      case "month" -> Transform.MONTH;
      case "day" -> Transform.DAY;
      case "hour" -> Transform.HOUR;
      default ->
          throw MoulinException.user(
              "unsupported-partition",
              "A table is partitioned by " + field.transform() + ", which Moulin does not write",
              "this table was not made by Moulin: choose another 'table:' name for the dataset");
    };
  }

  /** A table that exists, as a plan sees it. */
  public static ActualTable describe(String fullName, Table table) {
    return new ActualTable(
        fullName,
        fields(table.schema()),
        partition(table.spec()),
        rows(table.currentSnapshot()),
        table.properties());
  }

  private static long rows(@Nullable Snapshot snapshot) {
    if (snapshot == null) {
      return 0;
    }
    Map<String, String> summary = snapshot.summary();
    return count(summary, SnapshotSummary.TOTAL_RECORDS_PROP)
        - count(summary, SnapshotSummary.TOTAL_POS_DELETES_PROP);
  }

  private static long count(Map<String, String> summary, String property) {
    return Long.parseLong(summary.getOrDefault(property, "0"));
  }
}
