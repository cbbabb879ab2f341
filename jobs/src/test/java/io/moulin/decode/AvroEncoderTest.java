package io.moulin.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.moulin.decode.AvroEncoder.Refused;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.MoulinException;
import io.moulin.spec.project.RegistrySpec.OnError;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rows that are written as Avro are read as the rows that their JSON is. */
class AvroEncoderTest {
  private static final String SCHEMA =
      """
      {"type": "record", "name": "r", "fields": [
        {"name": "flag", "type": "boolean"},
        {"name": "small", "type": ["null", "int"], "default": null},
        {"name": "big", "type": ["long", "null"]},
        {"name": "real", "type": "double"},
        {"name": "half", "type": "float"},
        {"name": "note", "type": ["null", "string"]},
        {"name": "kind", "type": {"type": "enum", "name": "k", "symbols": ["A", "B"]}},
        {"name": "raw", "type": ["null", "bytes"]},
        {"name": "amount", "type": ["null", {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}]},
        {"name": "tax", "type": ["null", {"type": "fixed", "name": "f", "size": 5, "logicalType": "decimal", "precision": 9, "scale": 2}]},
        {"name": "day", "type": ["null", {"type": "int", "logicalType": "date"}]},
        {"name": "clock", "type": ["null", {"type": "long", "logicalType": "time-micros"}]},
        {"name": "at", "type": ["null", {"type": "long", "logicalType": "timestamp-millis"}]},
        {"name": "wall", "type": ["null", {"type": "long", "logicalType": "local-timestamp-micros"}]},
        {"name": "who", "type": ["null", {"type": "fixed", "name": "u", "size": 16, "logicalType": "uuid"}]},
        {"name": "tags", "type": ["null", {"type": "array", "items": ["null", "string"]}]},
        {"name": "more", "type": ["null", {"type": "map", "values": "long"}]},
        {"name": "in", "type": ["null", {"type": "record", "name": "i", "fields": [
          {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
          {"name": "n", "type": ["null", "int"], "default": null}]}]}
      ]}
      """;
  private static final String[] COLUMNS = {
    "flag boolean",
    "small int",
    "big long",
    "real double",
    "half float",
    "note string",
    "kind string",
    "raw binary",
    "amount decimal(9,2)",
    "tax decimal(9,2)",
    "day date",
    "clock time",
    "at timestamptz",
    "wall timestamp",
    "who uuid",
    "tags list<string>",
    "more map<string, long>",
    "in struct<at: timestamptz, n: int>"
  };
  private static final String LEAST =
      "\"flag\":true,\"big\":1,\"real\":1,\"half\":1,\"kind\":\"A\"";

  private static DatasetSpec dataset() {
    return AvroDecoderTest.dataset(SCHEMA, COLUMNS);
  }

