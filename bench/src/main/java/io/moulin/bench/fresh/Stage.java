package io.moulin.bench.fresh;

import io.moulin.bench.race.Repository;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A project of conversion events in a folder of its own, and the real binary at work on it. */
final class Stage implements AutoCloseable {
  /** Topic of the events. */
  static final String TOPIC = "bench.events";

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Path folder;
  private final int brokerPort;
  private final int catalogPort;
  private final List<Process> started = new ArrayList<>();

  private Stage(Path folder, int brokerPort, int catalogPort) {
    this.folder = folder;
    this.brokerPort = brokerPort;
    this.catalogPort = catalogPort;
  }

  /**
   * Makes the project and its tables.
   *
   * @param freshness how often it commits
   * @param partitions of the topic
   */
  static Stage set(Duration freshness, int partitions) throws IOException, InterruptedException {
    Stage stage = new Stage(Files.createTempDirectory("moulin-bench"), freePort(), freePort());
    Files.createDirectories(stage.folder.resolve("datasets"));
    Files.writeString(
        stage.folder.resolve("moulin.yml"),
        """
        name: bench
        broker: {bootstrap: "%s"}
        catalog: {uri: "%s"}
        engine: {mode: streaming, commit-interval: %dms}
        """
            .formatted(stage.broker(), stage.catalog(), freshness.toMillis()));
    Files.writeString(
        stage.folder.resolve("datasets/events.yml"),
        """
        dataset: bench.events
        source: {topic: %s, partitions: %d, retention: 1d}
        time: {column: ts, formats: [epoch-ms], watermark: 5m, lateness: {allow: 1h, then: flag}}
        columns:
          - {name: event_id, type: string, required: true}
          - {name: user_id, type: long, required: true}
          - {name: kind, type: string, required: true}
          - {name: amount, type: double, silver: "decimal(10,2)"}
          - {name: ts, type: timestamptz, required: true}
          - {name: url, type: string}
        derive:
          - {name: event_date, type: date, sql: "CAST(ts AS DATE)"}
          - {name: event_hour, type: int, sql: "hour(ts)"}
          - {name: is_purchase, type: boolean, sql: "kind = 'purchase'"}
          - {name: path, type: string, sql: "split_part(url, '?', 1)"}
          - {name: amount_band, type: string, sql: "CASE WHEN amount >= 100 THEN 'high' ELSE 'low' END"}
        rules:
          - {name: AMOUNT_NEGATIVE, expect: "amount >= 0"}
        dedup: {key: [event_id], within: 10m}
        """
            .formatted(TOPIC, partitions));
    stage.run("apply");
    return stage;
  }

  String broker() {
    return "127.0.0.1:" + brokerPort;
  }

  String catalog() {
    return "http://127.0.0.1:" + catalogPort;
  }

  Path folder() {
    return folder;
  }

  /** Starts what keeps the stream running until {@link #stop}. */
  Process up() throws IOException {
    return start("up");
  }

  /** Stops the stream in order, as Ctrl-C does, and waits. */
  void stop(Process stream) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-TERM", Long.toString(stream.pid())).start().waitFor();
    if (!stream.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException("Cannot stop the stream: it still runs");
    }
  }

  /** Runs a command to its end; returns what it printed. */
  String run(String... arguments) throws IOException, InterruptedException {
    Process process = start(arguments);
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IllegalStateException(
          "Cannot run %s: %s".formatted(List.of(arguments), Files.readString(output(process))));
    }
    return Files.readString(output(process));
  }

  private Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Repository.find().launcher().toString());
    command.addAll(List.of(arguments));
    Path out = folder.resolve("out-" + started.size() + ".txt");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    started.add(process);
    return process;
  }

  private Path output(Process process) {
    return folder.resolve("out-" + started.indexOf(process) + ".txt");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() throws IOException {
    started.forEach(Process::destroyForcibly);
    for (Process process : started) {
      process.onExit().join();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
