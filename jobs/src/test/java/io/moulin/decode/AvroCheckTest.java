package io.moulin.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.spec.Diagnostic;
import java.util.List;
import org.junit.jupiter.api.Test;

class AvroCheckTest {
  private static final String SCHEMA =
      """
      {"type": "record", "name": "trip", "fields": [
        {"name": "id", "type": "long"},
        {"name": "at", "type": ["null", {"type": "long", "logicalType": "timestamp-millis"}]},
        {"name": "note", "type": ["null", "string"]},
        {"name": "fare", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}},
        {"name": "tags", "type": {"type": "array", "items": "string"}}
      ]}
      """;

  @Test
  void aSchemaThatFitsIsSilent() {
    assertThat(
            check(
                SCHEMA,
                "id int",
                "id decimal(9,2)",
                "at timestamp",
                "at timestamptz",
                "note string",
                "note timestamp",
                "fare decimal(9,2)",
                "tags list<string>"))
        .isEmpty();
  }

  @Test
  void aMissingFieldAndAnotherTypeAreSaidWhereTheColumnIs() {
    List<Diagnostic> found =
        check(SCHEMA, "ID long", "id string", "at long", "note long", "fare double", "tags string");
    assertThat(found)
        .extracting(Diagnostic::code)
        .containsExactly(
            "schema-field",
            "schema-type",
            "schema-type",
            "schema-type",
            "schema-type",
            "schema-type");
    assertThat(found.get(0).toString()).contains("Column 'ID' is no field of schemas/x.avsc");
    assertThat(found.get(2).toString())
        .contains(
            "Column 'at' is long, but in schemas/x.avsc it is null or timestamp-millis (long)");
  }

  @Test
  void whatIsNoSchemaOfARecordIsSaid() {
    for (String text : List.of("", "{", "\"string\"", "{\"type\":\"record\"}", "[]")) {
      assertThat(check(text, "id long"))
          .as(text)
          .extracting(Diagnostic::code)
          .containsExactly("invalid-schema");
    }
  }

  private static List<Diagnostic> check(String schema, String... columns) {
    return AvroCheck.check(AvroDecoderTest.dataset(schema, columns));
  }
}
