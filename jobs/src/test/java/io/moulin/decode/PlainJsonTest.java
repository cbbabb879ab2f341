package io.moulin.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is read by hand is what the parser reads, to the last bit, or it is not read by hand. */
class PlainJsonTest {
  private static final String[] COLUMNS = {
    "i", "int", "l", "long", "f", "float", "d", "double", "n", "decimal(12,3)", "s", "string",
    "b", "boolean", "t", "timestamp", "z", "timestamptz", "day", "date", "at", "time", "id", "uuid",
    "raw", "binary", "many", "list<long>", "\"odd\\ né\"", "string"
  };
  private static final int COUNT = COLUMNS.length / 2;
  private static final int RECORDS = Integer.getInteger("moulin.records", 20_000);

  /** Values that are plain for some column, and values that are not for any. */
  private static final List<String> VALUES =
      List.of(
          "0",
          "-0",
          "7",
          "-12",
          "2147483647",
          "2147483648",
          "-2147483648",
          "007",
          "1.0",
          "1.50",
          "-0.0",
          "0.1",
          "0.30000000000000004",
          "123456789012345678",
          "1234567890123456789",
          "9007199254740993",
          "9007199254740.993",
          "1234567890.12345678",
          "12345678901234567.8",
          "1.",
          ".5",
          "-",
          "+1",
          "1e3",
          "1E-2",
          "1e400",
          "1e99999999999",
          "0e-99999999999",
          "NaN",
          "Infinity",
          "0x10",
          "1_0",
          "12a",
          "1704067200",
          "1704067200000",
          "1704067200.0",
          "null",
          "nul",
          "true",
          "false",
          "tru",
          "[1,2]",
          "[]",
          "{}",
          "[1,\"x\"]",
          "\"\"",
          "\"NULL\"",
          "\"text\"",
          "\"with \\\"escape\\\"\"",
          "\"\\u0041\"",
          "\"né\"",
          "\"\\ud800\"",
          "\"tab\tin\"",
          "\"open",
          "\"2024-01-31T23:59:59\"",
          "\"2024-01-31 23:59:59.123456\"",
          "\"2024-02-30T00:00:00\"",
          "\"2024-01-31T23:59:59Z\"",
          "\"2024-01-31T23:59:59+05:30\"",
          "\"2024-01-31T23:59:59.1234567\"",
          "\"2024-01-31\"",
          "\"23:59:59\"",
          "\"23:59:59.0000001\"",
          "\"0001-01-01T00:00:00\"",
          "\"0000-01-01T00:00:00\"",
          "\"AAEC\"",
          "\"AA=C\"",
          "\"123e4567-e89b-12d3-a456-426614174000\"",
          "\"1-1-1-1-1\"",
          " 5 ",
          "\n\t8");

