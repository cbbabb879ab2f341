package io.moulin.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.apply.Applier;
import io.moulin.apply.Journal;
import io.moulin.apply.Survey;
import io.moulin.commit.Balance;
import io.moulin.commit.Books;
import io.moulin.ingest.mend.FromPlace;
import io.moulin.ingest.mend.MendJob;
import io.moulin.ingest.mend.Outcome;
import io.moulin.ingest.mend.PatchLine;
import io.moulin.ingest.mend.QuarantineReplay;
import io.moulin.ingest.mend.Range;
import io.moulin.ingest.mend.Rebuilding;
import io.moulin.ingest.mend.Rewinding;
import io.moulin.ingest.mend.RowChoice;
import io.moulin.ingest.mend.TopicReplay;
import io.moulin.load.LoadListener;
import io.moulin.load.LoadRequest;
import io.moulin.load.Loader;
import io.moulin.manifest.ProjectReader;
import io.moulin.plan.Planner;
import io.moulin.platform.JobRunner.JobRequest;
import io.moulin.platform.JobRunner.RunningJob;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.project.ProjectSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Corrections with a real broker and a real job beside them. */
class MendPipelineTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String DATASET =
      """
      dataset: shop.orders
      source: {topic: shop.orders.raw, partitions: 2}
      columns:
        - {name: id, type: long}
        - {name: amount, type: double, silver: "decimal(10,2)"}
      rules:
        - {name: AMOUNT_NOT_POSITIVE, expect: "amount > 0", otherwise: quarantine}
      dedup: {key: [id], within: 24h}
      """;

  @TempDir Path folder;

  @Test
  void aStreamGoesOnBesideCorrections() throws Exception {
    Files.createDirectories(folder.resolve("datasets"));
    Files.writeString(folder.resolve("moulin.yml"), "name: shop\n");
    Files.writeString(folder.resolve("datasets/orders.yml"), DATASET);
    ProjectSpec project =
        Objects.requireNonNull(ProjectReader.read(folder, Optional.empty(), Map.of()).project());
    DatasetSpec dataset = project.datasets().get(0);
    try (EmbeddedPlatform platform = EmbeddedPlatform.open(folder, project)) {
      new Applier(platform, Journal.at(folder.resolve("apply.jsonl"), Clock.systemUTC()))
          .apply(Planner.plan(project.datasets(), Survey.of(platform, project.datasets())));
      load(platform, dataset, 0, 1_000);
      RunningJob stream =
          platform.jobs().start(new JobRequest(dataset, Projects.IMPATIENT, Map.of()));
      Balance first = await(platform, dataset, 1_000);
      assertThat(first.total().quarantine()).isEqualTo(10);

      QuarantineReplay.run(
          job(platform, dataset),
          RowChoice.all(Layer.QUARANTINE),
          List.of(patch(platform, dataset)));
      load(platform, dataset, 1_000, 2_000);
      Balance second = await(platform, dataset, 2_000);
      assertThat(second.total().silver()).isEqualTo(1_981);
      assertThat(Rebuilding.run(job(platform, dataset), Range.ALL, Rebuilding.Mode.MAKE).made())
          .isFalse();
      stream.cancel();

      whatIsMissingIsPutBack(platform, dataset);
      theTablesGoBackAndAreReadAgain(platform, dataset);
    }
  }

  private void whatIsMissingIsPutBack(EmbeddedPlatform platform, DatasetSpec dataset)
      throws IOException {
    Table bronze = table(platform, dataset, Layer.BRONZE);
    try (CloseableIterable<FileScanTask> tasks = bronze.newScan().planFiles()) {
      bronze.newDelete().deleteFile(tasks.iterator().next().file()).commit();
    }
    assertThat(Books.of(platform.tables().catalog(), dataset).problems()).isNotEmpty();
    Outcome outcome =
        TopicReplay.run(
            job(platform, dataset),
            FromPlace.ofTime(Instant.EPOCH),
            platform.topics().clientProperties());
    assertThat(outcome.places().get("bronze, put back")).isPositive();
    assertThat(Books.of(platform.tables().catalog(), dataset).problems()).isEmpty();
  }

  private void theTablesGoBackAndAreReadAgain(EmbeddedPlatform platform, DatasetSpec dataset) {
    Outcome outcome =
        Rewinding.run(
            job(platform, dataset),
            FromPlace.ofOffsets("0:3"),
            platform.topics().clientProperties());
    assertThat(outcome.rows()).isEqualTo(2_000);
    assertThat(Books.of(platform.tables().catalog(), dataset).problems()).isEmpty();
    Map<Integer, Long> until = platform.topics().ends(dataset.source().topic());
    platform.jobs().start(new JobRequest(dataset, Projects.ENGINE, until)).await();
    Balance books = Books.of(platform.tables().catalog(), dataset);
    assertThat(books.problems()).isEmpty();
    assertThat(books.total().silver()).isEqualTo(1_980);
  }

  private MendJob job(EmbeddedPlatform platform, DatasetSpec dataset) {
    return new MendJob(
        dataset,
        Projects.ENGINE,
        platform.tables().catalog(),
        folder.resolve("mend"),
        folder.resolve(".moulin/locks").toString(),
        "tester",
        Clock.systemUTC());
  }

  /** A partition and an offset where quarantine has a row. */
  private static PatchLine patch(EmbeddedPlatform platform, DatasetSpec dataset)
      throws IOException {
    Table quarantine = table(platform, dataset, Layer.QUARANTINE);
    try (CloseableIterable<FileScanTask> tasks =
        quarantine.newScan().includeColumnStats().planFiles()) {
      for (FileScanTask task : tasks) {
        int partition = bound(quarantine, task, "_partition").intValue();
        // The greatest offset of a file belongs to its only partition.
        if (lower(quarantine, task, "_partition").intValue() == partition) {
          return new PatchLine(
              partition, bound(quarantine, task, "_offset").longValue(), "{\"amount\": 7}");
        }
      }
    }
    throw new IllegalStateException("Cannot find a file of one partition in quarantine");
  }

  private static Number bound(Table table, FileScanTask task, String column) {
    Types.NestedField field = table.schema().findField(column);
    return Conversions.fromByteBuffer(field.type(), task.file().upperBounds().get(field.fieldId()));
  }

  private static Number lower(Table table, FileScanTask task, String column) {
    Types.NestedField field = table.schema().findField(column);
    return Conversions.fromByteBuffer(field.type(), task.file().lowerBounds().get(field.fieldId()));
  }

  private static Table table(EmbeddedPlatform platform, DatasetSpec dataset, Layer layer) {
    return platform
        .tables()
        .catalog()
        .loadTable(TableIdentifier.of(layer.namespace(), dataset.table()));
  }

  private static Balance await(EmbeddedPlatform platform, DatasetSpec dataset, long consumed)
      throws InterruptedException {
    Instant deadline = Instant.now().plus(PATIENCE);
    CountDownLatch never = new CountDownLatch(1);
    Balance books = Books.of(platform.tables().catalog(), dataset);
    while (books.total().consumed() < consumed || !books.balanced()) {
      assertThat(Instant.now()).as("%s", books).isBefore(deadline);
      assertThat(never.await(200, TimeUnit.MILLISECONDS)).isFalse();
      books = Books.of(platform.tables().catalog(), dataset);
    }
    return books;
  }

  /** Orders of which each hundredth has no amount worth the name. */
  private void load(EmbeddedPlatform platform, DatasetSpec dataset, int from, int to)
      throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int id = from; id < to; id++) {
      lines.append("{\"id\":%d,\"amount\":%s}\n".formatted(id, id % 100 == 0 ? "-1" : id + ".25"));
    }
    Path file = Files.writeString(folder.resolve(from + ".jsonl"), lines);
    new Loader(folder, platform.topics(), Clock.systemUTC())
        .load(LoadRequest.of(dataset, file), LoadListener.NONE);
  }
}