  private static byte[] encoded(String row) throws Refused {
    return AvroEncoder.of(dataset()).encode(row.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aRowIsTheSameInAvroAsInJson() throws Exception {
    List<String> rows =
        List.of(
            "{" + LEAST + "}",
            "{\"half\":0.1,\"real\":-1.5e300,\"big\":-9223372036854775808,\"flag\":false,"
                + "\"kind\":\"B\",\"small\":2147483647,\"note\":\"grüß 😀 \\n\","
                + "\"raw\":\"AAEC/w==\",\"amount\":-1234567.89,\"tax\":0.10,"
                + "\"day\":\"2024-02-29\",\"clock\":\"23:59:59.999999\","
                + "\"at\":\"2024-06-01T12:00:00.123+02:00\",\"wall\":\"1969-12-31T23:59:59.999999\","
                + "\"who\":\"01234567-89ab-cdef-0123-456789abcdef\","
                + "\"tags\":[\"a\",null,\"\"],\"more\":{\"x\":1,\"y\":-2},"
                + "\"in\":{\"at\":\"2024-06-01T00:00:00.000001Z\"}}",
            "{" + LEAST + ",\"small\":1.0e1,\"amount\":100,\"at\":-1,\"tags\":[],\"more\":{}}");
    DecodedRows json = new DecodedRows(COLUMNS.length);
    DecodedRows avro = new DecodedRows(COLUMNS.length);
    for (String row : rows) {
      assertThat(new JsonDecoder(dataset()).decode(row.getBytes(StandardCharsets.UTF_8), json))
          .isNull();
      assertThat(Decoders.of(dataset()).decode(encoded(row), avro)).isNull();
      assertThat(avro.malformed()).isNull();
      for (int i = 0; i < COLUMNS.length; i++) {
        assertThat(value(avro, i)).as("%s of %s", COLUMNS[i], row).isEqualTo(value(json, i));
      }
    }
  }

  private static String value(DecodedRows row, int column) {
    if (!row.has(column)) {
      return "null";
    }
    String type = COLUMNS[column].split(" ", 2)[1];
    return switch (type) {
      case "boolean", "int", "long", "date", "time", "timestamptz", "timestamp" ->
          Long.toString(row.longAt(column));
      case "double", "float" -> Double.toString(row.doubleAt(column));
      case "binary" -> Arrays.toString((byte[]) row.objectAt(column));
      case "struct<at: timestamptz, n: int>" ->
          row.objectAt(column).toString().replace(",\"n\":null", "");
      default -> row.objectAt(column).toString();
    };
  }

  @Test
  void nothingIsCutOrLeftOutToMakeARowFit() {
    refused("{broken", "not JSON");
    refused("{" + LEAST + "} {}", "not JSON");
    refused("{\"flag\":true," + LEAST + "}", "not JSON: Duplicate field 'flag'");
    refused("[1]", "not a JSON object");
    refused("{\"flag\":true}", "real has no value");
    refused("{" + LEAST + ",\"other\":1}", "no field other");
    refused("{" + LEAST + ",\"small\":2147483648}", "small is 2147483648, which is no int");
    refused("{" + LEAST + ",\"small\":\"1\"}", "small is \"1\", which is no int");
    refused("{" + LEAST + ",\"small\":1.5}", "small is 1.5");
    refused("{" + LEAST + ",\"small\":1e999999999}", "small is");
    refused("{" + LEAST + ",\"note\":1}", "note is 1, which is no string");
    refused("{" + LEAST + ",\"amount\":1.234}", "which is no decimal (bytes)");
    refused("{" + LEAST + ",\"amount\":12345678.9}", "amount is");
    refused("{" + LEAST + ",\"amount\":1e-999999999}", "amount is");
    refused("{" + LEAST + ",\"amount\":1e99999999999}", "not JSON that can be read: Value \"1e99");
    refused("{" + LEAST + ",\"day\":\"2024-02-30\"}", "which is no date (int)");
    refused("{" + LEAST + ",\"at\":\"2024-06-01T12:00:00.0001Z\"}", "timestamp-millis");
    refused("{" + LEAST + ",\"tags\":[1]}", "tags[0] is 1");
    refused("{" + LEAST + ",\"in\":{\"at\":1,\"x\":1}}", "no field in.x");
    refused("{" + LEAST + ",\"in\":{}}", "at has no value");
    refused("{" + LEAST.replace("\"A\"", "\"C\"") + "}", "kind is \"C\", which is no enum");
  }

  private static void refused(String row, String why) {
    assertThat(catchThrowable(() -> encoded(row)))
        .as(row)
        .isInstanceOf(Refused.class)
        .hasMessageContaining(why);
  }

  @Test
  void theNewestSchemaOfTheTopicIsWrittenByAndNamedInEveryRecord() throws Exception {
    try (TestRegistry registry = new TestRegistry()) {
      DatasetSpec dataset =
          AvroDecoderTest.dataset(null, registry.spec(OnError.WAIT), "a long", "b string");
      assertThatThrownBy(() -> AvroEncoder.of(dataset))
          .isInstanceOf(MoulinException.class)
          .hasMessageContaining("has no " + dataset.source().topic() + "-value");
      String subject = dataset.source().topic() + "-value";
      registry.put(subject, 1, 7, record("{\"name\": \"a\", \"type\": \"long\"}"));
      registry.put(
          subject,
          2,
          70_000,
          record(
              "{\"name\": \"b\", \"type\": \"string\", \"default\": \"none\"},"
                  + "{\"name\": \"a\", \"type\": \"long\"}"));
      byte[] record = AvroEncoder.of(dataset).encode("{\"a\": 5}".getBytes(StandardCharsets.UTF_8));
      assertThat(ByteBuffer.wrap(record).get()).isZero();
      assertThat(ByteBuffer.wrap(record).getInt(1)).isEqualTo(70_000);
      DecodedRows row = new DecodedRows(2);
      assertThat(Decoders.of(dataset).decode(record, row)).isNull();
      assertThat(row.longAt(0)).isEqualTo(5);
      assertThat(row.objectAt(1)).isEqualTo("none");
      registry.status = 503;
      assertThatThrownBy(() -> AvroEncoder.of(dataset))
          .as("a load does not wait")
          .isInstanceOf(MoulinException.class)
          .hasMessageContaining("answered 503");
    }
  }

  private static String record(String fields) {
    return "{\"type\": \"record\", \"name\": \"r\", \"fields\": [" + fields + "]}";
  }
}
