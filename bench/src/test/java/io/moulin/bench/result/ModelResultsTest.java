package io.moulin.bench.result;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.moulin.bench.result.ModelResults.Origin;
import io.moulin.bench.result.ModelResults.Turn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table and the file of a run over the models, by figures worked out by hand. */
class ModelResultsTest {
  @TempDir private Path folder;

  @Test
  void theTableHasALineForEveryKindThatHadItsTurn() {
    assertThat(results().text())
        .startsWith("\nAll of these figures are of one run of `make bench-models`.\n")
        .contains("Measured on 2024-01-01 at commit `abc`: 2 cores (a processor), 1,024 MiB")
        .contains("Versions: DuckDB v1.\nSettings: rounds 3.\nSilver had 2,900,000 rows")
        .contains(
            "| a full refresh | 3.00 (2.00–4.00) | 6.00 (4.00–8.00) | 9.00 (6.00–12.00) "
                + "| 500 (500–500) | 19 | 77 |")
        .contains("| dbt | 20.00 (20.00–20.00) |")
        .doesNotContain("no turn")
        .endsWith("of the rounds).\n");
  }

  @Test
  void theFileHasEveryTurn() throws IOException {
    Path file = folder.resolve("results/models.json");
    results().write(file);
    JsonNode json = new ObjectMapper().readTree(file.toFile());
    assertThat(json.path("schema").asInt()).isEqualTo(ModelResults.SCHEMA);
    assertThat(json.path("versions").path("DuckDB").asText()).isEqualTo("v1");
    assertThat(json.path("turns")).hasSize(4);
    assertThat(json.path("figures").path(0).path("seconds").path("median").asDouble()).isEqualTo(3);
    assertThat(json.path("figures").findValuesAsText("name")).containsExactly("full", "dbt");
  }

  private static ModelResults results() {
    Map<String, String> kinds = new LinkedHashMap<>();
    kinds.put("full", "a full refresh");
    kinds.put("none", "no turn");
    kinds.put("dbt", "dbt");
    List<Turn> turns =
        List.of(turn("full", 1, 4), turn("dbt", 1, 20), turn("full", 2, 2), turn("full", 3, 3));
    return new ModelResults(
        ModelResults.SCHEMA,
        "make bench-models",
        new Origin(
            "abc",
            "2024-01-01",
            new Results.Machine(2, "a processor", 1024, "Linux", "17"),
            Map.of("DuckDB", "v1")),
        Map.of("rounds", "3"),
        2_900_000,
        1_000,
        ModelResults.figures(kinds, turns),
        turns);
  }

  private static Turn turn(String name, int round, double seconds) {
    return new Turn(name, round, seconds, seconds * 2, seconds * 3, 500, 19, 77);
  }
}
