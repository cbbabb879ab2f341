package io.moulin.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.decode.Undecodable.Kind;
import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DatasetSpec.UnknownFields;
import io.moulin.spec.DeadLetterSpec;
import io.moulin.spec.Place;
import io.moulin.spec.SourceSpec;
import io.moulin.spec.TypeParser;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JsonDecoderTest {
  private static final Place AT = Place.of("datasets/test.yml");

  static DatasetSpec dataset(String... namesAndTypes) {
    return dataset(UnknownFields.KEEP, namesAndTypes);
  }

  private static DatasetSpec dataset(UnknownFields unknown, String... namesAndTypes) {
    List<ColumnSpec> columns = new ArrayList<>();
    for (int i = 0; i < namesAndTypes.length; i += 2) {
      String name = namesAndTypes[i];
      io.moulin.spec.DataType type = TypeParser.parse(namesAndTypes[i + 1]);
      columns.add(new ColumnSpec(name, type, name, type, "", false, false, List.of(), null, AT));
    }
    return new DatasetSpec(
        "t",
        "t",
        "",
        new SourceSpec("t", 1, Duration.ofDays(1), SourceSpec.Format.JSON, null),
        new DeadLetterSpec("t.dlq", 1, Duration.ofDays(1), 0),
        null,
        columns,
        unknown,
        List.of("NULL"),
        List.of(),
        List.of(),
        null,
        null,
        List.of(),
        List.of(),
        AT);
  }

  private static final class Bed {
    final DecodedRows row;
    final JsonDecoder decoder;

    Bed(String... namesAndTypes) {
      row = new DecodedRows(namesAndTypes.length / 2);
      decoder = new JsonDecoder(dataset(namesAndTypes));
    }

    @Nullable Undecodable read(String json) {
      return decoder.decode(json.getBytes(StandardCharsets.UTF_8), row);
    }

    Bed good(String json) {
      assertThat(read(json)).as(json).isNull();
      return this;
    }

    void dead(Kind kind, String json) {
      Undecodable reason = read(json);
      assertThat(reason).as(json).isNotNull();
      assertThat(Objects.requireNonNull(reason).kind()).as(json).isEqualTo(kind);
    }

    /** The value of column a must be malformed. */
    void malformed(String value) {
      good("{\"a\":" + value + "}");
      assertThat(row.has(0)).as(value).isFalse();
      assertThat(row.malformed()).isEqualTo("{\"a\":" + value + "}");
    }
  }

  @Test
  void integersAreExact() {
    Bed bed = new Bed("a", "int");
    for (String good : List.of("7", "7.0", "70e-1", "-2147483648", "0", "-0", "0e999999999")) {
      bed.good("{\"a\":" + good + "}");
      assertThat(bed.row.has(0)).as(good).isTrue();
    }
    for (String bad :
        List.of(
            "2147483648",
            "7.5",
            "1e400",
            "\"7\"",
            "true",
            "[1]",
            "{}",
            "1e-1",
            "99999999999999999999999",
            "1e999999999",
            "1e99999999999",
            "0e-99999999999")) {
      bed.malformed(bad);
    }
    Bed wide = new Bed("a", "long").good("{\"a\":9223372036854775807}");
    assertThat(wide.row.longAt(0)).isEqualTo(Long.MAX_VALUE);
    wide.malformed("9223372036854775808");
  }

  @Test
  void decimalsAreParsedFromTheTextAndNeverRounded() {
    Bed bed = new Bed("a", "decimal(20,2)");
    bed.good("{\"a\":123456789012345678.90}");
    assertThat(bed.row.objectAt(0)).isEqualTo(new BigDecimal("123456789012345678.90"));
    bed.good("{\"a\":1.500}");
    assertThat(bed.row.objectAt(0)).isEqualTo(new BigDecimal("1.50"));
    for (String bad :
        List.of(
            "1.005",
            "1234567890123456789.0",
            "1e99",
            "1e-99",
            "1e2147483647",
            "1e-2147483647",
            "1e99999999999")) {
      bed.malformed(bad);
    }
  }

  @Test
  void timesAreReadByTheirFormat() {
    Bed bed = new Bed("a", "timestamp");
    bed.good("{\"a\":\"2024-01-01T00:32:47\"}");
    assertThat(bed.row.longAt(0)).isEqualTo(1_704_069_167_000_000L);
    bed.good("{\"a\":\"2024-01-01 00:32:47.000001\"}");
    assertThat(bed.row.longAt(0)).isEqualTo(1_704_069_167_000_001L);
    bed.good("{\"a\":\"2024-01-01T01:32:47+01:00\"}");
    assertThat(bed.row.longAt(0)).isEqualTo(1_704_069_167_000_000L);
    for (String bad :
        List.of(
            "\"2024-02-30T00:00:00\"",
            "\"yesterday\"",
            "\"2024-01-01T00:00:00.0000001\"",
            "\"0000-01-01T00:00:00\"",
            "\"+12024-01-01T00:00:00\"",
            "1704069167",
            "\"\"",
            "\"2024-01-01T24:00:01\"")) {
      bed.malformed(bad);
    }
    bed.good("{\"a\":\"NULL\"}");
    assertThat(bed.row.has(0)).isFalse();
    assertThat(bed.row.malformed()).isNull();
  }

  @Test
  void nestedValuesAreCheckedAllTheWayDown() {
    Bed bed = new Bed("a", "list<struct<x: int, y: decimal(4,1)>>");
    bed.good("{\"a\": [ {\"x\": 1, \"y\": 1.5}, null ]}");
    assertThat(bed.row.objectAt(0)).isEqualTo("[{\"x\":\"1\",\"y\":\"1.5\"},null]");
    for (String bad :
        List.of(
            "[{\"x\":1.5}]",
            "[{\"z\":1}]",
            "[{\"y\":1.55}]",
            "[{\"y\":1e99999999999}]",
            "{\"x\":1}",
            "7",
            "[{\"x\":1,\"x\":2}]")) {
      bed.malformed(bad);
    }
  }

  @Test
  void whatIsNoRecordIsADeadLetter() {
    Bed bed = new Bed("a", "string", "b", "int");
    bed.dead(Kind.EMPTY, "");
    bed.dead(Kind.EMPTY, "  ");
    assertThat(bed.decoder.decode(null, bed.row)).isNotNull();
    bed.dead(Kind.NOT_AN_OBJECT, "[1]");
    bed.dead(Kind.NOT_AN_OBJECT, "null");
    bed.dead(Kind.MALFORMED_JSON, "{\"a\":\"x\",}");
    bed.dead(Kind.MALFORMED_JSON, "{\"a\":\"x\"} {}");
    bed.dead(Kind.MALFORMED_JSON, "{\"a\":NaN}");
    bed.dead(Kind.MALFORMED_JSON, "{\"a\":");
    bed.dead(Kind.DUPLICATE_FIELD, "{\"a\":\"x\",\"b\":1,\"a\":\"y\"}");
    bed.dead(Kind.DUPLICATE_FIELD, "{\"u\":1,\"u\":2}");
    bed.dead(Kind.INVALID_UNICODE, "{\"a\":\"\\ud800\"}");
    bed.dead(Kind.INVALID_UNICODE, "{\"a\":\"\\udc00\\ud800\"}");
    bed.dead(Kind.LIMIT_EXCEEDED, "{\"a\":" + "[".repeat(100_000));
    bed.dead(Kind.LIMIT_EXCEEDED, "{\"z\":" + "{\"z\":".repeat(100_000));
    bed.dead(Kind.LIMIT_EXCEEDED, "[".repeat(100_000));
    bed.dead(Kind.LIMIT_EXCEEDED, "{\"a\":\"" + "x".repeat(50_000_000) + "\"}");
    bed.dead(Kind.LIMIT_EXCEEDED, "{\"b\":" + "9".repeat(2_000) + "}");
    assertThat(
            bed.decoder.decode(
                new byte[] {'{', '"', 'a', '"', ':', '"', (byte) 0xFF, '"', '}'}, bed.row))
        .extracting(reason -> Objects.requireNonNull(reason).kind())
        .isEqualTo(Kind.INVALID_UNICODE);
    // Undeclared fields are text that is kept, so it has to be valid too.
    assertThat(
            bed.decoder.decode(
                new byte[] {'{', '"', 'u', '"', ':', '"', (byte) 0xC0, (byte) 0x80, '"', '}'},
                bed.row))
        .extracting(reason -> Objects.requireNonNull(reason).kind())
        .isEqualTo(Kind.INVALID_UNICODE);
    bed.good("{\"a\":\"\\ud83d\\ude00\"}");
    assertThat(bed.row.objectAt(0)).isEqualTo("😀");
  }

  @Test
  void undeclaredAndMalformedValuesAreKeptAsTheyWereWritten() {
    Bed bed = new Bed("a", "int");
    bed.good("{ \"x\" : { \"y\" : [1.50, 1e400] } , \"a\" : \"é\\u00e9\" , \"z\":\"t\" }");
    assertThat(bed.row.extra()).isEqualTo("{\"x\":{ \"y\" : [1.50, 1e400] },\"z\":\"t\"}");
    assertThat(bed.row.malformed()).isEqualTo("{\"a\":\"é\\u00e9\"}");
    byte[] marked = "\uFEFF{\"x\":[1]}".getBytes(StandardCharsets.UTF_8);
    assertThat(bed.decoder.decode(marked, bed.row)).isNull();
    assertThat(bed.row.extra()).isEqualTo("{\"x\":[1]}");
  }

  /** All 318 files of JSONTestSuite: y_ decodes or is no object, n_ never decodes, none throws. */
  @Test
  void jsonTestSuite() throws IOException {
    Path folder = SharedData.folder("json/JSONTestSuite_test_parsing");
    JsonDecoder decoder = new JsonDecoder(dataset(UnknownFields.KEEP, "a", "string"));
    DecodedRows row = new DecodedRows(1);
    List<String> wrong = new ArrayList<>();
    int files = 0;
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : all.sorted().toList()) {
        files++;
        String name = file.getFileName().toString();
        Undecodable reason = decoder.decode(Files.readAllBytes(file), row);
        boolean object = reason == null;
        boolean other = reason != null && reason.kind() == Kind.NOT_AN_OBJECT;
        boolean duplicate = reason != null && reason.kind() == Kind.DUPLICATE_FIELD;
        if (name.startsWith("y_")
            && !object
            && !other
            && !(duplicate && name.contains("duplicated_key"))) {
          wrong.add(name + ": " + reason);
        }
        if (name.startsWith("n_") && (object || other)) {
          wrong.add(name + " was accepted");
        }
      }
    }
    assertThat(files).isEqualTo(318);
    assertThat(wrong).isEmpty();
  }

  @Test
  void mutatedRecordsNeverThrow() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Bed bed =
        new Bed(
            "a", "int", "b", "string", "c", "timestamp", "d", "decimal(10,2)", "e", "list<int>");
    byte[] good =
        "{\"a\":1,\"b\":\"té\",\"c\":\"2024-01-01T00:00:00\",\"d\":1.25,\"e\":[1,2],\"f\":{\"g\":null}}"
            .getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = good.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      Undecodable reason = bed.decoder.decode(bytes, bed.row);
      assertThat(reason == null || !reason.message().isBlank())
          .as("seed %d, round %d", seed, i)
          .isTrue();
    }
  }
}