  private final long seed = Long.getLong("moulin.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final JsonDecoder decoder = new JsonDecoder(JsonDecoderTest.dataset(COLUMNS));
  private final DecodedRows plain = new DecodedRows(COUNT);
  private final DecodedRows parsed = new DecodedRows(COUNT);

  @Test
  void readsWhatTheParserReads() {
    int read = 0;
    for (int i = 0; i < RECORDS; i++) {
      byte[] payload = record();
      plain.clear();
      if (decoder.plain.read(payload, plain)) {
        read++;
        String record = "seed %d: %s".formatted(seed, new String(payload, StandardCharsets.UTF_8));
        assertThat(decoder.parse(payload, parsed)).as(record).isNull();
        assertThat(values(plain)).as(record).isEqualTo(values(parsed));
        assertThat(plain.malformed()).as(record).isEqualTo(parsed.malformed());
        assertThat(plain.extra()).as(record).isEqualTo(parsed.extra());
      }
    }
    assertThat(read)
        .as("seed %d: records of %d that were plain", seed, RECORDS)
        .isBetween(RECORDS / 20, RECORDS - RECORDS / 20);
  }

  @Test
  void theDecoderSaysWhatTheParserSays() {
    DecodedRows decoded = new DecodedRows(COUNT);
    for (int i = 0; i < RECORDS / 2; i++) {
      byte[] payload = record();
      String record = "seed %d: %s".formatted(seed, new String(payload, StandardCharsets.UTF_8));
      Undecodable reason = decoder.decode(payload, decoded);
      assertThat(reason).as(record).isEqualTo(decoder.parse(payload, parsed));
      if (reason == null) {
        assertThat(values(decoded)).as(record).isEqualTo(values(parsed));
        assertThat(decoded.malformed()).as(record).isEqualTo(parsed.malformed());
        assertThat(decoded.extra()).as(record).isEqualTo(parsed.extra());
      }
    }
  }

  private byte[] record() {
    List<Integer> order = new ArrayList<>();
    for (int column = 0; column < COUNT; column++) {
      if (random.nextInt(4) > 0) {
        order.add(column);
      }
    }
    if (random.nextInt(10) == 0) {
      Collections.shuffle(order, random);
    }
    if (!order.isEmpty() && random.nextInt(50) == 0) {
      order.add(order.get(0));
    }
    boolean tame = random.nextInt(3) > 0;
    StringBuilder json = new StringBuilder(space()).append('{');
    String comma = "";
    for (int column : order) {
      json.append(comma).append(space()).append(quoted(COLUMNS[2 * column])).append(space());
      json.append(':').append(space()).append(tame ? tame(column) : any()).append(space());
      comma = ",";
    }
    if (random.nextInt(60) == 0) {
      json.append(comma).append("\"unknown\":1");
    }
    byte[] bytes = json.append('}').append(space()).toString().getBytes(StandardCharsets.UTF_8);
    return random.nextInt(4) > 0 ? bytes : damaged(bytes);
  }

  private String space() {
    return random.nextInt(40) == 0 ? " " : "";
  }

  private static String quoted(String name) {
    return '"' + name.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private String any() {
    return VALUES.get(random.nextInt(VALUES.size()));
  }

  /** A value that is mostly one of the column's type. */
  private String tame(int column) {
    return switch (COLUMNS[2 * column + 1]) {
      case "int" -> String.valueOf(random.nextInt());
      case "long" -> String.valueOf(random.nextLong() >> random.nextInt(64));
      case "float", "double" ->
          random.nextBoolean()
              ? String.valueOf(random.nextInt(1_000_000) / 100.0)
              : String.valueOf(random.nextGaussian());
      case "decimal(12,3)" -> (random.nextInt() >> random.nextInt(32)) + ".5";
      case "string" -> "\"text of the row\"";
      case "boolean" -> String.valueOf(random.nextBoolean());
      case "timestamp", "timestamptz" ->
          "\"2024-0%d-1%dT0%d:11:22\""
              .formatted(1 + random.nextInt(9), random.nextInt(10), random.nextInt(10));
      case "date" -> "\"2024-02-2%d\"".formatted(random.nextInt(10));
      case "time" -> "\"12:34:5%d\"".formatted(random.nextInt(10));
      case "uuid" -> "\"123e4567-e89b-12d3-a456-42661417400%d\"".formatted(random.nextInt(10));
      default -> "null";
    };
  }

  /** The record with a byte changed, taken away or doubled, or cut off. */
  private byte[] damaged(byte[] bytes) {
    int at = 1 + random.nextInt(bytes.length - 1);
    return switch (random.nextInt(4)) {
      case 0 -> Arrays.copyOf(bytes, at);
      case 1 -> {
        byte[] changed = bytes.clone();
        changed[at] = (byte) random.nextInt(256);
        yield changed;
      }
      case 2 -> spliced(bytes, at, at + 1);
      default -> spliced(bytes, at + 1, at);
    };
  }

  /** What comes before {@code to}, then what comes from {@code from} on. */
  private static byte[] spliced(byte[] bytes, int to, int from) {
    byte[] made = new byte[to + bytes.length - from];
    System.arraycopy(bytes, 0, made, 0, to);
    System.arraycopy(bytes, from, made, to, bytes.length - from);
    return made;
  }

  private static List<String> values(DecodedRows row) {
    List<String> values = new ArrayList<>();
    for (int column = 0; column < COUNT; column++) {
      values.add(row.has(column) ? value(row, column) : "none");
    }
    return values;
  }

  private static String value(DecodedRows row, int column) {
    return switch (COLUMNS[2 * column + 1]) {
      case "float", "double" -> Long.toHexString(Double.doubleToRawLongBits(row.doubleAt(column)));
      case "decimal(12,3)", "string", "uuid", "list<long>" -> row.objectAt(column).toString();
      case "binary" -> Arrays.toString((byte[]) row.objectAt(column));
      default -> String.valueOf(row.longAt(column));
    };
  }
}
