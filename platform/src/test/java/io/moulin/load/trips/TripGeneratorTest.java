package io.moulin.load.trips;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.moulin.load.trips.TripGenerator.Planted;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plan that the generator reports is what a reading of its lines finds. */
class TripGeneratorTest {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final int ROWS = 50_000;

  @TempDir Path folder = Path.of(".");

  private final Map<TripFault, Long> faults = new HashMap<>();
  private final Set<String> keys = new HashSet<>();
  private final Set<String> lines = new HashSet<>();
  private long undecodable;
  private long duplicates;

  private static TripGenerator generator(long seed) {
    return new TripGenerator(ROWS, seed, LocalDate.of(2024, 1, 1));
  }

  @Test
  void plantsWhatItSays() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Planted planted = generator(42).write(bytes);
    List<byte[]> all = new ArrayList<>();
    byte[] text = bytes.toByteArray();
    int from = 0;
    for (int i = 0; i < text.length; i++) {
      if (text[i] == '\n') {
        all.add(Arrays.copyOfRange(text, from, i));
        from = i + 1;
      }
    }
    assertThat(all).hasSize(ROWS);
    for (byte[] line : all) {
      count(line);
    }
    assertThat(planted.undecodable()).isEqualTo(undecodable).isGreaterThan(3);
    assertThat(planted.duplicates()).isEqualTo(duplicates).isBetween(400L, 600L);
    assertThat(planted.faults()).isEqualTo(faults).hasSize(TripFault.values().length);
    assertThat(planted.faulty()).isBetween(900L, 1100L);
    assertThat(planted.trips()).isEqualTo(keys.size());
    assertThat(planted.trips() + planted.duplicates() + planted.faulty() + planted.undecodable())
        .isEqualTo(ROWS)
        .isEqualTo(planted.rows());
    assertThat(bytes.size() / ROWS).isBetween(380, 450);
  }

  private void count(byte[] line) {
    JsonNode trip;
    try {
      trip = JSON.readTree(line);
    } catch (IOException e) {
      undecodable++;
      return;
    }
    if (!trip.isObject()) {
      undecodable++;
      return;
    }
    assertThat(trip).hasSize(19);
    TripFault fault = fault(trip);
    if (fault != null) {
      faults.merge(fault, 1L, Long::sum);
      return;
    }
    String key = "";
    for (String field :
        List.of(
            "VendorID",
            "tpep_pickup_datetime",
            "tpep_dropoff_datetime",
            "PULocationID",
            "DOLocationID",
            "total_amount")) {
      key += trip.get(field) + "|";
    }
    // The key is new exactly if the line is: duplicates are exact copies and keys are unique.
    boolean known = !lines.add(new String(line, StandardCharsets.UTF_8));
    assertThat(keys.add(key)).isEqualTo(!known);
    duplicates += known ? 1 : 0;
  }

  private static @org.jspecify.annotations.Nullable TripFault fault(JsonNode trip) {
    JsonNode pickup = trip.get("tpep_pickup_datetime");
    JsonNode total = trip.get("total_amount");
    JsonNode passengers = trip.get("passenger_count");
    if (pickup.isNull()) {
      return TripFault.NULL_PICKUP;
    }
    if (pickup.asText().equals("null")) {
      return TripFault.TEXT_NULL_PICKUP;
    }
    try {
      assertThat(LocalDateTime.parse(pickup.asText()).getYear()).isEqualTo(2024);
    } catch (DateTimeParseException e) {
      return TripFault.BAD_TIME;
    }
    if (total.isTextual()) {
      return TripFault.TEXT_TOTAL;
    }
    if (total.asText().matches(".*\\.\\d\\d\\d")) {
      return TripFault.TOO_PRECISE_TOTAL;
    }
    if (total.asDouble() <= 0) {
      return total.asDouble() < 0 ? TripFault.NEGATIVE_TOTAL : TripFault.ZERO_TOTAL;
    }
    if (trip.get("trip_distance").asDouble() < 0) {
      return TripFault.NEGATIVE_DISTANCE;
    }
    if (!passengers.isNull() && (passengers.asInt() < 0 || passengers.asInt() > 9)) {
      return TripFault.PASSENGERS_OUT_OF_RANGE;
    }
    boolean backwards = trip.get("tpep_dropoff_datetime").asText().compareTo(pickup.asText()) < 0;
    return backwards ? TripFault.DROPOFF_BEFORE_PICKUP : null;
  }

  @Test
  void sameSeedSameBytes() throws IOException {
    Path one = folder.resolve("one.jsonl");
    Path two = folder.resolve("two.jsonl");
    Path other = folder.resolve("other.jsonl");
    Planted planted = generator(1).write(one);
    assertThat(generator(1).write(two)).isEqualTo(planted);
    generator(2).write(other);
    assertThat(Files.mismatch(one, two)).isEqualTo(-1);
    assertThat(Files.mismatch(one, other)).isNotEqualTo(-1);
  }
}
