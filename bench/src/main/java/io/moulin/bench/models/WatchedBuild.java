package io.moulin.bench.models;

import io.moulin.bench.race.Tree;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process of {@code moulin build --watch}: it builds by itself when rows have come. */
final class WatchedBuild implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final long LOOK_MILLIS = 50;
  private static final double MILLIS = 1e3;

  private final Process process;
  private final Tree tree;
  private final Path kept;
  private double cpuBefore;
  private int read;

  /**
   * One of its builds.
   *
   * @param cpuSeconds of the process since the build before, its looks included
   * @param peakRssMib of the process so far
   */
  record Turn(Built built, double cpuSeconds, double peakRssMib) {}

  private WatchedBuild(Process process, Path kept) {
    this.process = process;
    this.kept = kept;
    this.tree = Tree.watch(process, () -> {});
  }

  /** Starts it, and waits for its first build, which has nothing to do. */
  static WatchedBuild start(Path launcher, Path project) throws IOException, InterruptedException {
    Path kept = Files.createTempDirectory("moulin-bench-watch");
    Process process =
        new ProcessBuilder(launcher.toString(), "build", "--watch=1", "--json")
            .directory(project.toFile())
            .redirectOutput(kept.resolve("out").toFile())
            .redirectError(kept.resolve("err").toFile())
            .start();
    WatchedBuild watched = new WatchedBuild(process, kept);
    try {
      watched.next().built().requireNothing();
      return watched;
    } catch (IOException | InterruptedException | RuntimeException e) {
      watched.close();
      throw e;
    }
  }

  /** Waits for its next build. */
  Turn next() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      List<String> lines = lines();
      if (lines.size() > read) {
        String line = lines.get(read++);
        double before = cpuBefore;
        cpuBefore = cpuSeconds();
        return new Turn(Built.parse(line), cpuBefore - before, tree.peakMib());
      }
      if (process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS) || System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "Cannot measure: the watch %s; it said: %s"
                .formatted(
                    process.isAlive() ? "has not built" : "ended with " + process.exitValue(),
                    Files.readString(kept.resolve("err"))));
      }
    }
  }

  /** What it has written whole. */
  private List<String> lines() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(kept.resolve("out").toFile(), "r")) {
      byte[] bytes = new byte[(int) file.length()];
      file.readFully(bytes);
      String text = new String(bytes, StandardCharsets.UTF_8);
      return new ArrayList<>(text.substring(0, text.lastIndexOf('\n') + 1).lines().toList());
    }
  }

  private double cpuSeconds() {
    return process.toHandle().info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / MILLIS;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    process.destroy(); // as Ctrl-C
    if (!process.waitFor(1, TimeUnit.MINUTES)) {
      process.destroyForcibly().waitFor();
    }
    tree.close();
    for (String name : List.of("out", "err", "")) {
      Files.deleteIfExists(kept.resolve(name));
    }
  }
}
