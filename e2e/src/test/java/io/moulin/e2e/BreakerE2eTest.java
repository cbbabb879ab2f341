package io.moulin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Most rows of two datasets are bad: one is stopped and says how to go on, the other only says so,
 * and a third does not notice.
 */
class BreakerE2eTest {
  private static final int ROWS = 400;
  private static final long PATIENCE_NANOS = 300_000_000_000L;

  @TempDir private Path folder;

  @Test
  void tooManyBadRowsStopOneDatasetAndAlertForAnother() throws Exception {
    Moulin moulin = project();
    long quarantined;
    moulin.run("up", "--apply", "--detach").ok();
    try {
      for (String name : new String[] {"stopped", "alerted", "calm"}) {
        moulin.run("load", "shop." + name, "--file", rows(name).toString()).ok();
      }
      // A commit may come between its rows, and then it stops before it has read all of them.
      JsonNode stopped = await(moulin, "shop.stopped", "FAILED", 1, ROWS);
      quarantined = quarantined(stopped);
      assertThat(stopped.get("why").asText())
          .containsPattern(
              "quarantine-rate: 7\\d\\.\\d % of the last "
                  + stopped.get("consumed").asLong()
                  + " rows of shop.stopped")
          .contains("moulin quarantine breakdown shop.stopped");
      assertThat(stopped.get("balanced").asBoolean()).isTrue();
      assertThat(await(moulin, "shop.alerted", "RUNNING").get("why").asText())
          .contains("quarantine-rate: 75.0 % of the last 400 rows of shop.alerted");
      assertThat(await(moulin, "shop.calm", "RUNNING").get("why").asText()).isEmpty();
      assertThat(moulin.run("status").ok().out()).contains("quarantine-rate");

      // The rule was wrong: once it is mended, the dataset goes on where it was stopped.
      Path manifest = folder.resolve("datasets/stopped.yml");
      Files.writeString(manifest, Files.readString(manifest).replace("id % 4 = 0", "id >= 0"));
      assertThat(moulin.run("apply").ok().out()).contains("shop.stopped: ");
      moulin.run("load", "shop.stopped", "--file", rows("stopped").toString(), "--again").ok();
      await(moulin, "shop.stopped", "RUNNING", 2 * ROWS, 2 * ROWS);
    } finally {
      moulin.run("down").ok();
    }
    moulin.run("balance", "--deep").ok();
    JsonNode books = moulin.run("balance", "shop.stopped", "--json").ok().json();
    assertThat(books.get("quarantine").asLong()).isEqualTo(quarantined);
    assertThat(books.get("silver").asLong() + books.get("duplicate").asLong())
        .isEqualTo(2 * ROWS - quarantined);
  }

  private static JsonNode await(Moulin moulin, String dataset, String state) throws Exception {
    return await(moulin, dataset, state, ROWS, ROWS);
  }

  private static long quarantined(JsonNode dataset) {
    for (JsonNode table : dataset.get("tables")) {
      if (table.get("name").asText().startsWith("quarantine.")) {
        return table.get("rows").asLong();
      }
    }
    throw new AssertionError("No table of quarantine: " + dataset);
  }

  /** Waits until the dataset has read so many rows and is in this state. */
  private static JsonNode await(Moulin moulin, String dataset, String state, long least, long most)
      throws Exception {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (true) {
      JsonNode status = moulin.run("status", "--json").ok().json();
      for (JsonNode one : status.get("datasets")) {
        if (one.get("dataset").asText().equals(dataset)
            && one.get("state").asText().equals(state)
            && one.get("consumed").asLong() >= least
            && one.get("consumed").asLong() <= most) {
          return one;
        }
      }
      assertThat(System.nanoTime()).as("%s", status).isLessThan(deadline);
    }
  }

  private Moulin project() throws Exception {
    Files.createDirectories(folder.resolve("datasets"));
    Files.writeString(
        folder.resolve("moulin.yml"),
        "name: breaker\nengine: {commit-interval: 1s, parallelism: 2}\n");
    dataset("stopped", "partition", "quarantine: {max-rate: 5%, over: 5m, then: stop}");
    // Looking for equal rows across the topic takes one subtask, which is all there is to wait for.
    dataset("alerted", "topic", "quarantine: {max-rate: 5%, over: 5m, then: alert}");
    dataset("calm", "partition", "quarantine: {max-rate: 80%, over: 5m, then: stop}");
    return new Moulin(folder);
  }

  private void dataset(String name, String across, String quarantine) throws Exception {
    Files.writeString(
        folder.resolve("datasets").resolve(name + ".yml"),
        """
        dataset: shop.%1$s
        source: {topic: shop.%1$s.raw, partitions: 2}
        columns: [{name: id, type: long}]
        rules: [{name: NOT_A_FOURTH, expect: "id %% 4 = 0", otherwise: quarantine}]
        dedup: {key: [id], within: 24h, across: %2$s}
        %3$s
        """
            .formatted(name, across, quarantine));
  }

  private Path rows(String name) throws Exception {
    return Files.writeString(
        folder.resolve(name + ".jsonl"),
        IntStream.range(0, ROWS)
            .mapToObj("{\"id\":%d}%n"::formatted)
            .collect(Collectors.joining()));
  }
}
