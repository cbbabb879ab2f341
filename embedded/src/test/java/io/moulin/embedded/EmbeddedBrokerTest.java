package io.moulin.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moulin.platform.KafkaTopics;
import io.moulin.spec.MoulinException;
import io.moulin.spec.TopicSpec;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {
  private static final String TOPIC = "taxi.raw";

  @Test
  void keepsTopicsAndRecordsOverARestart(@TempDir Path folder) throws Exception {
    TopicSpec spec = new TopicSpec(TOPIC, 2, Duration.ofDays(3));
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder, 0);
        KafkaTopics topics = new KafkaTopics(client(broker))) {
      topics.create(spec);
      send(broker, 10, 100);
      assertThat(total(topics)).isEqualTo(10);
    }
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder, 0);
        KafkaTopics topics = new KafkaTopics(client(broker))) {
      assertThat(topics.describe(java.util.List.of(TOPIC, "no.such")))
          .isEqualTo(Map.of(TOPIC, spec));
      send(broker, 5, 100);
      assertThat(total(topics)).isEqualTo(15);
    }
  }

  @Test
  void carriesALineOfFiftyMegabytes(@TempDir Path folder) throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder, 0);
        KafkaTopics topics = new KafkaTopics(client(broker))) {
      topics.create(new TopicSpec(TOPIC, 1, Duration.ofDays(3)));
      send(broker, 1, 50_000_000);
      assertThat(total(topics)).isEqualTo(1);
    }
  }

  @Test
  void saysThatThePortIsInUse(@TempDir Path folder) throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> EmbeddedBroker.start(folder, taken.getLocalPort()))
          .isInstanceOfSatisfying(
              MoulinException.class,
              e -> {
                assertThat(e.code()).isEqualTo("port-in-use");
                assertThat(e).hasMessageContaining(String.valueOf(taken.getLocalPort()));
                assertThat(e.fix()).contains("broker");
              });
    }
  }

  @Test
  void startsAgainAfterAKill(@TempDir Path folder) throws Exception {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                KilledBroker.class.getName(),
                folder.toString())
            .redirectError(new File(folder.toFile(), "child.log"))
            .start();
    try (BufferedReader output =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(output.readLine()).isEqualTo("sent");
    } finally {
      child.destroyForcibly();
      assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka"), 0);
        KafkaTopics topics = new KafkaTopics(client(broker))) {
      assertThat(total(topics)).isEqualTo(KilledBroker.RECORDS);
    }
  }

  /** A process that fills a broker and then waits to be killed. */
  static final class KilledBroker {
    static final int RECORDS = 1_000;

    private KilledBroker() {}

    public static void main(String[] args) throws Exception {
      EmbeddedBroker broker = EmbeddedBroker.start(Path.of(args[0]).resolve("kafka"), 0);
      try (KafkaTopics topics = new KafkaTopics(client(broker))) {
        topics.create(new TopicSpec(TOPIC, 2, Duration.ofDays(3)));
      }
      send(broker, RECORDS, 100);
      System.out.println("sent");
      Thread.currentThread().join();
    }
  }

  private static Map<String, String> client(EmbeddedBroker broker) {
    return Map.of("bootstrap.servers", broker.bootstrap());
  }

  private static long total(KafkaTopics topics) {
    return topics.ends(TOPIC).values().stream().mapToLong(Long::longValue).sum();
  }

  private static void send(EmbeddedBroker broker, int count, int bytes) throws Exception {
    Map<String, Object> properties =
        Map.of(
            "bootstrap.servers", broker.bootstrap(),
            "max.request.size", 64 << 20,
            "buffer.memory", 128L << 20);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < count; i++) {
        producer.send(new ProducerRecord<>(TOPIC, new byte[bytes])).get();
      }
    }
  }
}
