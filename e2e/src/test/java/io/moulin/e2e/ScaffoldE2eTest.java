package io.moulin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A user's own file, with the commands of the README and nothing edited by hand. */
class ScaffoldE2eTest {
  private static final long ROWS = 56_551;

  @TempDir private Path folder;

  @Test
  void aRealMonthGoesFromScaffoldToSilver() throws Exception {
    String month = Moulin.shared("taxi/green_tripdata_2024-01.parquet").toString();
    new Moulin(folder).run("init", "shop").ok();
    Moulin moulin = new Moulin(folder.resolve("shop"));

    moulin.run("scaffold", "--from", month, "--name", "taxi.green").ok();
    assertThat(moulin.run("check").ok().out()).isEqualTo("ok: 1 dataset\n");
    assertThat(moulin.run("test").ok().out()).contains("2 passed");
    assertThat(moulin.run("plan").ok().out()).contains("Plan: 6 to create, 0 to change, 0 refused");
    moulin.run("apply").ok();
    moulin.run("load", "taxi.green", "--file", month).ok();
    JsonNode run = moulin.run("run", "taxi.green", "--until-caught-up", "--json").ok().json();

    assertThat(run.get("bronze").asLong()).isEqualTo(ROWS);
    assertThat(run.get("silver").asLong()).isEqualTo(ROWS);
    assertThat(run.get("balanced").asBoolean()).isTrue();
    moulin.run("balance", "taxi.green").ok();
    assertThat(
            moulin.run("query", "--format", "csv", "SELECT count(*) FROM silver.green").ok().out())
        .endsWith("\n" + ROWS + "\n");
    moulin.run("validate").ok();
  }
}
