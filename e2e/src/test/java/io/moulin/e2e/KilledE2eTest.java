package io.moulin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.moulin.e2e.Moulin.Started;
import io.moulin.load.trips.TripGenerator;
import io.moulin.load.trips.TripGenerator.Planted;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that are stopped and killed while they write, and what the next run makes of it. */
class KilledE2eTest {
  private static final long ROWS = 300_000;

  @TempDir private Path folder;

  @Test
  void nothingIsLostOrDoubledByCtrlCAndKill() throws Exception {
    Planted planted = prepare();
    Moulin moulin = new Moulin(folder);

    // In the mode of this project a run has no end, so it is certain to be alive when it is hit.
    Started killed = moulin.start("run", "taxi.trips");
    awaitFiles(killed);
    killed.process().destroyForcibly().waitFor(30, TimeUnit.SECONDS);

    Started stopped = moulin.start("run", "taxi.trips");
    awaitFiles(stopped);
    aSecondRunIsRefused(moulin);
    Moulin.Result result = stopped.interrupt();
    assertThat(result.err()).doesNotContain("error").doesNotContain("\tat ");
    assertThat(result.out()).contains("Stopped after", "The books balance");

    JsonNode run = moulin.run("run", "taxi.trips", "--until-caught-up", "--json").ok().json();
    assertThat(run.get("balanced").asBoolean()).isTrue();
    assertThat(run.get("bronze").asLong()).isEqualTo(ROWS - planted.undecodable());
    assertThat(run.get("silver").asLong()).isEqualTo(planted.trips());
    assertThat(run.get("duplicate").asLong()).isEqualTo(planted.duplicates());
    assertThat(run.get("quarantine").asLong()).isEqualTo(planted.faulty());
    moulin.run("balance", "taxi.trips", "--deep").ok();
  }

  private Planted prepare() throws Exception {
    Path example = Moulin.repository().resolve("examples/taxi");
    Files.createDirectories(folder.resolve("datasets"));
    Files.copy(
        example.resolve("datasets/trips.yml"), folder.resolve("datasets").resolve("trips.yml"));
    // Commits while it runs, so that a kill hits between some of them.
    Files.writeString(
        folder.resolve("moulin.yml"),
        "name: killed\nengine: {mode: streaming, commit-interval: 1s, batch-rows: 10000}\n");
    Path file = folder.resolve("trips.jsonl");
    Planted planted = new TripGenerator(ROWS, 7, LocalDate.of(2024, 1, 1)).write(file);
    Moulin moulin = new Moulin(folder);
    moulin.run("apply").ok();
    moulin.run("load", "taxi.trips", "--file", file.toString()).ok();
    return planted;
  }

  private static void aSecondRunIsRefused(Moulin moulin) throws Exception {
    Moulin.Result second = moulin.run("run", "taxi.trips").exits(1);
    assertThat(second.err())
        .containsPattern("error already-running: process \\d+ \\(run\\) runs 'taxi.trips' already");
  }

  /** Waits until the run has written a file of rows that was not there before. */
  private void awaitFiles(Started run) throws Exception {
    long before = parquetFiles();
    long deadline = System.nanoTime() + Duration.ofMinutes(4).toNanos();
    while (run.process().isAlive() && parquetFiles() == before) {
      assertThat(System.nanoTime()).as("the run writes files in time").isLessThan(deadline);
      run.process().waitFor(20, TimeUnit.MILLISECONDS);
    }
    assertThat(run.process().isAlive())
        .as("the run is still busy; stderr: %s", Files.readString(run.err()))
        .isTrue();
  }

  private long parquetFiles() throws Exception {
    List<Path> roots =
        Stream.of("warehouse", "work").map(folder.resolve(".moulin")::resolve).toList();
    long files = 0;
    for (Path root : roots) {
      if (Files.isDirectory(root)) {
        try (Stream<Path> all = Files.walk(root)) {
          files += all.filter(file -> file.toString().endsWith(".parquet")).count();
        } catch (java.io.UncheckedIOException e) {
          // A file of the work folder went away while it was counted: count again later.
          return 0;
        }
      }
    }
    return files;
  }
}
