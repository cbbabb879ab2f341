package io.moulin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.moulin.e2e.Moulin.Started;
import io.moulin.load.trips.TripGenerator;
import io.moulin.load.trips.TripGenerator.Planted;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Datasets that are kept running, what works beside them, and what a kill makes of them. */
class UpE2eTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final long ROWS = 20_000;

  @TempDir private Path folder;

  @Test
  void twoDatasetsRunAndOthersWorkBesideThemAndAKillLosesNothing() throws Exception {
    project();
    Moulin moulin = new Moulin(folder);
    Path trips = folder.resolve("trips.jsonl");
    Planted planted = new TripGenerator(ROWS, 11, LocalDate.of(2024, 1, 1)).write(trips);

    Started up = moulin.start("up", "--apply", "--json");
    await(up, status -> running(status) == 2);
    Started watch = moulin.start("build", "--watch=1", "--json");
    await(watch, built -> built.get("good").asBoolean());
    moulin.run("load", "taxi.trips", "--file", trips.toString()).ok();
    moulin.run("load", "taxi.rides", "--file", trips.toString(), "--limit", "1000").ok();
    await(up, status -> dataset(status, "taxi.rides").get("consumed").asLong() == 1000);
    JsonNode counted =
        moulin.run("query", "--json", "SELECT count(*) AS n FROM silver.rides").ok().json();
    assertThat(counted.get("n").asLong()).isPositive();
    assertThat(moulin.run("plan").ok().out()).contains("nothing to do");
    assertThat(moulin.run("up").exits(1).err()).contains("error already-up: process ");
    up.process().destroyForcibly().waitFor(30, TimeUnit.SECONDS);

    // What the killed process has left is recognised, and the next one goes on.
    Started again = moulin.start("up", "--json");
    JsonNode last =
        await(again, status -> dataset(status, "taxi.trips").get("consumed").asLong() == ROWS);
    assertThat(dataset(last, "taxi.trips").get("balanced").asBoolean()).isTrue();
    await(watch, built -> built.get("models").get(0).get("rows").asLong() == planted.trips());
    again.interrupt();
    watch.interrupt();

    JsonNode books = moulin.run("balance", "taxi.trips", "--deep", "--json").ok().json();
    assertThat(books.get("bronze").asLong()).isEqualTo(ROWS - planted.undecodable());
    assertThat(books.get("silver").asLong()).isEqualTo(planted.trips());
    assertThat(books.get("duplicate").asLong()).isEqualTo(planted.duplicates());
    assertThat(folder.resolve(".moulin/running.json")).doesNotExist();
  }

  /** The example of the taxis twice, under two names. */
  private void project() throws Exception {
    Path example = Moulin.repository().resolve("examples/taxi");
    Files.createDirectories(folder.resolve("datasets"));
    Files.writeString(
        folder.resolve("moulin.yml"),
        "name: up\nengine: {commit-interval: 1s, batch-rows: 5000}\n");
    String trips = Files.readString(example.resolve("datasets/trips.yml"));
    Files.writeString(folder.resolve("datasets/trips.yml"), trips);
    Files.writeString(
        folder.resolve("datasets/rides.yml"),
        trips
            .replace("dataset: taxi.trips", "dataset: taxi.rides\nfreshness: 2s")
            .replace("taxi.raw_trips", "taxi.raw_rides")
            .replace("name: hourly_demand", "name: hourly_rides"));
    Files.createDirectories(folder.resolve("models/staging"));
    Files.writeString(
        folder.resolve("models/staging/trip_ids.sql"),
        "/*\ndescription: One row a trip.\nmaterialise: table\nempty: allowed\n*/\nSELECT trip_id FROM silver.trips\n");
  }

  private static long running(JsonNode status) {
    long running = 0;
    for (JsonNode dataset : status.get("datasets")) {
      running += dataset.get("state").asText().equals("RUNNING") ? 1 : 0;
    }
    return running;
  }

  private static JsonNode dataset(JsonNode status, String name) {
    for (JsonNode dataset : status.get("datasets")) {
      if (dataset.get("dataset").asText().equals(name)) {
        return dataset;
      }
    }
    throw new AssertionError("no dataset " + name + " in " + status);
  }

  /** Waits until a line of JSON that a command has written is as wanted. */
  private static JsonNode await(Started command, Predicate<JsonNode> wanted) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      List<String> lines = Files.readAllLines(command.out());
      for (String line : lines) {
        JsonNode status = line.endsWith("}") ? MAPPER.readTree(line) : null;
        if (status != null && wanted.test(status)) {
          return status;
        }
      }
      assertThat(command.process().isAlive())
          .as("it runs; it said %s and %s", lines, Files.readString(command.err()))
          .isTrue();
      assertThat(System.nanoTime())
          .as("it gets there in time; it said %s and %s", lines, Files.readString(command.err()))
          .isLessThan(deadline);
      command.process().waitFor(200, TimeUnit.MILLISECONDS);
    }
  }
}
