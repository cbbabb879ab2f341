package io.moulin.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.manifest.ProjectReader;
import io.moulin.plan.Actual.ActualTable;
import io.moulin.spec.DatasetSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a plan says of what a job carries when its manifest changes. */
final class CarriesTest {
  private static final Path CASE = Path.of("src/test/cases/plan/carried.txt");

  private static final String FORMER =
      """
      dataset: shop.orders
      source: {topic: shop.raw_orders}
      time: {column: at}
      columns:
        - {name: id, type: long}
        - {name: at, type: timestamp}
        - {name: amount, type: double}
      rules:
        - {name: AMOUNT_NOT_POSITIVE, expect: "amount > 0"}
        - {name: OLD, expect: "id > 0"}
      dedup: {key: [id], within: 24h}
      """;

  @TempDir private Path folder;

  @Test
  void saysWhatBecomesOfStoredRowsAndOfWhatIsRemembered() throws IOException {
    DatasetSpec former = dataset(FORMER);
    DatasetSpec now =
        dataset(
            FORMER
                .replace("amount > 0", "amount >= 0")
                .replace("{name: OLD, expect: \"id > 0\"}", "{name: NEW, expect: \"id < 9\"}")
                .replace("key: [id], within: 24h", "key: [id, amount], within: 1h")
                .replace("time: {column: at}", "freshness: 5s\ntime: {column: at, watermark: 1m}"));
    Plan plan = Planner.plan(List.of(now), existing(former), Map.of(former.name(), former));

    if ("rewrite".equals(System.getenv("MOULIN_GOLDEN"))) {
      Files.writeString(CASE, plan.toString());
    }
    assertThat(plan).hasToString(Files.readString(CASE));
    assertThat(plan.empty()).as("nothing is to be made").isTrue();
    assertThat(Planner.same(former, now)).isFalse();
  }

  @Test
  void dedupThatIsNewReadsItsKeysFromSilverAndDedupThatIsGoneForgetsThem() throws IOException {
    String without = FORMER.replaceAll("dedup: .*\\n", "");
    assertThat(carried(without, FORMER))
        .singleElement()
        .satisfies(carry -> assertThat(carry.then()).contains("keys are read from silver"));
    assertThat(carried(FORMER, without))
        .singleElement()
        .satisfies(carry -> assertThat(carry.then()).contains("the keys are forgotten"));
  }

  @Test
  void whatStandsElsewhereInItsFileIsTheSame() throws IOException {
    String moved = "# a comment\n\n" + FORMER;
    assertThat(carried(FORMER, moved)).isEmpty();
    assertThat(Planner.same(dataset(FORMER), dataset(moved))).isTrue();
  }

  @Test
  void anotherTopicIsRefusedOnceThereAreRows() throws IOException {
    DatasetSpec former = dataset(FORMER);
    DatasetSpec now = dataset(FORMER.replace("shop.raw_orders", "shop.other"));
    Map<String, DatasetSpec> inForce = Map.of(former.name(), former);

    assertThat(Planner.plan(List.of(now), existing(former), inForce).refused())
        .singleElement()
        .satisfies(
            refusal -> {
              assertThat(refusal.what()).contains("read topic shop.other instead of");
              assertThat(refusal.fix()).contains("keep 'topic: shop.raw_orders'");
            });
    assertThat(Planner.plan(List.of(now), new Actual(Map.of(), Map.of()), inForce).refused())
        .isEmpty();
  }

  private List<Carry> carried(String before, String after) throws IOException {
    return Carries.between(dataset(before), dataset(after));
  }

  private DatasetSpec dataset(String text) throws IOException {
    Path file = folder.resolve("dataset.yml");
    Files.writeString(file, text);
    return ProjectReader.dataset(folder, file, null).orElseThrow();
  }

  /** All that {@code dataset} declares, with rows. */
  private static Actual existing(DatasetSpec dataset) {
    Map<String, ActualTable> tables = new HashMap<>();
    dataset
        .tables()
        .forEach(
            table ->
                tables.put(
                    table.fullName(),
                    new ActualTable(
                        table.fullName(),
                        table.fields(),
                        table.partition(),
                        100,
                        Map.of("moulin.dataset", dataset.name()))));
    return new Actual(
        dataset.topics().stream().collect(Collectors.toMap(topic -> topic.name(), topic -> topic)),
        tables);
  }
}
