package io.moulin.bench.rows;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.moulin.bench.rows.Expected.Tally;
import io.moulin.load.trips.TripGenerator;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A month of taxi trips with duplicates, faults and lines that are no JSON: 417 bytes a row. What
 * must become of them is worked out from the lines, and compared with what the generator planted.
 */
public final class TaxiRows {
  private static final LocalDate MONTH = LocalDate.of(2024, 1, 1);
  private static final int BUFFER = 1 << 20;
  private static final ObjectMapper MAPPER =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private final Set<ByteBuffer> seen = new HashSet<>();
  private long rows;
  private Tally bronze = Tally.NONE;
  private Tally passed = Tally.NONE;
  private Tally silver = Tally.NONE;
  private Tally unjudged = Tally.NONE;

  private TaxiRows() {}

  /**
   * Puts {@code rows} trips into {@code topic} and, but for lines that are no JSON, into {@code
   * file}: DuckDB alone would take some of those, such as one with a comma too much.
   */
  public static Expected make(long rows, long seed, Path file, String bootstrap, String topic)
      throws IOException {
    Path all = file.resolveSibling("all-" + file.getFileName());
    TripGenerator.Planted planted = new TripGenerator(rows, seed, MONTH).write(all);
    TaxiRows read = new TaxiRows();
    try (TopicFill fill = new TopicFill(bootstrap, topic);
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), BUFFER);
        InputStream in = new BufferedInputStream(Files.newInputStream(all), BUFFER)) {
      ByteArrayOutputStream line = new ByteArrayOutputStream(1024);
      for (int b = in.read(); b >= 0; b = in.read()) {
        if (b == '\n') {
          byte[] bytes = line.toByteArray();
          if (read.take(bytes)) {
            out.write(bytes);
            out.write('\n');
          }
          fill.send(ByteBuffer.allocate(4).putInt(Arrays.hashCode(bytes)).array(), bytes);
          line.reset();
        } else {
          line.write(b);
        }
      }
    }
    Files.delete(all);
    Expected expected = read.expected();
    boolean agreed =
        expected.rows() == planted.rows()
            && expected.bronze().rows() == planted.rows() - planted.undecodable()
            && expected.quarantine() == planted.faulty()
            && expected.silver().rows() == planted.trips()
            && expected.duplicates() == planted.duplicates();
    if (!agreed) {
      throw new IllegalStateException(
          "Cannot measure: read %s, but planted were %s".formatted(expected, planted));
    }
    return expected;
  }

  private Expected expected() {
    return new Expected(rows, bronze, passed, silver, unjudged);
  }

  /** Counts a line; returns whether it is a JSON object. */
  private boolean take(byte[] line) {
    rows++;
    JsonNode trip = parsed(line);
    if (trip == null) {
      return false;
    }
    bronze = bronze.plus(cents(trip.path("fare_amount").decimalValue()));
    judge(trip, line);
    return true;
  }

  private void judge(JsonNode trip, byte[] line) {
    if (!fits(trip)) {
      return;
    }
    long total = cents(trip.path("total_amount").decimalValue());
    boolean fresh = seen.add(key(line));
    unjudged = fresh ? unjudged.plus(total) : unjudged;
    if (valid(trip)) {
      passed = passed.plus(total);
      silver = fresh ? silver.plus(total) : silver;
    }
  }

  private static @Nullable JsonNode parsed(byte[] line) {
    try {
      JsonNode node = MAPPER.readTree(line);
      return node.isObject() ? node : null;
    } catch (IOException e) {
      return null; // no JSON, or no UTF-8
    }
  }

  /** Duplicates are copies, byte by byte; 128 bits of two hashes stand for a line. */
  private static ByteBuffer key(byte[] line) {
    long fnv = 0xcbf29ce484222325L;
    long other = 1;
    for (byte b : line) {
      fnv = (fnv ^ b) * 0x100000001b3L;
      other = other * 6364136223846793005L + b;
    }
    return ByteBuffer.allocate(16).putLong(fnv).putLong(other).flip();
  }

  /** Whether silver's columns can hold its values. */
  private static boolean fits(JsonNode trip) {
    JsonNode total = trip.path("total_amount");
    return total.isNumber()
        && total.decimalValue().stripTrailingZeros().scale() <= 2
        && time(trip.path("tpep_pickup_datetime")) != null
        && time(trip.path("tpep_dropoff_datetime")) != null;
  }

  /** Whether it keeps the rules. */
  private static boolean valid(JsonNode trip) {
    JsonNode passengers = trip.path("passenger_count");
    LocalDateTime pickup = time(trip.path("tpep_pickup_datetime"));
    LocalDateTime dropoff = time(trip.path("tpep_dropoff_datetime"));
    return trip.path("total_amount").decimalValue().signum() > 0
        && trip.path("trip_distance").decimalValue().signum() >= 0
        && pickup != null
        && dropoff != null
        && !dropoff.isBefore(pickup)
        && (passengers.isNull() || (passengers.asLong() >= 0 && passengers.asLong() <= 9));
  }

  private static @Nullable LocalDateTime time(JsonNode text) {
    try {
      return text.isTextual() ? LocalDateTime.parse(text.asText()) : null;
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static long cents(BigDecimal amount) {
    return amount.movePointRight(2).longValueExact();
  }
}
