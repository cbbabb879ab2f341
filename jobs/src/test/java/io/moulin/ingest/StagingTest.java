package io.moulin.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moulin.decode.Decoder;
import io.moulin.decode.Decoders;
import io.moulin.decode.Undecodable;
import io.moulin.duck.Duck;
import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DataType;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DatasetSpec.UnknownFields;
import io.moulin.spec.DeadLetterSpec;
import io.moulin.spec.MoulinException;
import io.moulin.spec.Place;
import io.moulin.spec.SourceSpec;
import io.moulin.spec.TypeParser;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was decoded stands in {@code batch} as it was: every type, every row, or a failure. */
class StagingTest {
  private static final int MOST = StagedRows.MOST_ROWS;

  private static final Place AT = Place.of("datasets/test.yml");

  @TempDir Path folder;

  private static Duck open(Path folder, DatasetSpec dataset) throws SQLException {
    Duck duck = Duck.open(folder, 256_000_000);
    for (String statement : new IngestSql(dataset, IngestSql.Source.RECORDS).staged()) {
      duck.run(statement);
    }
    duck.run(Staging.prepareDead());
    return duck;
  }

  private static DatasetSpec dataset(String... namesAndTypes) {
    List<ColumnSpec> columns = new ArrayList<>();
    for (int i = 0; i < namesAndTypes.length; i += 2) {
      String name = namesAndTypes[i];
      DataType type = TypeParser.parse(namesAndTypes[i + 1]);
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
        UnknownFields.KEEP,
        List.of("NULL"),
        List.of(),
        List.of(),
        null,
        null,
        List.of(),
        List.of(),
        AT);
  }

  private static RawRecord record(long offset, String json) {
    return new RawRecord(
        (int) (offset % 3), offset, offset, null, json.getBytes(StandardCharsets.UTF_8));
  }

  /** Values of type {@code type}, as they stand in a record, come out as {@code expected}. */
  private void values(String type, List<String> sent, List<String> expected) throws Exception {
    DatasetSpec dataset = dataset("v", type);
    List<String> found = new ArrayList<>();
    try (Duck duck = open(folder, dataset);
        Staging staging = new Staging(duck, dataset, Decoders.of(dataset))) {
      for (int i = 0; i < sent.size(); i++) {
        assertThat(staging.add(record(i, "{\"v\":" + sent.get(i) + "}"))).isNull();
      }
      staging.seal();
      duck.query(
          "SELECT CAST(v AS VARCHAR), _malformed FROM raw ORDER BY _row",
          row -> {
            found.add(row.getString(1));
            assertThat(row.getString(2)).isNull();
          });
    }
    assertThat(found).as(type).containsExactlyElementsOf(expected);
  }

  /** The same, of values that come out as they were sent. */
  private void same(String type, String... values) throws Exception {
    List<String> sent = new ArrayList<>(List.of(values));
    List<String> expected = new ArrayList<>(sent);
    sent.add(1, "null");
    expected.add(1, null);
    values(type, sent, expected);
  }

  private void sameText(String type, String... values) throws Exception {
    List<String> sent = new ArrayList<>();
    List<String> expected = new ArrayList<>(List.of(values));
    for (String value : values) {
      sent.add('"' + value + '"');
    }
    sent.add(1, "null");
    expected.add(1, null);
    values(type, sent, expected);
  }

  @Test
  void numbersAreExact() throws Exception {
    same("boolean", "true", "false");
    same("int", "0", "2147483647", "-2147483648");
    same("long", "0", "9223372036854775807", "-9223372036854775808");
    same("float", "0.1", "-0.0", "3.4028235e+38", "1e-45");
    same("double", "0.1", "-0.0", "1.7976931348623157e+308", "5e-324");
    same("decimal(4,2)", "12.34", "-99.99", "0.00");
    same("decimal(9,0)", "999999999", "-999999999");
    same("decimal(18,4)", "99999999999999.9999", "-99999999999999.9999");
    same(
        "decimal(38,10)",
        "1234567890123456789012345678.0123456789",
        "-9999999999999999999999999999.9999999999",
        "-0.0000000001");
    same("decimal(38,0)", "9".repeat(38), "-" + "9".repeat(38));
    values(
        "decimal(38,38)",
        List.of("0." + "9".repeat(38), "-0." + "0".repeat(37) + "1"),
        List.of("." + "9".repeat(38), "-." + "0".repeat(37) + "1"));
  }

  @Test
  void timesAreExact() throws Exception {
    sameText("date", "0001-01-01", "1969-12-31", "1970-01-01", "9999-12-31", "2024-02-29");
    sameText("time", "00:00:00", "23:59:59.999999", "12:00:00.000001");
    values(
        "timestamp",
        List.of(
            "\"0001-01-01T00:00:00\"",
            "null",
            "\"9999-12-31T23:59:59.999999\"",
            "\"1969-12-31T23:59:59.999999\""),
        Arrays.asList(
            "0001-01-01 00:00:00",
            null,
            "9999-12-31 23:59:59.999999",
            "1969-12-31 23:59:59.999999"));
    values(
        "timestamptz",
        List.of(
            "\"0001-01-01T00:00:00Z\"",
            "null",
            "\"9999-12-31T23:59:59.999999Z\"",
            "\"2024-03-31T02:30:00+02:00\""),
        Arrays.asList(
            "0001-01-01 00:00:00+00",
            null,
            "9999-12-31 23:59:59.999999+00",
            "2024-03-31 00:30:00+00"));
  }

