package io.moulin.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.commit.Balance;
import io.moulin.commit.Books;
import io.moulin.commit.CommitProgress;
import io.moulin.embedded.EmbeddedPlatform.Service;
import io.moulin.platform.JobRunner.JobRequest;
import io.moulin.platform.JobRunner.Phase;
import io.moulin.platform.JobRunner.RunningJob;
import io.moulin.platform.Platform;
import io.moulin.spec.DatasetSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job without an end: what it commits, what it takes up while it runs, and how it is stopped. */
class ContinuousJobTest {
  private static final DatasetSpec TRIPS = Datasets.trips();
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @Test
  void commitsOnlyWhatThereIsTakesUpPartitionsAndStopsBehindACommit(@TempDir Path folder)
      throws Exception {
    try (EmbeddedPlatform platform = EmbeddedPlatform.open(folder, Projects.embedded())) {
      platform.begin(EnumSet.allOf(Service.class));
      TRIPS.topics().forEach(platform.topics()::create);
      TRIPS.tables().forEach(platform.tables()::create);
      int partitions = TRIPS.source().partitions();
      RunningJob job =
          platform.jobs().start(new JobRequest(TRIPS, Projects.ENGINE.keptRunning(), Map.of()));
      await(() -> job.state().phase() == Phase.RUNNING);

      send(platform, 0, 10);
      await(() -> consumed(platform) == 10);
      long before = snapshots(platform);
      long checkpoint = checkpoint(job);
      await(() -> checkpoint(job) >= checkpoint + 3);
      assertThat(snapshots(platform)).as("commits that hold nothing").isEqualTo(before);

      platform.topics().grow(TRIPS.source().topic(), partitions + 1);
      send(platform, partitions, 5);
      await(() -> consumed(platform) == 15);

      send(platform, 1, 20);
      await(() -> job.consumed() == 35);
      assertThat(job.stop(PATIENCE)).as("stops behind a commit").isTrue();
      assertThat(job.state().phase()).isEqualTo(Phase.ENDED);
      assertThat(job.state().why()).isEmpty();
      Balance books = Books.of(platform.tables().catalog(), TRIPS);
      assertThat(books.problems()).isEmpty();
      assertThat(books.total().consumed()).isEqualTo(35);
    }
  }

  private static long checkpoint(RunningJob job) {
    return CommitProgress.find(job.state().run())
        .map(progress -> progress.picture().checkpoint())
        .orElse(-1L);
  }

  private static long consumed(Platform platform) {
    return Books.of(platform.tables().catalog(), TRIPS).total().consumed();
  }

  private static long snapshots(Platform platform) {
    return platform
        .tables()
        .catalog()
        .loadTable(TableIdentifier.of("silver", TRIPS.table()))
        .currentSnapshot()
        .sequenceNumber();
  }

  private static void send(Platform platform, int partition, int count) throws Exception {
    Map<String, Object> properties = Map.copyOf(platform.topics().clientProperties());
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < count; i++) {
        byte[] value = ("{\"id\": " + i + ", \"note\": \"n\"}").getBytes(StandardCharsets.UTF_8);
        producer.send(new ProducerRecord<>(TRIPS.source().topic(), partition, null, value)).get();
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
