package io.moulin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.moulin.e2e.Moulin.Started;
import io.moulin.load.trips.TripGenerator;
import io.moulin.load.trips.TripGenerator.Planted;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs in the background: seen, changed while they run, and stopped. */
class LiveChangesE2eTest {
  private static final long ROWS = 2_000;

  @TempDir private Path folder;

  @Test
  void aRunningDatasetTakesUpAChangeAndRefusesOneThatDoesNotComeUp() throws Exception {
    Moulin moulin = project();
    Path manifest = folder.resolve("datasets/trips.yml");
    Path trips = folder.resolve("trips.jsonl");
    Planted planted = new TripGenerator(ROWS, 5, LocalDate.of(2024, 1, 1)).write(trips);

    Moulin.Result up = moulin.run("up", "--apply", "--detach").ok();
    assertThat(up.out()).contains("Up in the background, process ", "taxi.trips running");
    try {
      moulin.run("load", "taxi.trips", "--file", trips.toString()).ok();

      // A column more: the tables get it, the job goes on with it and remembers its keys.
      Files.writeString(
          manifest,
          Files.readString(manifest)
              .replace(
                  "derive:\n",
                  "derive:\n  - {name: doubled, type: double, sql: \"trip_distance * 2\"}\n"));
      assertThat(moulin.run("plan").ok().out())
          .contains("add column doubled", "derived columns: add doubled");
      assertThat(moulin.run("apply").ok().out()).contains("taxi.trips: restarted");
      moulin.run("load", "taxi.trips", "--file", trips.toString(), "--again").ok();

      refusesWhatDoesNotComeUp(moulin, manifest, trips);
    } finally {
      Moulin.Result down = moulin.run("down").ok();
      assertThat(down.out()).contains("taxi.trips stopped, committed ", "Stopped process ");
    }
    assertThat(moulin.run("down").ok().out()).contains("Nothing runs");
    moulin.run("run", "taxi.trips", "--until-caught-up").ok();
    JsonNode books = moulin.run("balance", "taxi.trips", "--deep", "--json").ok().json();
    assertThat(books.get("silver").asLong()).isEqualTo(planted.trips());
    JsonNode doubled =
        moulin
            .run("query", "--json", "SELECT count(*) AS n FROM silver.trips WHERE doubled IS NULL")
            .ok()
            .json();
    assertThat(doubled.get("n").asLong())
        .as("rows from before the column")
        .isEqualTo(planted.trips());
  }

  /** A rule that ends the job at the first row, while rows come. */
  private void refusesWhatDoesNotComeUp(Moulin moulin, Path manifest, Path trips) throws Exception {
    String good = Files.readString(manifest);
    Files.writeString(
        manifest,
        good.replace(
            "rules:\n", "rules:\n  - {name: NEVER, expect: \"1 = 2\", otherwise: fail}\n"));
    Started load =
        moulin.start(
            "load",
            "taxi.trips",
            "--file",
            trips.toString(),
            "--again",
            "--mode",
            "batch",
            "--batch-rows",
            "5",
            "--pause",
            "0.5");
    // Only when rows come does the new job meet one.
    while (dataset(moulin).get("consumed").asLong() <= 2 * ROWS) {
      assertThat(load.process().isAlive()).as(Files.readString(load.err())).isTrue();
    }
    Moulin.Result refused = moulin.run("apply").exits(3);
    assertThat(refused.err())
        .contains("error not-taken-up: taxi.trips: rolled back: rule-violated: Rule NEVER");
    load.interrupt();

    assertThat(dataset(moulin).get("state").asText()).isEqualTo("RUNNING");
    Files.writeString(manifest, good);
    assertThat(moulin.run("apply").ok().out()).contains("taxi.trips: unchanged");
  }

  private static JsonNode dataset(Moulin moulin) throws Exception {
    return moulin.run("status", "--json").ok().json().get("datasets").get(0);
  }

  private Moulin project() throws Exception {
    Path example = Moulin.repository().resolve("examples/taxi");
    Files.createDirectories(folder.resolve("datasets"));
    Files.copy(
        example.resolve("datasets/trips.yml"), folder.resolve("datasets").resolve("trips.yml"));
    Files.writeString(
        folder.resolve("moulin.yml"), "name: changes\nengine: {commit-interval: 1s}\n");
    return new Moulin(folder);
  }
}
