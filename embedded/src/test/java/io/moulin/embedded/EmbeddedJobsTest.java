package io.moulin.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moulin.commit.Balance;
import io.moulin.commit.Books;
import io.moulin.embedded.EmbeddedPlatform.Service;
import io.moulin.platform.JobRunner.JobOutcome;
import io.moulin.platform.JobRunner.JobRequest;
import io.moulin.platform.JobRunner.RunningJob;
import io.moulin.platform.Platform;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.MoulinException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedJobsTest {
  private static final DatasetSpec TRIPS = Datasets.trips();

  @Test
  void bringsRecordsIntoTablesAndGoesOnAfterARestartOfAll(@TempDir Path folder) throws Exception {
    try (EmbeddedPlatform platform = EmbeddedPlatform.open(folder, Projects.embedded())) {
      platform.begin(EnumSet.allOf(Service.class));
      TRIPS.topics().forEach(platform.topics()::create);
      TRIPS.tables().forEach(platform.tables()::create);
      send(platform, 1_000);
      JobOutcome outcome = platform.jobs().start(untilNow(platform)).await();
      assertThat(outcome.consumed()).isEqualTo(1_001);
      assertThat(outcome.commits()).isPositive();
      assertThat(outcome.restarts()).isZero();
      balances(platform, 1_000, 1);
      assertThat(ListeningSockets.beyondLoopback()).as("what other machines can reach").isEmpty();
    }
    try (EmbeddedPlatform platform = EmbeddedPlatform.open(folder, Projects.embedded())) {
      send(platform, 500);
      RunningJob job = platform.jobs().start(untilNow(platform));
      assertThat(job.await().consumed()).isEqualTo(501);
      assertThat(job.consumed()).isEqualTo(501);
      balances(platform, 1_500, 2);
    }
  }

  @Test
  void stopsAJobWithoutEnd(@TempDir Path folder) {
    try (EmbeddedPlatform platform = EmbeddedPlatform.open(folder, Projects.embedded())) {
      TRIPS.topics().forEach(platform.topics()::create);
      TRIPS.tables().forEach(platform.tables()::create);
      RunningJob job = platform.jobs().start(new JobRequest(TRIPS, Projects.ENGINE, Map.of()));
      job.cancel();
      assertThatThrownBy(job::await)
          .isInstanceOfSatisfying(
              MoulinException.class, e -> assertThat(e.code()).isEqualTo("job-cancelled"));
    }
  }

  private static JobRequest untilNow(Platform platform) {
    return new JobRequest(TRIPS, Projects.ENGINE, platform.topics().ends(TRIPS.source().topic()));
  }

  private static void balances(Platform platform, long good, long dead) {
    Balance balance = Books.of(platform.tables().catalog(), TRIPS);
    assertThat(balance.problems()).isEmpty();
    assertThat(balance.total().silver()).isEqualTo(good);
    assertThat(balance.total().dead()).isEqualTo(dead);
  }

  /** Sends {@code good} records and one that is broken. */
  private static void send(Platform platform, int good) throws Exception {
    Map<String, Object> properties = Map.copyOf(platform.topics().clientProperties());
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (int i = 0; i < good; i++) {
        sent.add(producer.send(record("{\"id\": " + i + ", \"note\": \"n\"}")));
      }
      sent.add(producer.send(record("{broken")));
      for (Future<RecordMetadata> future : sent) {
        assertThat(future.get().hasOffset()).isTrue();
      }
    }
  }

  private static ProducerRecord<byte[], byte[]> record(String json) {
    return new ProducerRecord<>(TRIPS.source().topic(), json.getBytes(StandardCharsets.UTF_8));
  }
}
