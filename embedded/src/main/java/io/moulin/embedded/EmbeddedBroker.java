package io.moulin.embedded;

import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/** One Kafka node, broker and controller, on loopback; its records are kept in a folder. */
public final class EmbeddedBroker implements AutoCloseable {
  /** A free port is asked for and then taken; another process may take it in between. */
  private static final int ATTEMPTS = 3;

  private static final String HOST = "127.0.0.1";
  private static final int NODE = 1;

  /** A line of 50 MB and what Kafka adds to it. */
  private static final int LARGEST_MESSAGE_BYTES = 64 * 1024 * 1024;

  static {
    // Kafka ends the process on a fatal fault. Here others live in it: the thread ends instead,
    // and whoever waits for the broker sees the failure.
    Exit.setExitProcedure(EmbeddedBroker::refuseExit);
    Exit.setHaltProcedure(EmbeddedBroker::refuseExit);
  }

  private final KafkaRaftServer server;
  private final String bootstrap;
  private boolean closed;

  private EmbeddedBroker(KafkaRaftServer server, String bootstrap) {
    this.server = server;
    this.bootstrap = bootstrap;
  }

  private static void refuseExit(int status, String message) {
    throw new IllegalStateException(
        "Cannot go on: the broker failed with status " + status + ": " + message);
  }

  /**
   * Starts the broker on the records in {@code folder}, which is made when it does not exist.
   *
   * @param port 0 for any that is free
   */
  public static EmbeddedBroker start(Path folder, int port) {
    if (port != 0) {
      LocalPort.requireFree(port, "the broker", "broker: {bootstrap: …}");
    }
    try {
      Files.createDirectories(folder);
      format(folder);
    } catch (IOException e) {
      throw MoulinException.external(
          "disk-not-writable",
          "The broker cannot write to " + folder + ": " + e.getMessage(),
          "make the folder writable, or free disk space",
          e);
    }
    RuntimeException failure = new IllegalStateException("not tried");
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int chosen = port == 0 ? LocalPort.free() : port;
      try {
        return start(properties(folder, chosen, LocalPort.free()), HOST + ":" + chosen);
      } catch (RuntimeException e) {
        failure = e;
      }
    }
    throw MoulinException.external(
        "broker-not-started",
        "The broker in " + folder + " did not start: " + rootOf(failure),
        "see the log; if its files are damaged, remove the folder: its records are lost then",
        failure);
  }

  private static String rootOf(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  private static EmbeddedBroker start(Properties properties, String bootstrap) {
    KafkaRaftServer server =
        new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
    try {
      server.startup();
      return new EmbeddedBroker(server, bootstrap);
    } catch (RuntimeException e) {
      server.shutdown();
      throw e;
    }
  }

  private static void format(Path folder) throws IOException {
    if (Files.exists(folder.resolve("meta.properties"))) {
      return;
    }
    try {
      new Formatter()
          .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false))
          .setNodeId(NODE)
          .setClusterId(Uuid.randomUuid().toString())
          .setControllerListenerName("CONTROLLER")
          .setMetadataLogDirectory(folder.toString())
          .addDirectory(folder.toString())
          .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
          .setIgnoreFormatted(true) // an earlier start was killed half way
          .run();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  private static Properties properties(Path folder, int port, int controllerPort) {
    Properties properties = new Properties();
    properties.putAll(node(folder, port, controllerPort));
    properties.putAll(SMALL);
    return properties;
  }

  private static Map<String, String> node(Path folder, int port, int controllerPort) {
    return Map.of(
        "process.roles",
        "broker,controller",
        "node.id",
        String.valueOf(NODE),
        "controller.listener.names",
        "CONTROLLER",
        "controller.quorum.voters",
        NODE + "@" + HOST + ":" + controllerPort,
        "listeners",
        "PLAINTEXT://" + HOST + ":" + port + ",CONTROLLER://" + HOST + ":" + controllerPort,
        "advertised.listeners",
        "PLAINTEXT://" + HOST + ":" + port,
        "listener.security.protocol.map",
        "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "log.dirs",
        folder.toString());
  }

  /** One node for one user: few threads, small buffers, one copy, quick to start. */
  private static final Map<String, String> SMALL =
      Map.ofEntries(
          Map.entry("auto.create.topics.enable", "false"),
          Map.entry("message.max.bytes", String.valueOf(LARGEST_MESSAGE_BYTES)),
          Map.entry("replica.fetch.max.bytes", String.valueOf(LARGEST_MESSAGE_BYTES)),
          Map.entry("num.network.threads", "2"),
          Map.entry("num.io.threads", "2"),
          Map.entry("background.threads", "2"),
          Map.entry("num.recovery.threads.per.data.dir", "2"),
          Map.entry("log.cleaner.dedupe.buffer.size", "2097152"),
          Map.entry("log.cleaner.io.buffer.size", "65536"),
          // Records leave by whole segments, so that small ones give the disk back in time; their
          // indexes are mapped at full size.
          Map.entry("log.segment.bytes", "134217728"),
          Map.entry("log.index.size.max.bytes", "1048576"),
          Map.entry("offsets.topic.num.partitions", "1"),
          Map.entry("offsets.topic.replication.factor", "1"),
          Map.entry("transaction.state.log.num.partitions", "1"),
          Map.entry("transaction.state.log.replication.factor", "1"),
          Map.entry("transaction.state.log.min.isr", "1"),
          Map.entry("share.coordinator.state.topic.num.partitions", "1"),
          Map.entry("share.coordinator.state.topic.replication.factor", "1"),
          Map.entry("share.coordinator.state.topic.min.isr", "1"),
          Map.entry("group.coordinator.threads", "1"),
          Map.entry("share.coordinator.threads", "1"),
          Map.entry("group.initial.rebalance.delay.ms", "0"),
          Map.entry("broker.heartbeat.interval.ms", "500"),
          // A broker that was killed is taken for alive, and its successor refused, this long.
          Map.entry("broker.session.timeout.ms", "3000"),
          // Only remote observers need the controller to write when nothing happens.
          Map.entry("metadata.max.idle.interval.ms", "0"),
          Map.entry("metric.reporters", ""));

  /** Where clients reach it, for example {@code 127.0.0.1:9092}. */
  public String bootstrap() {
    return bootstrap;
  }

  /** Stops it; what was acknowledged is on disk. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      server.shutdown();
      server.awaitShutdown();
    }
  }
}
