package io.moulin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.moulin.load.trips.TripGenerator;
import io.moulin.load.trips.TripGenerator.Planted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a newcomer does first. */
class DemoE2eTest {
  private static final long ROWS = 100_000;
  private static final long SEED = 42;

  @TempDir private Path folder;

  @Test
  void everyPlantedRowIsFoundWhereItBelongs() throws Exception {
    Planted planted =
        new TripGenerator(ROWS, SEED, LocalDate.of(2024, 1, 1)).write(folder.resolve("planted"));
    Moulin moulin = new Moulin(folder);
    Moulin.Result result = moulin.run("demo", "--json", "--seed", "" + SEED).ok();
    JsonNode first = result.json();

    assertThat(result.out().strip().lines()).as("stdout is one line of JSON").hasSize(1);
    assertThat(names(first))
        .containsExactly(
            "dataset",
            "loaded",
            "consumed",
            "dead",
            "bronze",
            "quarantine",
            "duplicate",
            "late_flagged",
            "late_routed",
            "late_dropped",
            "filtered",
            "silver",
            "balanced",
            "seconds",
            "peak_rss_bytes");
    assertThat(names(first.get("seconds")))
        .containsExactly("start", "load", "run", "query", "total");
    assertThat(first.get("balanced").asBoolean()).isTrue();
    assertThat(first.get("loaded").asLong()).isEqualTo(ROWS);
    assertThat(first.get("consumed").asLong()).isEqualTo(ROWS);
    assertThat(first.get("dead").asLong()).isEqualTo(planted.undecodable());
    assertThat(first.get("bronze").asLong()).isEqualTo(ROWS - planted.undecodable());
    assertThat(first.get("quarantine").asLong()).isEqualTo(planted.faulty());
    assertThat(first.get("duplicate").asLong()).isEqualTo(planted.duplicates());
    assertThat(first.get("silver").asLong()).isEqualTo(planted.trips());
    assertThat(first.get("peak_rss_bytes").asLong()).isBetween(1L, 1_500_000_000L);

    theLogsHoldNoNews(folder);
    nothingRunsOn(folder);
    reasonsAreThePlantedOnes(moulin, planted);
    aSecondDemoLoadsNothing(moulin, first);
    theSameTripsAgainChangeNothingInSilver(moulin, planted);
  }

  private static void reasonsAreThePlantedOnes(Moulin moulin, Planted planted) throws Exception {
    Map<String, Long> expected = new TreeMap<>();
    planted.faults().forEach((fault, rows) -> expected.merge(fault.reason(), rows, Long::sum));
    JsonNode books = moulin.run("balance", "-C", "moulin-demo", "--deep", "--json").ok().json();
    Map<String, Long> found = new TreeMap<>();
    books.get("reasons").properties().forEach(e -> found.put(e.getKey(), e.getValue().asLong()));
    assertThat(found).isEqualTo(expected);
  }

  private static void theLogsHoldNoNews(Path folder) throws IOException {
    Path logs = folder.resolve("moulin-demo/.moulin/logs");
    assertThat(Files.readAllLines(logs.resolve("moulin.log")))
        .as("what is logged at INFO and above when all is well")
        .isNotEmpty()
        .noneMatch(line -> line.contains(" WARN ") || line.contains(" ERROR "))
        .hasSizeLessThan(50);
    assertThat(logs.resolve("errors.log")).doesNotExist();
  }

  private static void nothingRunsOn(Path folder) {
    assertThat(ProcessHandle.allProcesses())
        .as("processes that a demo leaves behind")
        .noneMatch(
            process -> {
              String[] words = process.info().arguments().orElse(new String[0]);
              return String.join(" ", words).contains("io.moulin.server.Main")
                  && workingFolder(process).equals(folder.toString());
            });
  }

  private static String workingFolder(ProcessHandle process) {
    try {
      return Path.of("/proc", Long.toString(process.pid()), "cwd").toRealPath().toString();
    } catch (IOException e) {
      return ""; // it has just ended, or this is no Linux
    }
  }

  private static void aSecondDemoLoadsNothing(Moulin moulin, JsonNode first) throws Exception {
    Moulin.Result second = moulin.run("demo").ok();
    assertThat(second.out())
        .contains(
            "was loaded before", "Nothing new", "The books balance", "0 built, 19 as they were");
    JsonNode books = moulin.run("balance", "-C", "moulin-demo", "--json").ok().json();
    for (String count :
        List.of("consumed", "dead", "bronze", "quarantine", "duplicate", "silver")) {
      assertThat(books.get(count)).as(count).isEqualTo(first.get(count));
    }
  }

  private static void theSameTripsAgainChangeNothingInSilver(Moulin moulin, Planted planted)
      throws Exception {
    JsonNode again = moulin.run("demo", "--again", "--json").ok().json();
    assertThat(again.get("balanced").asBoolean()).isTrue();
    assertThat(again.get("bronze").asLong()).isEqualTo(2 * (ROWS - planted.undecodable()));
    assertThat(again.get("silver").asLong()).isEqualTo(planted.trips());
    assertThat(again.get("duplicate").asLong())
        .isEqualTo(2 * planted.duplicates() + planted.trips());
    moulin.run("balance", "-C", "moulin-demo", "--deep").ok();
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
