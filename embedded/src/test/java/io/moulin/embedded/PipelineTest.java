package io.moulin.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.apply.Applier;
import io.moulin.apply.Journal;
import io.moulin.apply.Survey;
import io.moulin.commit.Balance;
import io.moulin.commit.Books;
import io.moulin.load.LoadListener;
import io.moulin.load.LoadRequest;
import io.moulin.load.Loader;
import io.moulin.manifest.ProjectReader;
import io.moulin.manifest.ProjectReading;
import io.moulin.plan.Planner;
import io.moulin.platform.JobRunner.JobRequest;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.project.ProjectSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * From a manifest and a file to tables whose books balance: broker, engine and catalog for real.
 */
class PipelineTest {
  private static final String DATASET =
      """
      dataset: shop.orders
      source: {topic: shop.orders.raw, partitions: 4}
      dead-letters: {topic: shop.orders.dlq}
      columns:
        - {name: id, type: long}
        - {name: amount, type: double, silver: "decimal(10,2)"}
      rules:
        - {name: AMOUNT_NOT_POSITIVE, expect: "amount > 0", otherwise: quarantine}
      dedup: {key: [id], within: 24h}
      """;

  @TempDir Path folder;

  @Test
  void aFileBecomesBalancedTables() throws Exception {
    Files.createDirectories(folder.resolve("datasets"));
    Files.writeString(folder.resolve("moulin.yml"), "name: shop\n");
    Files.writeString(folder.resolve("datasets/orders.yml"), DATASET);
    Path first = file("first.jsonl", 0, 5_000);
    Path second = file("second.jsonl", 4_000, 10_000);
    ProjectReading reading = ProjectReader.read(folder, Optional.empty(), Map.of());
    assertThat(reading.diagnostics()).isEmpty();
    ProjectSpec project = Objects.requireNonNull(reading.project());
    DatasetSpec dataset = project.datasets().get(0);
    try (EmbeddedPlatform platform = EmbeddedPlatform.open(folder, project)) {
      Journal journal =
          Journal.at(folder.resolve(".moulin/journal/apply.jsonl"), Clock.systemUTC());
      new Applier(platform, journal)
          .apply(Planner.plan(project.datasets(), Survey.of(platform, project.datasets())));
      load(platform, dataset, first);
      Balance once = run(platform, project, dataset);
      assertThat(once.problems()).isEmpty();
      assertThat(once.total().consumed()).isEqualTo(5_000);
      assertThat(once.total().quarantine()).isEqualTo(50);
      assertThat(once.total().silver()).isEqualTo(4_950);
    }
    // All of it stopped and started again: the next run goes on where the tables are.
    try (EmbeddedPlatform platform = EmbeddedPlatform.open(folder, project)) {
      load(platform, dataset, second);
      Balance twice = run(platform, project, dataset);
      assertThat(twice.problems()).isEmpty();
      assertThat(twice.total().consumed()).isEqualTo(11_000);
      assertThat(twice.total().duplicate()).isEqualTo(990);
      assertThat(twice.total().silver()).isEqualTo(9_900);
    }
  }

  /** Orders of which each hundredth has no amount worth the name. */
  private Path file(String name, int from, int to) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int id = from; id < to; id++) {
      lines.append("{\"id\":%d,\"amount\":%s}\n".formatted(id, id % 100 == 0 ? "-1" : id + ".25"));
    }
    return Files.writeString(folder.resolve(name), lines);
  }

  private void load(EmbeddedPlatform platform, DatasetSpec dataset, Path file) {
    new Loader(folder, platform.topics(), Clock.systemUTC())
        .load(LoadRequest.of(dataset, file), LoadListener.NONE);
  }

  private static Balance run(EmbeddedPlatform platform, ProjectSpec project, DatasetSpec dataset) {
    Map<Integer, Long> until = platform.topics().ends(dataset.source().topic());
    platform.jobs().start(new JobRequest(dataset, project.engine(), until)).await();
    return Books.of(platform.tables().catalog(), dataset);
  }
}
