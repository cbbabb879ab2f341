package io.moulin.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.moulin.commit.Balance;
import io.moulin.commit.Books;
import io.moulin.load.SharedData;
import io.moulin.platform.JobRunner.JobOutcome;
import io.moulin.platform.JobRunner.JobRequest;
import io.moulin.platform.Topics;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.MoulinException;
import io.moulin.spec.project.EngineSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything that a producer can do wrong, through a real topic: the job lives, the books balance.
 */
class HostileTopicTest {
  private static final DatasetSpec TRIPS = Datasets.trips();
  private static final int LARGE_BYTES = 50_000_000;

  /** The least memory that a manifest may give, and the largest batch for it. */
  private static final EngineSpec SMALL =
      new EngineSpec(
          EngineSpec.Kind.EMBEDDED,
          EngineSpec.Mode.BATCH,
          2,
          Duration.ofSeconds(1),
          10_000,
          64_000_000,
          256_000_000);

  @Test
  void theJobLives(@TempDir Path folder) throws Exception {
    List<byte @Nullable []> payloads = new ArrayList<>();
    try (Stream<Path> files = Files.list(SharedData.file("json/JSONTestSuite_test_parsing"))) {
      for (Path file : files.sorted().toList()) {
        payloads.add(Files.readAllBytes(file));
      }
    }
    assertThat(payloads).hasSize(318);
    payloads.add(null);
    payloads.add(
        ("{\"note\":\"" + "x".repeat(LARGE_BYTES) + "\"}").getBytes(StandardCharsets.UTF_8));
    payloads.add("[".repeat(100_000).getBytes(StandardCharsets.UTF_8));
    payloads.add("{\"id\":1,\"note\":\"good\"}".getBytes(StandardCharsets.UTF_8));
    try (EmbeddedPlatform platform = EmbeddedPlatform.open(folder, Projects.embedded())) {
      TRIPS.topics().forEach(platform.topics()::create);
      TRIPS.tables().forEach(platform.tables()::create);
      send(platform.topics(), payloads);
      Map<Integer, Long> until = platform.topics().ends(TRIPS.source().topic());
      JobOutcome outcome = platform.jobs().start(new JobRequest(TRIPS, SMALL, until)).await();
      assertThat(outcome.restarts()).isZero();
      Balance balance = Books.of(platform.tables().catalog(), TRIPS);
      assertThat(balance.problems()).isEmpty();
      assertThat(balance.total().consumed()).isEqualTo(payloads.size());
      assertThat(balance.total().dead()).isGreaterThan(200);
      assertThat(balance.total().silver()).isPositive();
      long inTopic =
          platform.topics().ends(TRIPS.deadLetters().topic()).values().stream()
              .mapToLong(Long::longValue)
              .sum();
      assertThat(inTopic).isEqualTo(balance.total().dead());
    }
  }

  @Test
  void aTopicThatWasMadeAgainIsRefused(@TempDir Path folder) throws Exception {
    byte[] good = "{\"id\":1,\"note\":\"good\"}".getBytes(StandardCharsets.UTF_8);
    String topic = TRIPS.source().topic();
    try (EmbeddedPlatform platform = EmbeddedPlatform.open(folder, Projects.embedded())) {
      TRIPS.topics().forEach(platform.topics()::create);
      TRIPS.tables().forEach(platform.tables()::create);
      send(platform.topics(), Collections.nCopies(5, good));
      run(platform);
      Properties properties = new Properties();
      properties.putAll(platform.topics().clientProperties());
      try (Admin admin = Admin.create(properties)) {
        admin.deleteTopics(List.of(topic)).all().get();
        await().until(() -> !admin.listTopics().names().get().contains(topic));
      }
      TRIPS.topics().stream()
          .filter(spec -> spec.name().equals(topic))
          .forEach(platform.topics()::create);
      send(platform.topics(), Collections.nCopies(50, good));
      assertThatThrownBy(() -> run(platform))
          .isInstanceOf(MoulinException.class)
          .hasMessageContaining("is another one")
          .extracting("code")
          .isEqualTo("topic-replaced");
      assertThat(Books.of(platform.tables().catalog(), TRIPS).total().consumed()).isEqualTo(5);
    }
  }

  private static void run(EmbeddedPlatform platform) throws Exception {
    Map<Integer, Long> until = platform.topics().ends(TRIPS.source().topic());
    assertThat(platform.jobs().start(new JobRequest(TRIPS, SMALL, until)).await().restarts())
        .isZero();
  }

  private static void send(Topics topics, List<byte @Nullable []> payloads) throws Exception {
    Properties properties = new Properties();
    properties.putAll(topics.clientProperties());
    properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LARGE_BYTES + 1_000_000);
    properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 2L * LARGE_BYTES);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (byte[] payload : payloads) {
        sent.add(producer.send(new ProducerRecord<>(TRIPS.source().topic(), payload)));
      }
      for (Future<RecordMetadata> future : sent) {
        assertThat(future.get().hasOffset()).isTrue();
      }
    }
  }
}
