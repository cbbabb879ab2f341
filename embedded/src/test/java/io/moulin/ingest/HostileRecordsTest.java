package io.moulin.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.commit.Tally;
import io.moulin.load.SharedData;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.PartitionSpec.Transform;
import io.moulin.spec.RuleSpec.Otherwise;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a record holds, it ends in a counted place and the pass goes on. */
class HostileRecordsTest {
  private static final long NOW = IngestBed.NOW.toEpochMilli();

  @TempDir Path folder;

  private static DatasetSpec anything() {
    return new TestDatasets()
        .column("a", "string")
        .column("n", "string", "n", "decimal(10,2)")
        .column("ts", "timestamp")
        .derive("len", "int", "length(a)")
        .derive("d", "date", "CAST(ts AS DATE)")
        .rule("SHORT", "len < 1000", Otherwise.FLAG)
        .dedup(Duration.ofHours(1), "a", "n", "ts")
        .key("k", "a", "n")
        .partition("a", Transform.IDENTITY)
        .partition("ts", Transform.MONTH)
        .time("ts", Duration.ZERO, null)
        .build();
  }

  @Test
  void jsonTestSuiteAsMessages() throws Exception {
    Path suite = SharedData.file("json/JSONTestSuite_test_parsing");
    try (IngestBed bed = new IngestBed(folder, anything());
        Stream<Path> files = Files.list(suite)) {
      List<Path> all = files.sorted().toList();
      for (Path file : all) {
        bed.send(0, NOW, Files.readAllBytes(file));
      }
      bed.commit();
      Tally total = bed.balance().total();
      assertThat(all).hasSize(318);
      assertThat(total.consumed()).isEqualTo(318);
      assertThat(bed.balance().problems()).isEmpty();
      long refused =
          all.stream().filter(file -> file.getFileName().toString().startsWith("n_")).count();
      assertThat(total.dead()).isGreaterThanOrEqualTo(refused);
      assertThat(total.bronze()).isPositive();
    }
  }

  @Test
  void naughtyStringsArriveUnchanged() throws Exception {
    Path file = SharedData.file("json/blns.json");
    com.fasterxml.jackson.databind.ObjectMapper mapper =
        new com.fasterxml.jackson.databind.ObjectMapper();
    String[] strings = mapper.readValue(file.toFile(), String[].class);
    DatasetSpec dataset =
        new TestDatasets().column("s", "string").partition("s", Transform.IDENTITY).build();
    try (IngestBed bed = new IngestBed(folder, dataset)) {
      for (String text : strings) {
        bed.send(
            0,
            NOW,
            ("{\"s\":" + mapper.writeValueAsString(text) + "}").getBytes(StandardCharsets.UTF_8));
      }
      bed.commit();
      assertThat(bed.balance().problems()).isEmpty();
      assertThat(bed.balance().total().bronze()).isEqualTo(strings.length);
      assertThat(bed.rows(Layer.BRONZE, "s")).containsExactly(strings);
      assertThat(bed.rows(Layer.SILVER, "s")).containsExactlyInAnyOrder(strings);
    }
  }

  @Test
  void hugeDeepAndBrokenRecords() throws Exception {
    try (IngestBed bed = new IngestBed(folder, anything())) {
      bed.send(0, "{\"a\":\"first\"}", "[".repeat(100_000), "{\"a\":".repeat(100_000));
      bed.send(0, "{\"a\":\"" + "x".repeat(50_000_000) + "\"}");
      bed.send(0, "{\"a\":\"" + "x".repeat(10_000_000) + "\"}");
      bed.send(0, NOW, new byte[0]);
      bed.send(0, NOW, new byte[] {(byte) 0xC3, 0x28});
      bed.send(0, "{\"a\":\"x\",\"n\":\"1.005\"}", "{\"n\":\"1e5\"}", "{\"a\":\"x\",\"a\":\"y\"}");
      bed.send(0, "{\"ts\":\"0000-00-00T00:00:00\"}", "{\"ts\":99999999999999999999}");
      bed.send(0, "{\"a\":\"last\"}");
      bed.commit();
      assertThat(bed.balance().problems()).isEmpty();
      Tally total = bed.balance().total();
      assertThat(total.consumed()).isEqualTo(13);
      assertThat(total.dead()).isEqualTo(6);
      assertThat(total.silver()).isEqualTo(3);
      assertThat(total.reasons()).containsEntry("CAST_N", 2L).containsEntry("CAST_TS", 2L);
      assertThat(bed.rows(Layer.DEAD_LETTERS, "octet_length(payload)"))
          .contains("50000008", "100000");
    }
  }

  @Test
  void randomRecordsAlwaysBalance() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<String> values =
        List.of(
            "1",
            "-1",
            "\"x\"",
            "null",
            "true",
            "[1]",
            "{}",
            "1e400",
            "\"2024-01-01T00:00:00\"",
            "\"\"",
            "\"1.50\"",
            "\"9999999999999\"",
            "\"\\u0000\"",
            "\"a/b=c%20d\"",
            "tru",
            "\"");
    try (IngestBed bed = new IngestBed(folder, anything())) {
      int sent = 0;
      for (int batch = 0; batch < 5; batch++) {
        for (int i = 0; i < 200; i++) {
          StringBuilder record = new StringBuilder("{");
          for (String name : List.of("a", "n", "ts", "other")) {
            if (random.nextInt(3) > 0) {
              record.append(record.length() > 1 ? "," : "").append('"').append(name).append("\":");
              record.append(values.get(random.nextInt(values.size())));
            }
          }
          bed.send(random.nextInt(3), record.append('}').toString());
          sent++;
        }
        bed.commit();
        if (random.nextBoolean()) {
          bed.restart();
        }
      }
      assertThat(bed.balance().problems()).as("seed %d", seed).isEmpty();
      assertThat(bed.balance().total().consumed()).as("seed %d", seed).isEqualTo(sent);
    }
  }
}
