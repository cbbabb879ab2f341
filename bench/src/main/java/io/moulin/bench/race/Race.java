package io.moulin.bench.race;

import com.sun.management.OperatingSystemMXBean;
import io.moulin.bench.race.Contender.Done;
import io.moulin.bench.result.Measured;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Lets contenders do the work, one at a time, each in a fresh process. */
public final class Race {
  private static final long NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Duration PATIENCE = Duration.ofMinutes(30);

  private final Surroundings surroundings;
  private final int passes;
  private final OperatingSystemMXBean self =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  /**
   * @param passes over all rows in each process: the first is cold
   */
  public Race(Surroundings surroundings, int passes) {
    this.surroundings = surroundings;
    this.passes = passes;
  }

  /**
   * One turn of one contender.
   *
   * @param round from 1
   * @throws IllegalStateException when what it has made is not what is expected
   */
  public List<Measured> turn(Contender contender, int round) throws Exception {
    String id = contender.name().replace('-', '_') + "_r" + round;
    Path log = surroundings.folder().resolve("logs").resolve(id + ".log");
    Files.createDirectories(log.getParent());
    Process process =
        new ProcessBuilder(
                contender.command().stream().map(word -> word.replace("{id}", id)).toList())
            .directory(Files.createDirectories(surroundings.folder().resolve(id)).toFile())
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    CompletableFuture<Process> unused =
        process
            .onExit()
            .completeOnTimeout(process, PATIENCE.toSeconds(), TimeUnit.SECONDS)
            .whenComplete((ended, e) -> process.destroyForcibly());
    try (Writer orders = process.outputWriter(StandardCharsets.UTF_8);
        BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
      List<Measured> measured = new ArrayList<>();
      for (int pass = 1; pass <= passes; pass++) {
        expect(said, Passes.BEGIN + pass, log);
        measured.add(pass(contender, round, pass, new Runner(process, orders, said, log)));
        go(orders);
      }
      process.waitFor();
      return measured;
    } finally {
      process.destroyForcibly();
      process.waitFor();
    }
  }

  private record Runner(Process process, Writer orders, BufferedReader said, Path log) {}

  private Measured pass(Contender contender, int round, int pass, Runner runner) throws Exception {
    String id = contender.name().replace('-', '_') + "_r" + round + "p" + pass;
    First first = new First(contender.topic());
    double own = self.getProcessCpuTime() / (double) NANOS;
    try (Tree tree = Tree.watch(runner.process(), first::look)) {
      double cpu = tree.cpuSeconds();
      go(runner.orders());
      expect(runner.said(), Passes.END + pass, runner.log());
      long ended = System.currentTimeMillis();
      cpu = tree.cpuSeconds() - cpu;
      own = self.getProcessCpuTime() / (double) NANOS - own;
      Done done = contender.finish().check(surroundings, id, first.millis());
      long at = contender.topic().isEmpty() ? ended : done.atMillis();
      surroundings.drop();
      return new Measured(
          contender.name(),
          round,
          pass,
          done.rows(),
          (at - first.millis()) / 1_000.0,
          cpu,
          own,
          tree.peakMib());
    }
  }

  /** When the broker gave out the first bytes of a topic; of a file, when reading began. */
  private final class First {
    private final String topic;
    private final long before;
    private volatile long millis;

    First(String topic) {
      this.topic = topic;
      before = topic.isEmpty() ? 0 : surroundings.served(topic);
      millis = topic.isEmpty() ? System.currentTimeMillis() : 0;
    }

    void look() {
      if (millis == 0 && surroundings.served(topic) > before) {
        millis = System.currentTimeMillis();
      }
    }

    long millis() {
      if (millis == 0) {
        throw new IllegalStateException("Cannot measure: nothing of " + topic + " was read");
      }
      return millis;
    }
  }

  private static void go(Writer orders) {
    try {
      orders.write("go\n");
      orders.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One that does not end within {@link #PATIENCE} is ended, which is seen here. */
  private static void expect(BufferedReader said, String line, Path log) throws IOException {
    for (String next = said.readLine(); next != null; next = said.readLine()) {
      if (next.equals(line)) {
        return;
      }
      Files.writeString(log, next + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
    throw new IllegalStateException(
        "Cannot measure: the contender ended, or was after %d minutes, before '%s'; it said: %s"
            .formatted(PATIENCE.toMinutes(), line, end(Files.readString(log))));
  }

  private static String end(String text) {
    return text.length() <= 4_000 ? text : text.substring(text.length() - 4_000);
  }
}
