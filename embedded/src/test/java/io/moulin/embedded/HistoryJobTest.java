package io.moulin.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.commit.Books;
import io.moulin.embedded.EmbeddedPlatform.Service;
import io.moulin.platform.JobRunner.JobRequest;
import io.moulin.platform.JobRunner.Phase;
import io.moulin.platform.JobRunner.RunningJob;
import io.moulin.platform.Platform;
import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DataType;
import io.moulin.spec.DataType.Scalar;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DeadLetterSpec;
import io.moulin.spec.Place;
import io.moulin.spec.SourceSpec;
import io.moulin.spec.history.HistorySpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job with a history: it follows silver while the job runs, and a run ends behind it. */
class HistoryJobTest {
  private static final Place AT = Place.of("datasets/plans.yml");
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final DatasetSpec PLANS =
      new DatasetSpec(
              "app.plans",
              "plans",
              "",
              new SourceSpec("app.raw_plans", 2, Duration.ofDays(3), SourceSpec.Format.JSON, null),
              new DeadLetterSpec("app.raw_plans.dlq", 1, Duration.ofDays(3), 0),
              null,
              List.of(
                  column("id", Scalar.LONG),
                  column("plan", Scalar.STRING),
                  column("day", Scalar.DATE)),
              DatasetSpec.UnknownFields.IGNORE,
              List.of(),
              List.of(),
              List.of(),
              null,
              null,
              List.of(),
              List.of(),
              AT)
          .withHistory(
              new HistorySpec(
                  List.of("id"),
                  List.of("plan"),
                  HistorySpec.Mode.CHANGES,
                  "day",
                  null,
                  4,
                  Duration.ofMillis(300),
                  AT));

  private static ColumnSpec column(String name, DataType type) {
    return new ColumnSpec(name, type, name, type, "", false, false, List.of("iso"), null, AT);
  }

  @Test
  void theHistoryFollowsTheStreamAndARunEndsBehindIt(@TempDir Path folder) throws Exception {
    try (EmbeddedPlatform platform = EmbeddedPlatform.open(folder, Projects.embedded())) {
      platform.begin(EnumSet.allOf(Service.class));
      PLANS.topics().forEach(platform.topics()::create);
      PLANS.everyTable().forEach(platform.tables()::create);
      RunningJob job =
          platform.jobs().start(new JobRequest(PLANS, Projects.ENGINE.keptRunning(), Map.of()));
      await(() -> job.state().phase() == Phase.RUNNING);
      send(platform, 0, "free", "2024-01-01");
      await(() -> versions(platform) == 10);
      send(platform, 1, "paid", "2024-02-01");
      await(() -> versions(platform) == 20);
      assertThat(job.stop(PATIENCE)).isTrue();
      assertThat(job.state().why()).isEmpty();

      send(platform, 0, "gold", "2024-01-15"); // between the two
      Map<Integer, Long> ends = platform.topics().ends(PLANS.source().topic());
      platform.jobs().start(new JobRequest(PLANS, Projects.ENGINE, ends)).await();

      assertThat(versions(platform)).isEqualTo(30);
      assertThat(Books.of(platform.tables().catalog(), PLANS).problems()).isEmpty();
    }
  }

  private static long versions(Platform platform) {
    Snapshot newest =
        platform
            .tables()
            .catalog()
            .loadTable(TableIdentifier.of("history", PLANS.table()))
            .currentSnapshot();
    return newest == null ? 0 : Long.parseLong(newest.summary().get("total-records"));
  }

  private static void send(Platform platform, int partition, String plan, String day)
      throws Exception {
    Map<String, Object> properties = Map.copyOf(platform.topics().clientProperties());
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < 10; i++) {
        String json = "{\"id\": %d, \"plan\": \"%s\", \"day\": \"%s\"}".formatted(i, plan, day);
        byte[] value = json.getBytes(StandardCharsets.UTF_8);
        producer.send(new ProducerRecord<>(PLANS.source().topic(), partition, null, value)).get();
      }
    }
  }

  private static void await(BooleanSupplier condition) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Object pause = new Object();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("it happens in time").isLessThan(deadline);
      synchronized (pause) {
        pause.wait(100);
      }
    }
  }
}
