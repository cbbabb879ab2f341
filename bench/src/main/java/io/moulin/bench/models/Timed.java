package io.moulin.bench.models;

import io.moulin.bench.race.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A process from its start to its end.
 *
 * @param said what it wrote to its standard output
 * @param cpuSeconds of it and of all that it started and waited for
 * @param peakRssMib of all of these at once
 */
record Timed(String said, double wallSeconds, double cpuSeconds, double peakRssMib) {
  private static final long PATIENCE_MINUTES = 30;
  private static final int TAIL = 4_000;
  private static final double NANOS = 1e9;
  private static final int SECONDS_OF_A_MINUTE = 60;

  /** The second line of what the shell's {@code times} says: user and system of its children. */
  private static final Pattern TIME = Pattern.compile("(\\d+)m([0-9.,]+)s");

  /**
   * The shell waits for the command and then knows its CPU time to the end, which nobody can ask of
   * a process that is gone.
   */
  private static final String SHELL =
      "kept=$1; shift; \"$@\"; code=$?; times >\"$kept\"; exit \"$code\"";

  /**
   * Runs a command to its end.
   *
   * @param environment beside that of this process
   * @throws IllegalStateException when it fails, or takes too long
   */
  static Timed run(Path folder, Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    Path kept = Files.createTempDirectory("moulin-bench-run");
    Path out = kept.resolve("out");
    Path err = kept.resolve("err");
    List<String> whole = new ArrayList<>(List.of("bash", "-c", SHELL, "bash"));
    whole.add(kept.resolve("times").toString());
    whole.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(whole)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().putAll(environment);
    long begin = System.nanoTime();
    Process process = builder.start();
    try (Tree tree = Tree.watch(process, () -> {})) {
      boolean ended = process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES);
      double wall = (System.nanoTime() - begin) / NANOS;
      if (!ended || process.exitValue() != 0) {
        throw new IllegalStateException(
            "Cannot measure: %s %s; it said: %s%s"
                .formatted(
                    command,
                    ended ? "ended with " + process.exitValue() : "has not ended",
                    tail(Files.readString(out)),
                    tail(Files.readString(err))));
      }
      double cpu = children(Files.readString(kept.resolve("times")));
      return new Timed(Files.readString(out), wall, cpu, tree.peakMib());
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      for (String name : List.of("out", "err", "times", "")) {
        Files.deleteIfExists(kept.resolve(name));
      }
    }
  }

  /** User and system seconds of the children, from what {@code times} says. */
  static double children(String times) {
    List<String> lines = times.lines().toList();
    double seconds = 0;
    int found = 0;
    Matcher matcher = TIME.matcher(lines.get(lines.size() - 1));
    while (matcher.find()) {
      seconds += Long.parseLong(matcher.group(1)) * SECONDS_OF_A_MINUTE;
      seconds += Double.parseDouble(matcher.group(2).replace(',', '.'));
      found++;
    }
    if (lines.size() != 2 || found != 2) {
      throw new IllegalArgumentException("Invalid times: " + times);
    }
    return seconds;
  }

  /** The last line of its output, which is where {@code --json} puts its object. */
  String lastLine() {
    return said.lines().reduce("", (before, line) -> line);
  }

  private static String tail(String text) {
    return text.length() <= TAIL ? text : "… " + text.substring(text.length() - TAIL);
  }
}
