package io.moulin.bench.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What processes say of themselves, read well, and refused where it makes no figure. */
class ReadingTest {
  private static final String BUILD =
      """
      {"build": "1", "models": [
        {"name": "seeds.vendors", "outcome": "%1$s", "partitions_rebuilt": 0},
        {"name": "gold.fct_trips", "outcome": "%2$s", "partitions_rebuilt": %3$d}],
       "checks": [], "checks_passed": 70, "checks_failed": %4$d, "checks_warned": 7,
       "seconds": 1.5, "good": %5$s}
      """;

  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir private Path folder;

  @Test
  void aBuildSaysWhatItComputed() throws IOException {
    Built full = built("built", "built", 0);
    assertThat(full)
        .isEqualTo(
            new Built(
                1.5,
                2,
                List.of("seeds.vendors", "gold.fct_trips"),
                List.of("gold.fct_trips"),
                0,
                77));
    assertThatCode(full::requireAll).doesNotThrowAnyException();
    assertThatCode(built("unchanged", "built", 1)::requireOneDay).doesNotThrowAnyException();
    assertThatCode(built("unchanged", "unchanged", 0)::requireNothing).doesNotThrowAnyException();
  }

  @Test
  void aBuildThatDidAnotherWorkMakesNoFigure() throws IOException {
    refused(built("unchanged", "built", 0)::requireAll);
    refused(built("built", "built", 1)::requireAll);
    refused(built("unchanged", "built", 2)::requireOneDay);
    refused(built("built", "unchanged", 0)::requireOneDay);
    refused(built("built", "built", 0)::requireOneDay);
    refused(built("built", "unchanged", 0)::requireNothing);
  }

  @Test
  void aBuildThatIsNotGoodIsRefused() {
    refused(() -> Built.parse(BUILD.formatted("built", "held back", 0, 1, "false")));
    refused(() -> Built.parse(BUILD.formatted("built", "built", 0, 1, "true")));
    refused(() -> Built.parse("{\"good\": true, \"checks_failed\": 0, \"seconds\": 1}"));
  }

  @Test
  void dbtSaysWhatItComputed() throws IOException {
    assertThat(dbt("success", "warn")).isEqualTo(new Dbt.Ran(12.25, 2, 1));
    refused(() -> dbt("error", "pass"));
    refused(() -> dbt("success", "fail"));
    refused(() -> dbt("skipped", "pass"));
    refused(() -> Dbt.Ran.parse(MAPPER.readTree("{\"results\": []}"), MAPPER.readTree("{}")));
  }

  @Test
  void dbtsVersionsAreThoseOfItsPackages() throws IOException {
    assertThatThrownBy(() -> Dbt.of(folder))
        .isInstanceOfSatisfying(
            MoulinException.class, e -> assertThat(e.code()).isEqualTo("dbt-missing"));
    Files.createDirectories(folder.resolve("bin"));
    assertThat(Files.createFile(folder.resolve("bin/dbt")).toFile().setExecutable(true)).isTrue();
    Path packages = folder.resolve("lib/python3.11/site-packages");
    for (String name : List.of("dbt_core-1.11.16", "duckdb-1.4.1", "dbt_common-1.2", "pytz-2025")) {
      Files.createDirectories(packages.resolve(name + ".dist-info"));
    }
    assertThat(Dbt.of(folder).versions())
        .isEqualTo(Map.of("Python", "3.11", "dbt-core", "1.11.16", "DuckDB of dbt", "1.4.1"));
  }

  @Test
  void theCpuTimeIsThatOfTheChildren() throws Exception {
    assertThat(Timed.children("0m0.010s 0m0.020s\n1m2.500s 0m0.250s\n"))
        .isCloseTo(62.75, within(1e-9));
    assertThatThrownBy(() -> Timed.children("0m0.010s 0m0.020s\n"))
        .isInstanceOf(IllegalArgumentException.class);
    Timed timed =
        Timed.run(folder, Map.of("WORD", "said"), List.of("sh", "-c", "echo a; echo $WORD"));
    assertThat(timed.lastLine()).isEqualTo("said");
    assertThat(timed.wallSeconds()).isPositive();
    refused(() -> Timed.run(folder, Map.of(), List.of("sh", "-c", "exit 3")));
  }

  @Test
  void lateTripsAreOfOneDayAndOthersForAnotherSeed() throws IOException {
    Path one = folder.resolve("one.jsonl");
    Path other = folder.resolve("other.jsonl");
    LocalDate day = LateTrips.write(one, 300, 1);
    LateTrips.write(other, 300, 2);
    List<String> lines = Files.readAllLines(one);
    assertThat(lines)
        .hasSize(300)
        .allMatch(line -> line.contains("\"tpep_pickup_datetime\":\"%sT".formatted(day)));
    assertThat(new HashSet<>(lines)).doesNotContainAnyElementsOf(Files.readAllLines(other));
    assertThat(LateTrips.write(other, 300, 1)).isEqualTo(day);
    assertThat(other).hasSameTextualContentAs(one);
  }

  @Test
  void martsThatDifferMakeNoFigure() {
    assertThat(Marts.summed("gold.d", List.of()))
        .isEqualTo("SELECT 'gold.d: ' || count(*) || ' rows; sum ' || (0) AS said FROM gold.d");
    assertThat(Marts.summed("gold.f", List.of("a", "b")))
        .contains(
            "(coalesce(sum(CAST(a AS DECIMAL(38,4))), 0) + coalesce(sum(CAST(b AS DECIMAL(38,4))), 0))");
    refused(() -> Marts.requireEqual(List.of("gold.d: 1"), List.of("gold.d: 2")));
    refused(() -> Marts.requireEqual(List.of(), List.of()));
    assertThatCode(() -> Marts.requireEqual(List.of("gold.d: 1"), List.of("gold.d: 1")))
        .doesNotThrowAnyException();
  }

  private static Built built(String seed, String fact, int partitions) throws IOException {
    return Built.parse(BUILD.formatted(seed, fact, partitions, 0, "true"));
  }

  private static Dbt.Ran dbt(String model, String test) throws IOException {
    String results =
        """
        {"elapsed_time": 12.25, "results": [
          {"unique_id": "seed.vendors", "status": "success"},
          {"unique_id": "model.stg_trips", "status": "success"},
          {"unique_id": "model.fct_trips", "status": "%s"},
          {"unique_id": "test.not_null", "status": "%s"}]}
        """;
    String manifest =
        """
        {"nodes": {
          "seed.vendors": {"resource_type": "seed", "config": {"materialized": "seed"}},
          "model.stg_trips": {"resource_type": "model", "config": {"materialized": "view"}},
          "model.fct_trips": {"resource_type": "model", "config": {"materialized": "table"}},
          "test.not_null": {"resource_type": "test", "config": {"materialized": "test"}}}}
        """;
    return Dbt.Ran.parse(
        MAPPER.readTree(results.formatted(model, test)), MAPPER.readTree(manifest));
  }

  private static void refused(ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(IllegalStateException.class);
  }
}
