package io.moulin.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moulin.decode.Undecodable.Kind;
import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DataType;
import io.moulin.spec.DataType.Scalar;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DatasetSpec.UnknownFields;
import io.moulin.spec.DeadLetterSpec;
import io.moulin.spec.MoulinException;
import io.moulin.spec.Place;
import io.moulin.spec.SourceSpec;
import io.moulin.spec.SourceSpec.SchemaFile;
import io.moulin.spec.TimeSpec;
import io.moulin.spec.TypeParser;
import io.moulin.spec.project.RegistrySpec;
import io.moulin.spec.project.RegistrySpec.OnError;
import io.moulin.spec.project.Secret;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AvroDecoderTest {
  private static final Place AT = Place.of("datasets/test.yml");
  private static final Schema LONG = Schema.create(Schema.Type.LONG);
  private static final Schema STRING = Schema.create(Schema.Type.STRING);

  /** What a field of Avro becomes in a column: text of the value, "malformed …" or "null". */
  private static String read(Schema field, @Nullable Object value, String type) throws IOException {
    Schema schema =
        SchemaBuilder.record("r").fields().name("c").type(field).noDefault().endRecord();
    GenericRecord record = new GenericData.Record(schema);
    record.put("c", value);
    Read read = decode(dataset(schema, "c " + type), bytes(schema, record));
    if (read.reason != null) {
      return read.reason.kind() + ": " + read.reason.message();
    }
    String malformed = read.row.malformed();
    return malformed != null ? "malformed " + malformed : read.value(0, type);
  }

  private record Read(@Nullable Undecodable reason, DecodedRows row) {
    String value(int column, String type) {
      if (!row.has(column)) {
        return "null";
      }
      DataType parsed = TypeParser.parse(type);
      if (parsed == Scalar.FLOAT || parsed == Scalar.DOUBLE) {
        return Double.toString(row.doubleAt(column));
      }
      boolean number =
          parsed instanceof Scalar scalar
              && switch (scalar) {
                case STRING, UUID, BINARY -> false;
                default -> true;
              };
      if (number) {
        return Long.toString(row.longAt(column));
      }
      Object value = row.objectAt(column);
      return value instanceof byte[] bytes
          ? new String(bytes, StandardCharsets.ISO_8859_1)
          : value.toString();
    }
  }

  @Test
  void plainTypesBecomeTheirColumns() throws IOException {
    assertThat(read(Schema.create(Schema.Type.BOOLEAN), true, "boolean")).isEqualTo("1");
    assertThat(read(Schema.create(Schema.Type.INT), Integer.MIN_VALUE, "int"))
        .isEqualTo("-2147483648");
    assertThat(read(LONG, Long.MIN_VALUE, "long")).isEqualTo("-9223372036854775808");
    assertThat(read(LONG, 7L, "int")).isEqualTo("7");
    assertThat(read(LONG, 1L << 31, "int")).isEqualTo("malformed {\"c\":2147483648}");
    assertThat(read(Schema.create(Schema.Type.FLOAT), 1.5f, "float")).isEqualTo("1.5");
    assertThat(read(Schema.create(Schema.Type.DOUBLE), -0.1, "double")).isEqualTo("-0.1");
    assertThat(read(Schema.create(Schema.Type.DOUBLE), 3.0, "long")).isEqualTo("3");
    assertThat(read(Schema.create(Schema.Type.DOUBLE), 3.5, "long"))
        .isEqualTo("malformed {\"c\":3.5}");
    assertThat(read(Schema.create(Schema.Type.DOUBLE), Double.NaN, "double"))
        .isEqualTo("malformed {\"c\":\"NaN\"}");
    assertThat(read(STRING, "grüß 😀", "string")).isEqualTo("grüß 😀");
    assertThat(read(STRING, "7", "long")).isEqualTo("malformed {\"c\":\"7\"}");
    assertThat(read(LONG, 7L, "string")).isEqualTo("malformed {\"c\":7}");
    assertThat(read(Schema.create(Schema.Type.BYTES), ByteBuffer.wrap(new byte[] {65}), "binary"))
        .isEqualTo("A");
    Schema suit = Schema.createEnum("suit", null, null, List.of("HEARTS", "SPADES"));
    assertThat(read(suit, new GenericData.EnumSymbol(suit, "SPADES"), "string"))
        .isEqualTo("SPADES");
  }

  @Test
  void unionsWithNullAndWithMore() throws IOException {
    Schema optional = Schema.createUnion(Schema.create(Schema.Type.NULL), LONG);
    assertThat(read(optional, null, "long")).isEqualTo("null");
    assertThat(read(optional, 5L, "long")).isEqualTo("5");
    Schema either = Schema.createUnion(LONG, STRING, Schema.create(Schema.Type.NULL));
    assertThat(read(either, "x", "long")).isEqualTo("malformed {\"c\":\"x\"}");
    assertThat(read(either, 5L, "long")).isEqualTo("5");
    assertThat(read(either, null, "list<long>")).isEqualTo("null");
  }

  @Test
  void decimalsAreExactOrRefused() throws IOException {
    Schema bytes = LogicalTypes.decimal(10, 2).addToSchema(Schema.create(Schema.Type.BYTES));
    ByteBuffer amount = ByteBuffer.wrap(new BigDecimal("-123.45").unscaledValue().toByteArray());
    assertThat(read(bytes, amount, "decimal(10,2)")).isEqualTo("-123.45");
    assertThat(read(bytes, amount, "decimal(12,4)")).isEqualTo("-123.4500");
    assertThat(read(bytes, amount, "decimal(10,1)")).isEqualTo("malformed {\"c\":-123.45}");
    assertThat(read(bytes, amount, "double")).isEqualTo("malformed {\"c\":-123.45}");
    Schema fixed = LogicalTypes.decimal(5, 1).addToSchema(Schema.createFixed("f", null, null, 4));
    assertThat(read(fixed, new GenericData.Fixed(fixed, new byte[] {0, 0, 0, 15}), "decimal(5,1)"))
        .isEqualTo("1.5");
    assertThat(read(Schema.create(Schema.Type.DOUBLE), 12.3, "decimal(10,2)")).isEqualTo("12.30");
    assertThat(read(LONG, 7L, "decimal(10,2)")).isEqualTo("7.00");
    assertThat(read(bytes, ByteBuffer.wrap(new byte[100]), "decimal(38,2)"))
        .startsWith("malformed {\"c\":\"AAAA");
    assertThat(read(bytes, ByteBuffer.wrap(new byte[0]), "decimal(10,2)"))
        .isEqualTo("malformed {\"c\":\"\"}");
  }

  @Test
  void datesAndTimes() throws IOException {
    Schema date = LogicalTypes.date().addToSchema(Schema.create(Schema.Type.INT));
    assertThat(read(date, -1, "date")).isEqualTo("-1");
    assertThat(read(date, Integer.MAX_VALUE, "date")).startsWith("malformed");
    assertThat(read(date, 1, "int")).isEqualTo("malformed {\"c\":\"1970-01-02\"}");
    Schema timeMillis = LogicalTypes.timeMillis().addToSchema(Schema.create(Schema.Type.INT));
    assertThat(read(timeMillis, 1, "time")).isEqualTo("1000");
    assertThat(read(timeMillis, -1, "time")).startsWith("malformed");
    Schema timeMicros = LogicalTypes.timeMicros().addToSchema(Schema.create(Schema.Type.LONG));
    assertThat(read(timeMicros, 86_399_999_999L, "time")).isEqualTo("86399999999");
    Schema millis = LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG));
    assertThat(read(millis, -1L, "timestamptz")).isEqualTo("-1000");
    assertThat(read(millis, Long.MAX_VALUE, "timestamptz")).startsWith("malformed");
    Schema micros = LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG));
    assertThat(read(micros, 5L, "timestamptz")).isEqualTo("5");
    assertThat(read(micros, 5L, "timestamp")).as("in Berlin").isEqualTo("3600000005");
    Schema nanos = LogicalTypes.timestampNanos().addToSchema(Schema.create(Schema.Type.LONG));
    assertThat(read(nanos, 5_000L, "timestamptz")).isEqualTo("5");
    assertThat(read(nanos, 5_001L, "timestamptz"))
        .isEqualTo("malformed {\"c\":\"1970-01-01T00:00:00.000005001Z\"}");
    Schema local = LogicalTypes.localTimestampMicros().addToSchema(Schema.create(Schema.Type.LONG));
    assertThat(read(local, 5L, "timestamp")).isEqualTo("5");
    assertThat(read(local, 5L, "timestamptz")).as("in Berlin").isEqualTo("-3599999995");
    assertThat(read(LONG, 1L, "timestamptz")).as("as time.formats says").isEqualTo("1000");
    assertThat(read(STRING, "1970-01-01T00:00:01", "timestamp")).isEqualTo("1000000");
    assertThat(read(STRING, "never", "timestamp")).isEqualTo("malformed {\"c\":\"never\"}");
  }

  @Test
  void uuids() throws IOException {
    UUID uuid = new UUID(1, 2);
    Schema text = LogicalTypes.uuid().addToSchema(Schema.create(Schema.Type.STRING));
    assertThat(read(text, uuid.toString(), "uuid")).isEqualTo(uuid.toString());
    Schema fixed = LogicalTypes.uuid().addToSchema(Schema.createFixed("u", null, null, 16));
    byte[] bytes = ByteBuffer.allocate(16).putLong(1).putLong(2).array();
    assertThat(read(fixed, new GenericData.Fixed(fixed, bytes), "uuid")).isEqualTo(uuid.toString());
    assertThat(read(STRING, "1-2-3-4-5", "uuid")).startsWith("malformed");
  }

  @Test
  void nestedTypes() throws IOException {
    Schema micros = LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG));
    Schema inner =
        SchemaBuilder.record("inner")
            .fields()
            .name("at")
            .type(micros)
            .noDefault()
            .name("n")
            .type(LONG)
            .noDefault()
            .endRecord();
    GenericRecord one = new GenericData.Record(inner);
    one.put("at", 5L);
    one.put("n", 7L);
    assertThat(read(inner, one, "struct<at: timestamptz, n: int>"))
        .isEqualTo("{\"at\":\"1970-01-01T00:00:00.000005Z\",\"n\":\"7\"}");
    assertThat(read(inner, one, "struct<n: int>"))
        .as("an undeclared member would be lost")
        .startsWith("malformed");
    assertThat(
            read(Schema.createArray(inner), List.of(one), "list<struct<at: timestamptz, n: int>>"))
        .isEqualTo("[{\"at\":\"1970-01-01T00:00:00.000005Z\",\"n\":\"7\"}]");
    assertThat(read(Schema.createMap(LONG), Map.of("a", 1L), "map<string, long>"))
        .isEqualTo("{\"a\":\"1\"}");
  }

  @Test
  void fieldsAreMatchedByNameAndOthersAreKept() throws IOException {
    Schema schema =
        SchemaBuilder.record("r")
            .fields()
            .name("b")
            .type(STRING)
            .noDefault()
            .name("more")
            .type(Schema.createUnion(Schema.create(Schema.Type.NULL), LONG))
            .noDefault()
            .name("a")
            .type(LONG)
            .noDefault()
            .endRecord();
    GenericRecord record = new GenericData.Record(schema);
    record.put("b", "x");
    record.put("more", 3L);
    record.put("a", 1L);
    Read read = decode(dataset(schema, "a long", "absent long", "b string"), bytes(schema, record));
    assertThat(read.value(0, "long")).isEqualTo("1");
    assertThat(read.value(1, "long")).isEqualTo("null");
    assertThat(read.value(2, "string")).isEqualTo("x");
    assertThat(read.row.extra()).isEqualTo("{\"more\":3}");
  }

  @Test
  void whateverTheBytesAreDecodingEndsWithAReasonOrARow() throws IOException {
    Schema schema =
        SchemaBuilder.record("r")
            .fields()
            .name("s")
            .type(STRING)
            .noDefault()
            .name("xs")
            .type(Schema.createArray(Schema.create(Schema.Type.NULL)))
            .noDefault()
            .name("m")
            .type(Schema.createMap(STRING))
            .noDefault()
            .name("u")
            .type(Schema.createUnion(Schema.create(Schema.Type.NULL), LONG))
            .noDefault()
            .endRecord();
    DatasetSpec dataset = dataset(schema, "s string", "m map<string, string>", "u long");
    GenericRecord record = new GenericData.Record(schema);
    record.put("s", "text");
    record.put("xs", Arrays.asList(null, null));
    record.put("m", Map.of("k", "v"));
    record.put("u", 1L << 40);
    byte[] good = bytes(schema, record);
    assertThat(decode(dataset, good).reason).isNull();
    for (int length = 0; length < good.length; length++) {
      assertThat(decode(dataset, Arrays.copyOf(good, length)).reason)
          .as("cut to %d", length)
          .isNotNull();
    }
    byte[] longer = Arrays.copyOf(good, good.length + 1);
    assertThat(decode(dataset, longer).reason).extracting("kind").isEqualTo(Kind.MALFORMED_AVRO);
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Decoder decoder = Decoders.of(dataset);
    DecodedRows row = new DecodedRows(3);
    for (int i = 0; i < 10_000; i++) {
      byte[] bad = good.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      try {
        Undecodable unused = decoder.decode(bad, row);
      } catch (RuntimeException e) {
        throw new AssertionError("seed %d, step %d".formatted(seed, i), e);
      }
    }
  }

  @Test
  void aRecordCannotAskForMoreMemoryThanItHasBytes() throws IOException {
    Schema text = SchemaBuilder.record("r").fields().requiredString("s").endRecord();
    byte[] twoGigabytes = {(byte) 0xFC, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F};
    assertThat(decode(dataset(text, "s string"), twoGigabytes).reason)
        .extracting("kind")
        .isEqualTo(Kind.MALFORMED_AVRO);
    Schema nulls =
        SchemaBuilder.record("r")
            .fields()
            .name("xs")
            .type(Schema.createArray(Schema.create(Schema.Type.NULL)))
            .noDefault()
            .endRecord();
    assertThat(decode(dataset(nulls, "s string"), twoGigabytes).reason)
        .extracting("kind")
        .isEqualTo(Kind.LIMIT_EXCEEDED);
    Schema list =
        new Schema.Parser()
            .parse(
                "{\"type\":\"record\",\"name\":\"l\",\"fields\":[{\"name\":\"next\",\"type\":[\"null\",\"l\"]}]}");
    byte[] deep = new byte[100_001];
    Arrays.fill(deep, 0, 100_000, (byte) 2);
    assertThat(decode(dataset(list, "s string"), deep).reason)
        .extracting("kind")
        .isEqualTo(Kind.LIMIT_EXCEEDED);
  }

  @Test
  void aSchemaThatIsNoneIsAUsersMistake() {
    DatasetSpec dataset = dataset(new SchemaFile("schemas/x.avsc", "{]", AT), null, "a long");
    assertThatThrownBy(() -> Decoders.of(dataset))
        .isInstanceOf(MoulinException.class)
        .hasMessageContaining("schemas/x.avsc holds no schema of a record");
  }

  @Test
  void recordsNameTheirSchemasAtTheRegistry() throws IOException {
    Schema first = SchemaBuilder.record("r").fields().requiredLong("a").endRecord();
    Schema second =
        SchemaBuilder.record("r").fields().requiredString("b").requiredLong("a").endRecord();
    try (TestRegistry registry = new TestRegistry()) {
      registry.put(1, first);
      registry.put(70_000, second);
      registry.putAnswer(3, "{\"schema\":\"{}\",\"schemaType\":\"PROTOBUF\"}");
      registry.putAnswer(4, "{\"schema\":\"\\\"string\\\"\"}");
      RegistrySpec spec = registry.spec("me", new Secret("secret", true), OnError.DEAD_LETTER);
      Decoder decoder = Decoders.of(dataset(null, spec, "a long", "b string"));
      DecodedRows row = new DecodedRows(2);
      GenericRecord one = new GenericData.Record(first);
      one.put("a", 5L);
      GenericRecord two = new GenericData.Record(second);
      two.put("b", "x");
      two.put("a", 6L);
      for (int i = 0; i < 3; i++) {
        assertThat(decoder.decode(framed(1, bytes(first, one)), row)).isNull();
        assertThat(row.longAt(0)).isEqualTo(5);
        assertThat(decoder.decode(framed(70_000, bytes(second, two)), row)).isNull();
        assertThat(row.objectAt(1)).isEqualTo("x");
      }
      assertThat(registry.asked.get()).as("each schema once").isEqualTo(2);
      assertThat(registry.authorization).isEqualTo("Basic bWU6c2VjcmV0");
      assertThat(spec.toString()).doesNotContain("secret,");
      assertThat(kind(decoder, framed(3, new byte[0]))).isEqualTo(Kind.INCOMPATIBLE_SCHEMA);
      assertThat(kind(decoder, framed(4, new byte[0]))).isEqualTo(Kind.INCOMPATIBLE_SCHEMA);
      assertThat(kind(decoder, framed(9, new byte[0]))).isEqualTo(Kind.UNKNOWN_SCHEMA);
      assertThat(kind(decoder, framed(9, new byte[0]))).isEqualTo(Kind.UNKNOWN_SCHEMA);
      assertThat(registry.asked.get()).as("an answer holds for a while").isEqualTo(5);
      assertThat(kind(decoder, "{\"a\":1}".getBytes(StandardCharsets.UTF_8)))
          .isEqualTo(Kind.MALFORMED_AVRO);
      assertThat(kind(decoder, new byte[] {0, 0, 0})).isEqualTo(Kind.MALFORMED_AVRO);
      assertThat(kind(decoder, new byte[0])).isEqualTo(Kind.EMPTY);
      assertThat(kind(decoder, null)).isEqualTo(Kind.EMPTY);
      registry.status = 503;
      assertThat(kind(decoder, framed(10, new byte[0]))).isEqualTo(Kind.REGISTRY_UNAVAILABLE);
      registry.close();
      assertThat(kind(decoder, framed(11, new byte[0]))).isEqualTo(Kind.REGISTRY_UNAVAILABLE);
      assertThat(decoder.decode(framed(1, bytes(first, one)), row)).as("known").isNull();
    }
  }

  @Test
  void theStreamWaitsForARegistryThatIsDownOrDoesNotKnow() throws Exception {
    Schema schema = SchemaBuilder.record("r").fields().requiredLong("a").endRecord();
    GenericRecord record = new GenericData.Record(schema);
    record.put("a", 5L);
    try (TestRegistry registry = new TestRegistry()) {
      registry.status = 503;
      Decoder decoder = Decoders.of(dataset(null, registry.spec(OnError.WAIT), "a long"));
      DecodedRows row = new DecodedRows(1);
      byte[] payload = framed(1, bytes(schema, record));
      CompletableFuture<Boolean> decoded =
          CompletableFuture.supplyAsync(() -> decoder.decode(payload, row) == null);
      waitUntil(registry, 2);
      assertThat(decoded).isNotDone();
      registry.status = 200;
      waitUntil(registry, 3);
      assertThat(decoded).as("the registry is back and does not know it yet").isNotDone();
      registry.put(1, schema);
      assertThat(decoded.get(60, TimeUnit.SECONDS)).isTrue();
      assertThat(row.longAt(0)).isEqualTo(5);
    }
  }

  private static void waitUntil(TestRegistry registry, int asked) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (registry.asked.get() < asked) {
      assertThat(System.nanoTime()).as("asked %d times in a minute", asked).isLessThan(end);
      Thread.onSpinWait();
    }
  }

  private static Kind kind(Decoder decoder, byte @Nullable [] payload) {
    Undecodable reason = decoder.decode(payload, new DecodedRows(2));
    assertThat(reason).isNotNull();
    return reason == null ? Kind.EMPTY : reason.kind();
  }

  private static byte[] framed(int id, byte[] bytes) {
    return ByteBuffer.allocate(5 + bytes.length).put((byte) 0).putInt(id).put(bytes).array();
  }

  private static Read decode(DatasetSpec dataset, byte[] payload) {
    DecodedRows row = new DecodedRows(dataset.columns().size());
    return new Read(Decoders.of(dataset).decode(payload, row), row);
  }

  private static byte[] bytes(Schema schema, GenericRecord record) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(schema).write(record, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  private static DatasetSpec dataset(Schema schema, String... columns) {
    return dataset(schema.toString(), columns);
  }

  static DatasetSpec dataset(String schema, String... columns) {
    return dataset(new SchemaFile("schemas/x.avsc", schema, AT), null, columns);
  }

  static DatasetSpec dataset(
      @Nullable SchemaFile schema, @Nullable RegistrySpec registry, String... columns) {
    List<ColumnSpec> specs = new ArrayList<>();
    for (String column : columns) {
      String name = column.substring(0, column.indexOf(' '));
      DataType type = TypeParser.parse(column.substring(column.indexOf(' ') + 1));
      specs.add(new ColumnSpec(name, type, name, type, "", false, false, List.of(), null, AT));
    }
    TimeSpec time =
        new TimeSpec(
            "c",
            List.of("iso", "epoch-ms"),
            ZoneId.of("Europe/Berlin"),
            Duration.ZERO,
            null,
            null,
            Duration.ofSeconds(30));
    return new DatasetSpec(
        "t.t",
        "t",
        "",
        new SourceSpec("t", 1, Duration.ofDays(1), SourceSpec.Format.AVRO, null, schema, registry),
        new DeadLetterSpec("t.dlq", 1, Duration.ofDays(1), 0),
        time,
        specs,
        UnknownFields.KEEP,
        List.of(),
        List.of(),
        List.of(),
        null,
        null,
        List.of(),
        List.of(),
        AT);
  }
}
