package io.moulin.bench.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Medians, spreads and ratios, by figures that can be worked out by hand. */
class ArithmeticTest {
  @Test
  void theMedianIsTheMiddleOneOrTheMeanOfTheTwoInTheMiddle() {
    assertThat(Spread.of(List.of(7.0))).isEqualTo(new Spread(7, 7, 7));
    assertThat(Spread.of(List.of(9.0, 1.0, 4.0))).isEqualTo(new Spread(1, 4, 9));
    assertThat(Spread.of(List.of(8.0, 2.0, 4.0, 100.0))).isEqualTo(new Spread(2, 6, 100));
  }

  @Test
  void noFigureAndNoNumberMakeNoSpread() {
    assertThatThrownBy(() -> Spread.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Spread.of(List.of(1.0, Double.NaN)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void coldAndWarmPassesAreKeptApart() {
    Summary summary =
        summary("full", pass("full", 1, 1, 10), pass("full", 1, 2, 5), pass("full", 2, 2, 4));
    assertThat(summary.first()).isEqualTo(new Spread(100, 100, 100));
    assertThat(summary.warm()).isEqualTo(new Spread(200, 225, 250));
    assertThat(summary.rowsPerSecond()).isEqualTo(225);
    assertThat(summary("full", pass("full", 1, 1, 10)).warm()).isNull();
  }

  @Test
  void ratiosAreThoseOfWhatWasMeasured() {
    List<Summary> summaries =
        List.of(
            summary("full", pass("full", 1, 1, 10), pass("full", 1, 2, 5)),
            summary("kernel", pass("kernel", 1, 1, 8), pass("kernel", 1, 2, 4)),
            summary("duckdb-files", pass("duckdb-files", 1, 1, 2)));
    assertThat(Ratios.of(summaries))
        .containsExactly(entry("full/duckdb-files", 0.4), entry("full/kernel", 0.8));
    assertThat(Ratios.first(summaries))
        .containsExactly(entry("full/duckdb-files", 0.2), entry("full/kernel", 0.8));
  }

  @Test
  void theTablesNameEveryContenderAndRatio() {
    assertThat(Report.text(results(List.of(), List.of())))
        .contains("one run of `make bench-full`.")
        .contains("| `full` | what | 768m | 100 (100–100) | 200 (200–200) |")
        .contains("| `full/kernel` | 0.75 | 0.50 |")
        .contains("| demo | 10,000 | 5.3 | 900 |")
        .contains("| 1,000 ms | 10,000 | 600,000 | 650 | 1000 | 1150 | 1400 |")
        .doesNotContain("part only")
        .doesNotContain("Failed");
  }

  @Test
  void aRunOfAPartSaysSoAndNamesWhatFailed() {
    assertThat(Report.text(results(List.of("full", "kernel"), List.of("round 1, kernel"))))
        .contains("It was a part only, of `full`, `kernel`: the rest was not measured.")
        .contains("**Failed, and in no table: `round 1, kernel`.**");
  }

  private static Results results(List<String> asked, List<String> failed) {
    Summary full = summary("full", pass("full", 1, 1, 10), pass("full", 1, 2, 5));
    return new Results(
        Results.SCHEMA,
        "make bench-full",
        asked,
        failed,
        "abc",
        "2024-01-01",
        new Results.Machine(2, "a processor", 1024, "Linux", "17"),
        Map.of("Kafka", "4"),
        Map.of("rows", "1,000"),
        List.of(full),
        Map.of("full/kernel", 0.75),
        Map.of("full/kernel", 0.5),
        List.of(new Results.EndToEnd("demo", 10_000, 5.25, 900)),
        List.of(new Results.Fresh(1_000, 10_000, 600_000, 650, 1_000, 1_150, 1_400, 700)),
        List.of());
  }

  private static Summary summary(String name, Measured... passes) {
    return Summary.of(name, "what", "768m", List.of(passes));
  }

  private static Measured pass(String name, int round, int pass, double seconds) {
    return new Measured(name, round, pass, 1_000, seconds, 3, 1, 500);
  }
}
