package io.moulin.load.scaffold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moulin.load.SharedData;
import io.moulin.load.file.DuckDb;
import io.moulin.spec.MoulinException;
import io.moulin.spec.Sql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Manifests from files. */
class ScaffoldTest {
  @TempDir Path folder = Path.of(".");

  private Path write(String name, String... lines) throws IOException {
    return Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n");
  }

  @Test
  void namesBecomeSnakeCase() {
    assertThat(SilverName.of("VendorID", Set.of())).isEqualTo("vendor_id");
    assertThat(SilverName.of("PULocationID", Set.of())).isEqualTo("pu_location_id");
    assertThat(SilverName.of("RatecodeID", Set.of())).isEqualTo("ratecode_id");
    assertThat(SilverName.of("tpep_pickup_datetime", Set.of())).isEqualTo("tpep_pickup_datetime");
    assertThat(SilverName.of("Airport_fee", Set.of())).isEqualTo("airport_fee");
    assertThat(SilverName.of("2nd Größe (cm)", Set.of())).isEqualTo("c_2nd_gr_e_cm");
    assertThat(SilverName.of("A-b", Set.of("a_b"))).isEqualTo("a_b_2");
    assertThat(SilverName.of("_", Set.of())).isEqualTo("c_");
    assertThat(SilverName.of("dq_flags", Set.of())).isEqualTo("c_dq_flags");
  }

  @Test
  void realMonthHasTypedColumnsAndMeasuredGuesses() {
    String yaml = Scaffold.of(SharedData.file("taxi/green_tripdata_2024-01.parquet"), "taxi.green");
    assertThat(yaml.lines())
        .contains(
            "dataset: taxi.green",
            "source: {topic: taxi.raw_green, partitions: 4, retention: 3d, format: json}",
            "time: {column: lpep_pickup_datetime, formats: [iso], zone: UTC, watermark: 5m}"
                + "  # guess: event time, UTC",
            "  - {name: VendorID, type: int, as: vendor_id}",
            "  - {name: payment_type, type: long}  # 3415 of 56551 are null",
            "  - {name: total_amount, type: double, silver: \"decimal(10,2)\"}"
                + "  # guess: money, exact for all values of this file",
            "  - {name: ehail_fee, type: double}"
                + "  # guess: no value in this file, so the type is unknown",
            "dedup: {key: [vendor_id, pu_location_id, do_location_id, lpep_pickup_datetime,"
                + " lpep_dropoff_datetime, total_amount], within: 24h}"
                + "  # guess: no two rows of this file are equal in these");
  }

  @Test
  void csvIsTypedOnlyWhereJsonWouldWriteItSo() throws IOException {
    Path file =
        write(
            "a.csv",
            "id,zip,at,day,price,ok",
            "1,01234,2024-01-01T10:00:00,12/31/2023,1.25,true",
            "2,99999,2024-01-01T10:00:01,12/30/2023,,False");
    assertThat(Scaffold.of(file, "shop").lines())
        .contains(
            "source: {topic: raw_shop, partitions: 4, retention: 3d, format: json}",
            "  - {name: id, type: long}",
            "  - {name: at, type: timestamp}",
            "  - {name: ok, type: boolean}",
            "  - {name: price, type: double, silver: \"decimal(10,2)\"}"
                + "  # guess: money, exact for all values of this file; 1 of 2 are null",
            "nulls: [\"\"]  # guess: an empty field is no value",
            "dedup: {key: [id], within: 24h}  # guess: no two rows of this file are equal in these")
        .anyMatch(line -> line.startsWith("  - {name: zip, type: string}"))
        .anyMatch(line -> line.startsWith("  - {name: day, type: string}"));
  }

  @Test
  void jsonLinesKeepWhatIsNestedAside() throws IOException {
    Path file =
        write(
            "a.jsonl",
            "{\"id\":1,\"on\":\"x\",\"at\":\"2024-01-01 10:00:00\",\"tags\":[1,2],\"v\":1.255}",
            "not json",
            "{\"id\":1,\"at\":\"2024-01-01 11:00:00\",\"on\":\"y\",\"v\":2}");
    assertThat(Scaffold.of(file, "a.events").lines())
        .contains(
            "  - {name: id, type: long}",
            "  - {name: \"on\", type: string}",
            "  - {name: at, type: timestamp}",
            "  - {name: v, type: double}",
            "  # guess: tags is nested (BIGINT[]); it is kept as JSON in _extra");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[a-z]", "*", "?", "a b's", "[*", "back\\slash"})
  void namesAreTakenAsTheyAre(String odd) throws Exception {
    Path within = Files.createDirectory(folder.resolve(odd));
    Path parquet = folder.resolve("plain.parquet");
    try (Connection connection = DuckDb.open();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "COPY (SELECT 1 AS id) TO %s (FORMAT parquet)".formatted(Sql.text(parquet.toString())));
    }
    Files.move(parquet, within.resolve(odd + ".parquet"));
    Files.writeString(within.resolve(odd + ".csv"), "id\n1\n");
    Files.writeString(within.resolve(odd + ".jsonl"), "{\"id\":1}\n");
    Path other = Files.createDirectory(folder.resolve("a"));
    for (String ending : List.of(".parquet", ".csv", ".jsonl")) {
      // What a pattern would match as well.
      Files.copy(within.resolve(odd + ending), other.resolve("a" + ending));
      assertThat(Scaffold.of(within.resolve(odd + ending), "shop").lines())
          .anyMatch(line -> line.startsWith("  - {name: id, type: "))
          .anyMatch(line -> line.contains(odd + ending + ": 1 rows"));
    }
  }

  @Test
  void truncatedFileIsRefused() {
    Path file = SharedData.file("taxi/TRUNCATED_yellow_tripdata_2024-01.parquet");
    assertThatThrownBy(() -> Scaffold.of(file, "a.b"))
        .isInstanceOf(MoulinException.class)
        .hasMessageContaining("Cannot read");
  }
}
