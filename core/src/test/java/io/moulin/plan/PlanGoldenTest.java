package io.moulin.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.plan.Actual.ActualTable;
import io.moulin.spec.DataType;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DerivedSpec;
import io.moulin.spec.PartitionSpec.Transform;
import io.moulin.spec.Place;
import io.moulin.spec.TableSpec;
import io.moulin.spec.history.HistorySpec;
import io.moulin.spec.live.LiveSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What users see of a plan; MOULIN_GOLDEN=rewrite takes what is seen for what is wanted. */
final class PlanGoldenTest {
  private static final Path CASES = Path.of("src/test/cases/plan");
  private static final Actual NOTHING = new Actual(Map.of(), Map.of());

  private static Plan plan(Green desired, Green existing) {
    return Planner.plan(List.of(desired.spec()), existing.exists());
  }

  private static void golden(String name, Plan plan) throws IOException {
    Path file = CASES.resolve(name + ".txt");
    if ("rewrite".equals(System.getenv("MOULIN_GOLDEN"))) {
      Files.createDirectories(CASES);
      Files.writeString(file, plan.toString());
    }
    assertThat(plan).as(name).hasToString(Files.readString(file));
  }

  @Test
  void fromNothing() throws IOException {
    Green green = Green.plain().partitionedBy("pickup", Transform.IDENTITY);
    golden("from-nothing", Planner.plan(List.of(green.spec()), NOTHING));
  }

  @Test
  void nothingToDo() throws IOException {
    Plan plan = plan(Green.plain(), Green.plain());
    golden("nothing-to-do", plan);
    assertThat(plan.empty()).isTrue();
  }

  @Test
  void whatIsSafeIsApplied() throws IOException {
    Plan plan =
        plan(
            Green.plain()
                .with("VendorID", "long", "vendor_id", "long")
                .column("fare", "double", "fare", "decimal(12,2)", "what is paid, in USD", null)
                .with("tip", "double", "tip", "double")
                .topic(6, Duration.ofDays(7)),
            Green.plain());
    golden("safe-changes", plan);
    assertThat(plan.refused()).isEmpty();
  }

  @Test
  void whatBreaksReadersIsRefused() throws IOException {
    Plan plan =
        plan(
            Green.plain()
                .with("VendorID", "string", "vendor_id", "string")
                .with("pickup", "string", "pickup", "timestamp")
                .with("fare", "float", "fare", "decimal(6,2)")
                .column("distance", "double", "miles", "double", "", "distance")
                .topic(2, Duration.ofHours(36)),
            Green.plain());
    golden("refused-changes", plan);
  }

  @Test
  void aDroppedColumnIsRefused() throws IOException {
    golden("dropped-column", plan(Green.plain().without("fare"), Green.plain()));
  }

  @Test
  void aNewKeyAndANewPartitioningAreRefused() throws IOException {
    golden(
        "key-and-partitioning",
        plan(Green.plain().keyed().partitionedBy("pickup", Transform.IDENTITY), Green.plain()));
  }

  @Test
  void aHistoryIsMadeAndGrowsButIsNotTurnedIntoAnother() throws IOException {
    Green green = Green.plain().with("pickup", "timestamp", "pickup", "timestamp");
    DatasetSpec without = green.spec();
    DatasetSpec with = without.withHistory(history(List.of("vendor_id"), List.of("fare")));
    DatasetSpec wider =
        without.withHistory(history(List.of("vendor_id"), List.of("fare", "distance")));
    DatasetSpec other = without.withHistory(history(List.of("distance"), List.of("vendor_id")));

    golden("history-new", Planner.plan(List.of(with), green.exists(), former(without)));
    golden("history-wider", Planner.plan(List.of(wider), existing(green, with), former(with)));
    golden("history-other", Planner.plan(List.of(other), existing(green, with), former(with)));
    golden("history-gone", Planner.plan(List.of(without), existing(green, with), former(with)));
  }

  @Test
  void aLiveAggregateIsMadeButNotTurnedIntoAnother() throws IOException {
    Green green = Green.plain().with("pickup", "timestamp", "pickup", "timestamp");
    DatasetSpec without = green.spec();
    DatasetSpec with = without.withLive(List.of(live("vendor_id", Duration.ofMinutes(5))));
    DatasetSpec other = without.withLive(List.of(live("distance", Duration.ofHours(1))));

    golden("live-new", Planner.plan(List.of(with), green.exists(), former(without)));
    golden("live-other", Planner.plan(List.of(other), existing(green, with), former(with)));
    golden("live-gone", Planner.plan(List.of(without), existing(green, with), former(with)));
  }

  private static LiveSpec live(String by, Duration window) {
    Place at = Place.of("datasets/green.yml");
    DerivedSpec trips = new DerivedSpec("trips", DataType.Scalar.LONG, "count(*)", "", at);
    return new LiveSpec(
        "trips_by", window, window, List.of(by), null, List.of(trips), null, null, null, null, at);
  }

  private static Map<String, DatasetSpec> former(DatasetSpec dataset) {
    return Map.of(dataset.name(), dataset);
  }

  private static HistorySpec history(List<String> key, List<String> track) {
    return new HistorySpec(
        key,
        track,
        HistorySpec.Mode.CHANGES,
        "pickup",
        null,
        16,
        null,
        Place.of("datasets/green.yml"));
  }

  private static Actual existing(Green green, DatasetSpec dataset) {
    Map<String, ActualTable> tables = new HashMap<>(green.exists().tables());
    for (TableSpec table : dataset.everyTable()) {
      tables.putIfAbsent(
          table.fullName(),
          new ActualTable(
              table.fullName(),
              table.fields(),
              table.partition(),
              10,
              Map.of("moulin.dataset", dataset.name())));
    }
    return new Actual(green.exists().topics(), tables);
  }

  @Test
  void aTableOfAnotherIsLeftAlone() throws IOException {
    Actual existing = Green.plain().named("rides").exists();
    Map<String, ActualTable> tables = new HashMap<>(existing.tables());
    tables.computeIfPresent(
        "bronze.green",
        (name, table) ->
            new ActualTable(name, table.fields(), table.partition(), table.rows(), Map.of()));
    golden(
        "foreign-table",
        Planner.plan(List.of(Green.plain().spec()), new Actual(existing.topics(), tables)));
  }

  @Test
  void twoDatasetsDoNotShareATable() throws IOException {
    List<DatasetSpec> both =
        List.of(
            Green.plain().spec(),
            Green.plain().named("taxi.other").topic(8, Duration.ofDays(3)).spec());
    golden("shared-table", Planner.plan(both, NOTHING));
  }
}
