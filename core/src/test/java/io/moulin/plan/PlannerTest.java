package io.moulin.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.spec.Layer;
import io.moulin.spec.TypeParser;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PlannerTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          int           | long          | WIDEN
          float         | double        | WIDEN
          decimal(8,2)  | decimal(9,2)  | WIDEN
          long          | int           | NARROW
          double        | float         | NARROW
          decimal(9,2)  | decimal(8,2)  | NARROW
          decimal(8,2)  | decimal(9,3)  | RETYPE
          int           | double        | RETYPE
          int           | string        | RETYPE
          string        | date          | TEXT_TO_TIME
          string        | time          | TEXT_TO_TIME
          string        | timestamptz   | TEXT_TO_TIME
          timestamp     | timestamptz   | RETYPE
          list<int>     | list<long>    | RETYPE
          struct<a: int>| struct<a: int>| NONE
          """)
  void typesChange(String from, String to, TypeChange expected) {
    assertThat(TypeChange.of(TypeParser.parse(from), TypeParser.parse(to))).isEqualTo(expected);
  }

  @Test
  void columnsAreMatchedByNameWhateverTheirOrder() {
    Green reversed = Green.plain().without("VendorID").with("VendorID", "int", "vendor_id", "int");
    assertThat(Planner.plan(List.of(reversed.spec()), Green.plain().exists()).empty()).isTrue();
  }

  @Test
  void aRenameThatIsDoneIsForgotten() {
    Green renamed = Green.plain().column("distance", "double", "miles", "double", "", "distance");
    assertThat(Planner.plan(List.of(renamed.spec()), renamed.exists()).empty()).isTrue();
  }

  @Test
  void aDatasetThatIsRemovedKeepsWhatItHas() {
    assertThat(Planner.plan(List.of(), Green.plain().exists()).empty()).isTrue();
  }

  @Test
  void topicsComeBeforeTablesAndTablesInTheOrderOfTheirCommits() {
    Plan plan = Planner.plan(List.of(Green.plain().spec()), new Actual(Map.of(), Map.of()));
    assertThat(plan.changes())
        .extracting(Change::target)
        .containsExactly(
            "topic taxi.raw_green",
            "topic taxi.raw_green.dlq",
            "table dead_letters.green",
            "table bronze.green",
            "table quarantine.green",
            "table silver.green");
    assertThat(plan.changes()).allMatch(Change::creates);
  }

  @Test
  void impactsAreSaid() {
    Plan plan =
        Planner.plan(
            List.of(Green.plain().topic(5, Duration.ofDays(1)).spec()), Green.plain().exists());
    assertThat(plan.changes())
        .extracting(Change::impact)
        .containsExactly(Impact.RESTART, Impact.DATA_LOSS);
    assertThat(plan.changes()).noneMatch(Change::creates);
  }

  @Test
  void plansThatSayTheSameHaveTheSameId() {
    Plan one = Planner.plan(List.of(Green.plain().keyed().spec()), Green.plain().exists());
    Plan same = Planner.plan(List.of(Green.plain().keyed().spec()), Green.plain().exists());
    Plan other = Planner.plan(List.of(Green.plain().spec()), Green.plain().exists());
    assertThat(one.id()).isEqualTo(same.id()).isNotEqualTo(other.id()).hasSize(12);
  }

  @Test
  void theWayOutOfARefusalWorks() {
    // What the refusal of a retyped silver column proposes: keep it and add another.
    Green retyped = Green.plain().with("pickup", "string", "pickup", "timestamp");
    Refusal refusal =
        Planner.plan(List.of(retyped.spec()), Green.plain().exists()).refused().get(0);
    assertThat(refusal.target())
        .isEqualTo("table " + Green.plain().spec().table(Layer.SILVER).fullName());
    assertThat(refusal.fix())
        .contains("keep 'silver: string'")
        .contains("sql: \"TRY_CAST(pickup AS TIMESTAMP)\"");

    Green wayOut = Green.plain().with("pickup_new", "timestamp", "pickup_new", "timestamp");
    assertThat(Planner.plan(List.of(wayOut.spec()), Green.plain().exists()).refused()).isEmpty();
  }
}
