package io.moulin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run without an end: it commits while it runs, and Ctrl-C is how it ends. */
class StreamingE2eTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @TempDir private Path folder;

  @Test
  void itCommitsWhileItRunsAndStopsInOrder() throws Exception {
    new Moulin(folder).run("demo", "--rows", "1000").ok();
    Path project = folder.resolve("moulin-demo");
    Moulin moulin = new Moulin(project);
    Files.createDirectories(project.resolve("profiles"));
    Files.writeString(
        project.resolve("profiles/live.yml"), "engine: {mode: streaming, commit-interval: 1s}\n");
    Path trips = project.resolve("data/trips-1000-42.jsonl");
    moulin.run("load", "taxi.trips", "--file", trips.toString(), "--again").ok();
    long before = commits(project);

    Moulin.Started run = moulin.start("run", "taxi.trips", "--profile", "live");
    Instant deadline = Instant.now().plus(PATIENCE);
    while (commits(project) == before && Instant.now().isBefore(deadline)) {
      run.process().waitFor(100, TimeUnit.MILLISECONDS);
    }
    Moulin.Result stopped = run.interrupt();

    assertThat(stopped.err())
        .contains("Runs until Ctrl-C and commits every 1s")
        .doesNotContain("error");
    assertThat(stopped.out())
        .containsPattern("Stopped after [1-9][0-9,]* records")
        .contains("The books balance");
    moulin.run("balance", "--deep").ok();
    // The first commit may have held a part; the next run goes on behind it.
    JsonNode books = moulin.run("run", "taxi.trips", "--until-caught-up", "--json").ok().json();
    assertThat(books.get("consumed").asLong()).isEqualTo(2000);
    moulin.run("balance", "--deep").ok();
  }

  /** Versions of the silver table, without asking the process that has the project. */
  private static long commits(Path project) throws Exception {
    try (java.util.stream.Stream<Path> files =
        Files.list(project.resolve(".moulin/warehouse/silver/trips/metadata"))) {
      return files.filter(file -> file.toString().endsWith(".metadata.json")).count();
    }
  }
}
