package io.moulin.bench.fresh;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.moulin.bench.ours.Manifests;
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

  private static final String DATASET = "bench.events";

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** After a long stream there may be much to read, and tables of thousands of files. */
  private static final Duration LONG_PATIENCE = Duration.ofMinutes(15);

  private static final int TAIL = 4_000;

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
    Repository.find().prepare();
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
        stage.folder.resolve("datasets/events.yml"), Manifests.eventStream(TOPIC, partitions));
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

  /** Fails when a stream has ended that nobody stopped. */
  void requireAlive(Process stream) throws IOException {
    if (!stream.isAlive()) {
      throw new IllegalStateException(
          "Cannot go on: the stream ended with %d and said: %s"
              .formatted(stream.exitValue(), tail(Files.readString(output(stream)))));
    }
  }

  /** Stops the stream in order, as Ctrl-C does, and waits. */
  void stop(Process stream) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-TERM", Long.toString(stream.pid())).start().waitFor();
    if (!stream.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException(
          "Cannot stop the stream: it still runs %d minutes after it was told to end; it said: %s"
              .formatted(PATIENCE.toMinutes(), tail(Files.readString(output(stream)))));
    }
  }

  /** Runs a command to its end; returns what it printed. */
  String run(String... arguments) throws IOException, InterruptedException {
    return run(PATIENCE, arguments);
  }

  /** Reads what the topic still holds, with much patience. */
  String catchUp() throws IOException, InterruptedException {
    return run(LONG_PATIENCE, "run", DATASET, "--until-caught-up");
  }

  /** Compares every row of the tables with what was read; fails where the books do not balance. */
  JsonNode balance() throws IOException, InterruptedException {
    String said = run(LONG_PATIENCE, "balance", DATASET, "--deep", "--json");
    String json = said.lines().filter(line -> line.startsWith("{")).findFirst().orElse("");
    return new ObjectMapper().readTree(json);
  }

  private String run(Duration patience, String... arguments)
      throws IOException, InterruptedException {
    Process process = start(arguments);
    boolean ended = process.waitFor(patience.toSeconds(), TimeUnit.SECONDS);
    String said = Files.readString(output(process));
    if (!ended) {
      process.destroyForcibly().waitFor();
      throw new IllegalStateException(
          "Cannot run %s: it had not ended after %d minutes; so far it said: %s"
              .formatted(List.of(arguments), patience.toMinutes(), tail(said)));
    }
    if (process.exitValue() != 0) {
      throw new IllegalStateException(
          "Cannot run %s: it ended with %d and said: %s"
              .formatted(List.of(arguments), process.exitValue(), tail(said)));
    }
    return said;
  }

  private static String tail(String said) {
    return said.length() <= TAIL ? said : "… " + said.substring(said.length() - TAIL);
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
