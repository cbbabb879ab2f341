package io.moulin.ingest.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tries records in processes of their own, which may die. */
final class Trials implements Search.Trial, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Trials.class);
  private static final Duration LONGEST = Duration.ofMinutes(10);

  /** What Java says of a process that a signal has ended: this and the number of the signal. */
  private static final int SIGNALLED = 128;

  /** HUP, INT, KILL, TERM: somebody has ended it; that is no crash. */
  private static final Set<Integer> FROM_OUTSIDE = Set.of(1, 2, 9, 15);

  private final Path folder;

  /**
   * @param folder its own; it is removed at the end
   */
  Trials(Evidence evidence, Path folder) throws IOException {
    this.folder = folder;
    Files.createDirectories(folder);
    evidence.write(folder.resolve("evidence"));
  }

  @Override
  public OptionalInt run(int from, int to, int group) {
    Path at = folder.resolve("at");
    List<String> command =
        JavaCommand.of(
            List.of("-XX:-CreateCoredumpOnCrash"),
            TrialMain.class.getName(),
            List.of(
                folder.resolve("evidence").toString(),
                folder.resolve("work").toString(),
                at.toString(),
                Integer.toString(from),
                Integer.toString(to),
                Integer.toString(group)));
    try {
      Files.deleteIfExists(at);
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("output").toFile())
              .start();
      return await(process, at);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      remove(folder.resolve("work"));
    }
  }

  private static OptionalInt await(Process process, Path at) throws IOException {
    try {
      if (!process.waitFor(LONGEST.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("A trial took longer than {} and is given up", LONGEST);
        return OptionalInt.empty();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Cannot finish a trial: it was interrupted", e);
    } finally {
      process.destroyForcibly();
    }
    int signal = process.exitValue() - SIGNALLED;
    if (signal > 0 && !FROM_OUTSIDE.contains(signal) && Files.exists(at)) {
      return OptionalInt.of(Integer.parseInt(Files.readString(at)));
    }
    if (process.exitValue() != 0) {
      LOG.warn("A trial ended with {}, which says nothing", process.exitValue());
    }
    return OptionalInt.empty();
  }

  @Override
  public void close() {
    remove(folder);
  }

  private static void remove(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path each : walk.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("Cannot remove {}", folder, e);
    }
  }
}
