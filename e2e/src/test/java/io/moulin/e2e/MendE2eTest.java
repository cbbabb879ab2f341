package io.moulin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rule was wrong: rows come out of quarantine, a rebuild agrees, and the books balance. */
class MendE2eTest {
  @TempDir private Path folder;

  @Test
  void aRuleIsMendedAndItsRowsComeBack() throws Exception {
    new Moulin(folder).run("demo", "--rows", "2000").ok();
    Path project = folder.resolve("moulin-demo");
    Moulin moulin = new Moulin(project);
    assertThat(moulin.run("rebuild", "taxi.trips").ok().out()).contains("Nothing to do");
    assertThat(moulin.run("quarantine", "breakdown", "taxi.trips").ok().out())
        .contains("DISTANCE_NEGATIVE");
    JsonNode discarded =
        moulin
            .run(
                "quarantine",
                "discard",
                "taxi.trips",
                "--where",
                "_reason = 'TOTAL_NOT_POSITIVE'",
                "--reason",
                "voided trips",
                "--json")
            .ok()
            .json();
    assertThat(discarded.get("rows").asLong()).isPositive();

    Path manifest = project.resolve("datasets/trips.yml");
    String text = Files.readString(manifest);
    assertThat(text).contains("trip_distance >= 0");
    Files.writeString(manifest, text.replace("trip_distance >= 0", "trip_distance >= -1e9"));
    JsonNode replayed =
        moulin
            .run("quarantine", "replay", "taxi.trips", "--reason", "DISTANCE_NEGATIVE", "--json")
            .ok()
            .json();

    assertThat(replayed.get("places").get("silver").asLong()).isPositive();
    assertThat(
            moulin
                .run("quarantine", "replay", "taxi.trips", "--reason", "DISTANCE_NEGATIVE")
                .ok()
                .out())
        .contains("No open row is chosen");
    assertThat(moulin.run("balance", "--deep").ok().out()).contains("of them discarded");
    assertThat(moulin.run("rebuild", "taxi.trips", "--dry-run").ok().out())
        .contains("Would rebuild");
    moulin.run("rebuild", "taxi.trips").ok();
    moulin.run("balance", "--deep").ok();
    theRowsSayWhatBecameOfThem(moulin);
    theTopicIsReadAgain(moulin);
  }

  private static void theRowsSayWhatBecameOfThem(Moulin moulin) throws Exception {
    JsonNode shown =
        moulin
            .run(
                "quarantine",
                "list",
                "taxi.trips",
                "--status",
                "replayed",
                "--limit",
                "1",
                "--json")
            .ok()
            .json();
    assertThat(shown.get("resolution").asText()).isNotEmpty();
    assertThat(
            moulin
                .run("quarantine", "show", "taxi.trips", shown.get("row").asText())
                .ok()
                .json()
                .get("_status")
                .asText())
        .isEqualTo("replayed");
  }

  /** All that is there is left alone; a rewind is read again by the next run. */
  private static void theTopicIsReadAgain(Moulin moulin) throws Exception {
    long silver = moulin.run("balance", "taxi.trips", "--json").ok().json().get("silver").asLong();
    JsonNode again =
        moulin.run("replay", "taxi.trips", "--from-offset", "0:0,1:0", "--json").ok().json();
    assertThat(again.get("changed").asBoolean()).isFalse();
    assertThat(again.get("places").get("already there").asLong()).isPositive();
    JsonNode rewound =
        moulin
            .run("replay", "taxi.trips", "--from-time", "2000-01-01", "--rewind", "--json")
            .ok()
            .json();
    assertThat(rewound.get("rows").asLong()).isEqualTo(2000);
    moulin.run("balance", "--deep").ok();
    JsonNode run = moulin.run("run", "taxi.trips", "--until-caught-up", "--json").ok().json();
    assertThat(run.get("consumed").asLong()).isEqualTo(2000);
    // What was discarded is judged anew, and violates its rule as before.
    assertThat(run.get("silver").asLong()).isEqualTo(silver);
    moulin.run("balance", "--deep").ok();
  }
}