  @Test
  void textIsKeptToTheLastByte() throws Exception {
    sameText("string", "", "a", "twelve bytes", "thirteen byte", "ä€😀", "x".repeat(100_000), " ");
    values("string", List.of("\"a\\u0000b\"", "\"\\u00e9\\n\""), List.of("a\0b", "é\n"));
    sameText(
        "uuid",
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "80000000-0000-4000-8000-000000000001");
    values(
        "binary",
        List.of("\"\"", "null", "\"AP+AQQ==\""),
        Arrays.asList("", null, "\\x00\\xFF\\x80A"));
    values(
        "list<long>",
        List.of("[1,null,9223372036854775807]", "null", "[]"),
        Arrays.asList("[1, NULL, 9223372036854775807]", null, "[]"));
    values("map<string,string>", List.of("{\"ä\":\"\"}"), List.of("{ä=''}"));
  }

  @Test
  void halfASurrogatePairIsNoText() throws Exception {
    DatasetSpec dataset = dataset("v", "string");
    try (Duck duck = open(folder, dataset);
        Staging staging = new Staging(duck, dataset, Decoders.of(dataset))) {
      Undecodable reason = staging.add(record(0, "{\"v\":\"\\ud83d\"}"));
      assertThat(reason).isNotNull();
      staging.add(record(1, "{\"v\":\"\\ud83d\\ude00\"}"));
      staging.seal();
      assertThat(staging.rowCount()).isEqualTo(1);
      assertThat(staging.deadCount()).isEqualTo(1);
      duck.query("SELECT v, _offset FROM raw", row -> assertThat(row.getString(1)).isEqualTo("😀"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2047, 2048, 2049, MOST - 1, MOST, MOST + 1, 100_000})
  void everyRowArrivesInItsOrder(int rows) throws Exception {
    DatasetSpec dataset = dataset("id", "long", "text", "string");
    try (Duck duck = open(folder, dataset);
        Staging staging = new Staging(duck, dataset, Decoders.of(dataset))) {
      for (int batch = 0; batch < 2; batch++) {
        for (int i = 0; i < rows; i++) {
          String text = i % 3 == 0 ? "" : ",\"text\":\"text of " + i + "\"";
          String more = i % 1000 == 7 ? ",\"more\":" + i : "";
          staging.add(record(i, "{\"id\":" + i + text + more + "}"));
          if (i % 5000 == 0) {
            staging.add(record(i, "no row"));
          }
        }
        staging.seal();
        assertThat(staging.rowCount()).isEqualTo(rows);
        duck.query(
            "SELECT count(*), count(*) FILTER (_row = id AND _offset = id AND _partition = id % 3"
                + " AND epoch_ms(_record_time) = id AND _malformed IS NULL"
                + " AND text IS NOT DISTINCT FROM if(id % 3 = 0, NULL, 'text of ' || id)"
                + " AND _extra IS NOT DISTINCT FROM if(id % 1000 = 7, '{\"more\":' || id || '}', NULL))"
                + ", count(DISTINCT id) FROM raw",
            row -> {
              assertThat(row.getInt(1)).isEqualTo(rows);
              assertThat(row.getInt(2)).isEqualTo(rows);
              assertThat(row.getInt(3)).isEqualTo(rows);
            });
        duck.query(
            "SELECT count(*) FROM dead",
            row -> assertThat(row.getInt(1)).isEqualTo(staging.deadCount()));
        staging.clear();
        duck.query("SELECT count(*) FROM raw", row -> assertThat(row.getInt(1)).isZero());
      }
    }
  }

  @Test
  void largeRecordsDoNotWaitForMany() throws Exception {
    DatasetSpec dataset = dataset("v", "string");
    String text = "x".repeat(1_000_000);
    try (Duck duck = open(folder, dataset);
        Staging staging = new Staging(duck, dataset, Decoders.of(dataset))) {
      for (int i = 0; i < 10; i++) {
        staging.add(record(i, "{\"v\":\"" + text + "\"}"));
      }
      duck.query("SELECT count(*) FROM raw", row -> assertThat(row.getInt(1)).isEqualTo(8));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, 1_700_000_000_123L, Long.MAX_VALUE, Long.MIN_VALUE})
  void aTimeThatAProducerMadeUpEndsNothing(long millis) throws Exception {
    DatasetSpec dataset = dataset("v", "long");
    long kept = Math.max(-9_223_372_000_000_000L, Math.min(9_223_372_000_000_000L, millis));
    try (Duck duck = open(folder, dataset);
        Staging staging = new Staging(duck, dataset, Decoders.of(dataset))) {
      staging.add(new RawRecord(0, 0, millis, null, "{}".getBytes(StandardCharsets.UTF_8)));
      staging.add(new RawRecord(0, 1, millis, null, "?".getBytes(StandardCharsets.UTF_8)));
      staging.seal();
      for (String table : List.of("raw", "dead")) {
        duck.query(
            "SELECT epoch_us(_record_time) FROM " + table,
            row -> assertThat(row.getLong(1)).as(table).isEqualTo(kept * 1_000));
      }
    }
  }

  /** Else the stream would stop at it, at every start again. */
  @Test
  void aRecordThatTheDecoderFailsOnIsADeadLetter() throws Exception {
    DatasetSpec dataset = dataset("v", "long");
    Decoder real = Decoders.of(dataset);
    Decoder failing =
        (payload, row) -> {
          Undecodable reason = real.decode(payload, row);
          if (row.has(0) && row.longAt(0) == 2) {
            throw new NumberFormatException("two");
          }
          return reason;
        };
    try (Duck duck = open(folder, dataset);
        Staging staging = new Staging(duck, dataset, failing)) {
      for (int i = 1; i <= 3; i++) {
        staging.add(record(i, "{\"v\":" + i + "}"));
      }
      staging.seal();
      List<String> found = new ArrayList<>();
      duck.query("SELECT v FROM raw ORDER BY v", row -> found.add(row.getString(1)));
      duck.query(
          "SELECT error_type, error_message, payload FROM dead",
          row -> found.add(row.getString(1) + " " + row.getString(2)));
      assertThat(found)
          .containsExactly("1", "3", "DECODER_FAILED java.lang.NumberFormatException: two");
    }
  }

  @Test
  void whatStopsTheJobIsNoFaultOfTheRecord() throws Exception {
    DatasetSpec dataset = dataset("v", "long");
    Decoder stopped =
        (payload, row) -> {
          throw MoulinException.external("interrupted", "stopped", "");
        };
    try (Duck duck = open(folder, dataset);
        Staging staging = new Staging(duck, dataset, stopped)) {
      assertThatThrownBy(() -> staging.add(record(0, "{}"))).isInstanceOf(MoulinException.class);
      assertThat(staging.deadCount()).isZero();
    }
  }

  /** A value that cannot be handed over, in the second vector of three. */
  @Test
  void aFailureHalfwayIsTheFailureOfTheStatement() throws Exception {
    DatasetSpec dataset = dataset("v", "decimal(4,0)");
    DatasetSpec wider = dataset("v", "decimal(9,0)");
    Decoder decoder = Decoders.of(wider);
    try (Duck duck = open(folder, dataset)) {
      Staging staging = new Staging(duck, dataset, decoder);
      for (int i = 0; i < 5_000; i++) {
        staging.add(record(i, "{\"v\":" + (i == 3_000 ? 12_345 : 1) + "}"));
      }
      assertThatThrownBy(staging::seal)
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("12345");
    }
  }

  @Test
  void anExpressionCannotSelectFromIt() throws Exception {
    DatasetSpec dataset = dataset("v", "long");
    try (Duck duck = open(folder, dataset);
        Staging staging = new Staging(duck, dataset, Decoders.of(dataset))) {
      staging.add(record(0, "{\"v\":1}"));
      staging.seal();
      List<String> functions = new ArrayList<>();
      duck.query(
          "SELECT function_name FROM duckdb_functions() WHERE function_name LIKE 'staged_rows%'",
          row -> functions.add(row.getString(1)));
      assertThat(functions).hasSize(1);
      String function = functions.get(0);
      duck.query(
          "SELECT count(*) FROM %s()".formatted(function),
          row -> assertThat(row.getInt(1)).as("rows that wait").isZero());
      assertThatThrownBy(
              () ->
                  duck.run(
                      "SELECT TRY(struct_pack(v := (SELECT count(*) FROM %s()))) FROM raw"
                          .formatted(function)))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("TRY");
    }
  }

  @Test
  void twoOfThemShareADatabase() throws Exception {
    DatasetSpec dataset = dataset("v", "long");
    try (Duck duck = open(folder, dataset);
        Staging one = new Staging(duck, dataset, Decoders.of(dataset));
        Staging two = new Staging(duck, dataset, Decoders.of(dataset))) {
      one.add(record(1, "{\"v\":1}"));
      one.seal();
      one.clear();
      two.add(record(2, "{\"v\":2}"));
      two.seal();
      duck.query("SELECT sum(v) FROM raw", row -> assertThat(row.getLong(1)).isEqualTo(2));
    }
  }

  @Test
  void aClosedDatabaseLetsGoOfTheRows() throws Exception {
    DatasetSpec dataset = dataset("v", "long");
    WeakReference<StagedRows> rows;
    try (Duck duck = open(folder, dataset)) {
      rows = new WeakReference<>(new StagedRows(duck, dataset));
    }
    for (int i = 0; i < 50 && rows.get() != null; i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertThat(rows.get()).isNull();
  }
}
