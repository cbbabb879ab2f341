package io.moulin.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.commit.Balance;
import io.moulin.ingest.mend.MendJob;
import io.moulin.ingest.mend.Outcome;
import io.moulin.ingest.mend.Range;
import io.moulin.ingest.mend.Rebuilding;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DatasetTables;
import io.moulin.spec.DedupSpec.Across;
import io.moulin.spec.Layer;
import io.moulin.spec.Place;
import io.moulin.spec.RuleSpec;
import io.moulin.spec.TableSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a stream has written, killed as often as it was, is what a rebuild makes of bronze: row by
 * row, on every example. {@code -Dmoulin.seeds=50} tries more, {@code -Dmoulin.seed=1} one again.
 */
class StreamedEqualsRebuiltTest {
  private static final int SEEDS = Integer.getInteger("moulin.seeds", 1);
  private static final int ROWS = SEEDS > 1 ? 800 : 300;
  private static final int MOST_ROWS_AT_ONCE = 400;

  @TempDir Path folder;

  static Stream<String> names() {
    return new TreeMap<>(ExampleTopic.datasets()).keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void streamedEqualsRebuilt(String name) throws Exception {
    for (long seed : seeds()) {
      for (Across across : bounds(name, new Random(seed))) {
        String when = "-Dmoulin.seed=%d, %s, dedup across %s".formatted(seed, name, across);
        Path own = Files.createDirectories(folder.resolve(across + "-" + seed));
        try {
          streamedEqualsRebuilt(name, across, new Random(seed), own);
        } catch (Exception | AssertionError e) {
          throw new AssertionError(when, e);
        }
      }
    }
  }

  /** Both where there is time for it, and one where there is one partition. */
  private static List<Across> bounds(String name, Random random) {
    if (ExampleTopic.dataset(name).source().partitions() == 1) {
      return List.of(Across.PARTITION);
    }
    return SEEDS > 1
        ? List.of(Across.values())
        : List.of(random.nextBoolean() ? Across.TOPIC : Across.PARTITION);
  }

  private static List<Long> seeds() {
    Long asked = Long.getLong("moulin.seed");
    if (asked != null) {
      return List.of(asked);
    }
    long first = System.nanoTime();
    return Stream.iterate(first, seed -> seed + 1).limit(SEEDS).toList();
  }

  private static void streamedEqualsRebuilt(String name, Across across, Random random, Path folder)
      throws Exception {
    DatasetSpec dataset = ExampleTopic.across(ExampleTopic.dataset(name), across);
    ExampleTopic topic = ExampleTopic.of(name, dataset, ROWS, random, folder);
    int parallelism = across == Across.TOPIC ? 1 : 1 + random.nextInt(2);
    KilledStream stream = new KilledStream(folder.resolve("killed"), dataset, random);
    stream.killed(topic, parallelism);
    Balance books = stream.balance();
    assertThat(books.problems()).isEmpty();
    assertThat(books.total().consumed()).isEqualTo(ROWS);
    if (across == Across.PARTITION) {
      KilledStream whole = new KilledStream(folder.resolve("whole"), dataset, random);
      whole.undisturbed(topic);
      assertThat(books.total()).isEqualTo(whole.balance().total());
      for (TableSpec table : dataset.tables()) {
        String[] times = {
          DatasetTables.INGESTED_AT, DatasetTables.QUARANTINED_AT, DatasetTables.FAILED_AT
        };
        assertThat(stream.rows(table.layer(), times))
            .as("%s", table.layer())
            .isEqualTo(whole.rows(table.layer(), times));
      }
    }
    rebuilt(stream, dataset, random, folder);
  }

  /** A rebuild finds nothing to change, and makes the same out of nothing. */
  private static void rebuilt(KilledStream stream, DatasetSpec dataset, Random random, Path folder)
      throws Exception {
    Balance books = stream.balance();
    Map<Layer, List<String>> streamed = contents(stream, dataset);
    assertThat(
            rebuild(stream, dataset, Range.ALL, MOST_ROWS_AT_ONCE - random.nextInt(350), folder)
                .made())
        .as("a rebuild finds something to change")
        .isFalse();
    Outcome emptied =
        rebuild(
            stream,
            nothingPasses(dataset),
            Range.ALL,
            MOST_ROWS_AT_ONCE - random.nextInt(350),
            folder);
    assertThat(emptied.made()).isTrue();
    assertThat(stream.rows(Layer.SILVER)).isEmpty();
    rebuild(stream, dataset, Range.ALL, MOST_ROWS_AT_ONCE - random.nextInt(350), folder);
    assertThat(stream.balance().problems()).isEmpty();
    assertThat(stream.balance().total()).isEqualTo(books.total());
    assertThat(stream.balance().positions()).isEqualTo(books.positions());
    Map<Layer, List<String>> rebuilt = contents(stream, dataset);
    streamed.forEach(
        (layer, rows) -> assertThat(rebuilt.get(layer)).as("%s", layer).isEqualTo(rows));
  }

  private static DatasetSpec nothingPasses(DatasetSpec dataset) {
    List<RuleSpec> rules = new ArrayList<>(dataset.rules());
    rules.add(
        new RuleSpec(
            "NOTHING_PASSES",
            "FALSE",
            RuleSpec.Otherwise.QUARANTINE,
            false,
            "",
            Place.of("datasets/test.yml")));
    return ExampleTopic.with(dataset, rules, dataset.dedup());
  }

  /** All columns but the time of quarantine, which is that of the newest judgement. */
  private static Map<Layer, List<String>> contents(KilledStream stream, DatasetSpec dataset)
      throws Exception {
    Map<Layer, List<String>> contents = new EnumMap<>(Layer.class);
    for (TableSpec table : dataset.tables()) {
      contents.put(table.layer(), stream.rows(table.layer(), DatasetTables.QUARANTINED_AT));
    }
    return contents;
  }

  private static Outcome rebuild(
      KilledStream stream, DatasetSpec dataset, Range range, int batchRows, Path folder) {
    MendJob job =
        new MendJob(
            dataset,
            KilledStream.engine(batchRows),
            stream.catalog(),
            folder.resolve("mend"),
            "",
            "tester",
            Clock.systemUTC());
    return Rebuilding.run(job, range, Rebuilding.Mode.MAKE);
  }
}
