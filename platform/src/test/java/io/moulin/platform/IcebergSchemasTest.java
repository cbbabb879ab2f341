package io.moulin.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moulin.spec.Layer;
import io.moulin.spec.PartitionSpec;
import io.moulin.spec.PartitionSpec.Transform;
import io.moulin.spec.TableSpec;
import io.moulin.spec.TableSpec.FieldSpec;
import io.moulin.spec.TypeParser;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class IcebergSchemasTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "boolean",
        "int",
        "long",
        "float",
        "double",
        "decimal(38,9)",
        "string",
        "date",
        "time",
        "timestamp",
        "timestamptz",
        "binary",
        "uuid",
        "list<decimal(10,2)>",
        "map<string, long>",
        "struct<a: int, b: list<struct<c: map<uuid, time>, d: binary>>>"
      })
  void everyTypeComesBack(String type) {
    assertThat(IcebergSchemas.type(IcebergSchemas.type(TypeParser.parse(type)))).hasToString(type);
  }

  @Test
  void columnsKeepTheirOrderDocAndIds() {
    List<FieldSpec> fields =
        List.of(
            FieldSpec.required("id", TypeParser.parse("long"), "the key"),
            FieldSpec.optional("parts", TypeParser.parse("list<struct<a: int>>"), ""),
            FieldSpec.optional("at", TypeParser.parse("timestamptz"), "when"));
    TableSpec table =
        new TableSpec(
            "d", Layer.SILVER, "t", fields, List.of(new PartitionSpec("at", Transform.DAY)));

    Schema schema = IcebergSchemas.schema(table);

    assertThat(schema.columns()).extracting(Types.NestedField::fieldId).containsExactly(1, 2, 3);
    assertThat(IcebergSchemas.fields(schema)).isEqualTo(fields);
    assertThat(IcebergSchemas.partition(IcebergSchemas.partition(table, schema)))
        .isEqualTo(table.partition());
  }

  @Test
  void aForeignTypeIsNamed() {
    assertThatThrownBy(() -> IcebergSchemas.type(Types.FixedType.ofLength(4)))
        .hasMessageContaining("fixed[4]");
  }
}
