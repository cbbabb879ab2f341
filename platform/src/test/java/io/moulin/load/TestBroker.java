package io.moulin.load;

import io.moulin.platform.Topics;
import io.moulin.spec.TopicSpec;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/** A real broker for the tests of this JVM; started once, stopped with the JVM. */
final class TestBroker implements Topics {
  static final int LARGEST_RECORD = 2_000_000;
  private static final Map<Boolean, TestBroker> SHARED = new HashMap<>();

  private final Map<String, String> properties;
  private final Admin admin;

  static synchronized TestBroker shared() {
    return SHARED.computeIfAbsent(true, key -> new TestBroker());
  }

  private TestBroker() {
    try {
      int port = freePort();
      Path folder = Files.createTempDirectory("moulin-broker");
      KafkaConfig config = config(port, freePort(), folder);
      new Formatter()
          .setPrintStream(
              new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
          .setNodeId(1)
          .setClusterId(Uuid.randomUuid().toString())
          .setDirectories(List.of(folder.toString()))
          .setMetadataLogDirectory(Optional.of(folder.toString()))
          .setReleaseVersion(MetadataVersion.latestProduction())
          .setControllerListenerName("CONTROLLER")
          .run();
      KafkaRaftServer server = new KafkaRaftServer(config, Time.SYSTEM);
      server.startup();
      properties = Map.of("bootstrap.servers", "127.0.0.1:" + port);
      admin = Admin.create(new HashMap<>(properties));
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, folder)));
    } catch (Exception e) {
      throw new IllegalStateException("Cannot start the test broker: " + e, e);
    }
  }

  private static KafkaConfig config(int port, int controllerPort, Path folder) {
    Properties p = new Properties();
    p.put("process.roles", "broker,controller");
    p.put("node.id", "1");
    p.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
    p.put(
        "listeners",
        "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d".formatted(port, controllerPort));
    p.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
    p.put("controller.listener.names", "CONTROLLER");
    p.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    p.put("log.dirs", folder.toString());
    p.put("offsets.topic.replication.factor", "1");
    p.put("auto.create.topics.enable", "false");
    p.put("message.max.bytes", Integer.toString(LARGEST_RECORD));
    return KafkaConfig.fromProps(p, false);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private void stop(KafkaRaftServer server, Path folder) {
    admin.close(Duration.ZERO);
    server.shutdown();
    server.awaitShutdown();
    try (java.util.stream.Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      System.err.println("Cannot delete " + folder + ": " + e);
    }
  }

  /** All records of a topic, by partition and offset. */
  List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    Map<Integer, Long> ends = ends(topic);
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      for (Map.Entry<Integer, Long> end : ends.entrySet()) {
        TopicPartition partition = new TopicPartition(topic, end.getKey());
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        while (consumer.position(partition) < end.getValue()) {
          consumer.poll(Duration.ofSeconds(1)).records(partition).forEach(records::add);
        }
      }
    }
    return records;
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    Map<String, Object> config = new HashMap<>(properties);
    config.put("fetch.max.wait.ms", 10);
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @Override
  public Map<String, TopicSpec> describe(Collection<String> names) {
    Set<String> known = new HashSet<>(join(admin.listTopics().names()));
    Map<String, TopicSpec> found = new HashMap<>();
    for (String name : names) {
      if (known.contains(name)) {
        found.put(name, new TopicSpec(name, ends(name).size(), Duration.ofDays(1)));
      }
    }
    return found;
  }

  @Override
  public void create(TopicSpec topic) {
    NewTopic made = new NewTopic(topic.name(), topic.partitions(), (short) 1);
    join(admin.createTopics(List.of(made)).all());
    // The controller knows it first; wait until the broker does too.
    while (!join(admin.listTopics().names()).contains(topic.name())) {
      Thread.onSpinWait();
    }
  }

  @Override
  public void keepFor(String topic, Duration retention) {
    throw new IllegalStateException("Cannot set retention: the test broker has no use for it");
  }

  @Override
  public void grow(String topic, int partitions) {
    throw new IllegalStateException("Cannot grow: the test broker has no use for it");
  }

  @Override
  public Map<Integer, Long> beginnings(String topic) {
    Map<Integer, Long> beginnings = new HashMap<>();
    ends(topic).keySet().forEach(partition -> beginnings.put(partition, 0L));
    return beginnings;
  }

  @Override
  public Map<String, Map<Integer, Long>> ends(java.util.Collection<String> topics) {
    Map<String, Map<Integer, Long>> all = new HashMap<>();
    topics.forEach(topic -> all.put(topic, ends(topic)));
    return all;
  }

  @Override
  public Map<Integer, Long> ends(String topic) {
    Map<Integer, Long> ends = new HashMap<>();
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.endOffsets(partitions).forEach((tp, end) -> ends.put(tp.partition(), end));
    }
    return ends;
  }

  @Override
  public Map<String, String> clientProperties() {
    return properties;
  }

  private static <T> T join(org.apache.kafka.common.KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (Exception e) {
      throw new IllegalStateException("Cannot ask the test broker: " + e, e);
    }
  }
}
