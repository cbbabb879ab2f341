package io.moulin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The proof of exactly once, on a user's project: hurt in several ways, which a seed chooses, and
 * nothing is wrong. {@code make verify} hurts a larger one in every way.
 */
class VerifyE2eTest {
  @TempDir private Path folder;

  @Test
  void aProjectThatIsHurtSixTimesLosesAndDoublesNothing() throws Exception {
    Path datasets = Files.createDirectories(folder.resolve("datasets"));
    Files.writeString(folder.resolve("moulin.yml"), "name: hurt\nengine: {batch-rows: 5000}\n");
    Files.copy(
        Moulin.repository().resolve("examples/taxi/datasets/trips.yml"),
        datasets.resolve("trips.yml"));
    long seed = System.nanoTime() & 0xFFFF;
    Moulin.Result result =
        new Moulin(folder)
            .run("verify", "--kills", "6", "--rows", "60000", "--seed", "" + seed, "--json");
    assertThat(result.exit()).as("seed %d\n%s\n%s", seed, result.out(), result.err()).isZero();
    JsonNode proof = result.json();
    assertThat(proof.get("kills").asInt()).isEqualTo(6);
    assertThat(proof.get("seed").asLong()).isEqualTo(seed);
    assertThat(proof.get("lost").asLong()).isZero();
    assertThat(proof.get("doubled").asLong()).isZero();
    assertThat(proof.get("changed").asLong()).isZero();
    assertThat(proof.get("kinds").size()).as("kinds of %s", proof).isBetween(4, 6);
    assertThat(proof.get("tables").get("silver.trips").get("rows").asLong()).isGreaterThan(50_000);
    assertThat(proof.get("tables").get("every record once").get("rows").asLong()).isEqualTo(60_000);
    assertThat(proof.get("recovery_seconds").get("max").asDouble()).isPositive();
    assertThat(folder.resolve(".moulin/warehouse")).as("the user's own tables").doesNotExist();
    assertThat(folder.resolve(".moulin/verify")).as("the copy is removed").isEmptyDirectory();
  }
}
