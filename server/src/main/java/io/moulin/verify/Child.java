package io.moulin.verify;

import io.moulin.ingest.crash.JavaCommand;
import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process that runs the scratch project, as a user's would: the same Java, jars and options. */
final class Child implements AutoCloseable {
  private static final Duration LONGEST_STOP = Duration.ofSeconds(30);

  private final Process process;
  private final Path events;
  private final Path output;
  private final long started = System.currentTimeMillis();
  private final List<Event> heard = new ArrayList<>();
  private long read;

  /** Something that a child tells of. */
  record Event(long millis, String what) {
    boolean commit() {
      return what.startsWith("commit ");
    }

    boolean suffered() {
      return what.startsWith("suffered ");
    }

    /** The run that made a commit. */
    String run() {
      return what.split(" ", -1)[1];
    }

    /** Records consumed by all commits of its dataset so far. */
    long consumed() {
      return Long.parseLong(what.split(" ", -1)[2]);
    }

    /** The table that a commit ends with, which tells its dataset. */
    String table() {
      return what.split(" ", 4)[3];
    }
  }

  private Child(Process process, Path events, Path output) {
    this.process = process;
    this.events = events;
    this.output = output;
  }

  /**
   * Starts a process.
   *
   * @param name of its files in the scratch folder
   * @param main class to start
   */
  static Child start(Scratch scratch, String name, String main, List<String> arguments) {
    Path events = scratch.file(name + ".events");
    Path output = scratch.file(name + ".out");
    List<String> command =
        JavaCommand.of(
            List.of(
                "-D" + Suffering.EVENTS + "=" + events,
                "-D" + Suffering.WORK + "=" + scratch.work()),
            main,
            arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(scratch.folder().toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().remove("MOULIN_PROFILE");
    try {
      Files.deleteIfExists(events);
      return new Child(builder.start(), events, output);
    } catch (IOException e) {
      throw MoulinException.external(
          "child-not-started",
          "Cannot start a process to hurt: " + e.getMessage(),
          "see whether the machine allows one more process of this size",
          e);
    }
  }

  /** Milliseconds since 1970. */
  long started() {
    return started;
  }

  /** Tells the process what to suffer. */
  void order(Order order) {
    try {
      OutputStream orders = process.getOutputStream();
      orders.write((order.line() + "\n").getBytes(StandardCharsets.UTF_8));
      orders.flush();
    } catch (IOException e) {
      // It has ended; whoever waits for it sees that.
    }
  }

  /** All that it has told of so far. */
  List<Event> events() {
    try {
      if (Files.exists(events) && Files.size(events) > read) {
        byte[] all = Files.readAllBytes(events);
        int end = all.length;
        while (end > read && all[end - 1] != '\n') {
          end--;
        }
        new String(all, (int) read, (int) (end - read), StandardCharsets.UTF_8)
            .lines()
            .map(line -> line.split(" ", 2))
            .map(line -> new Event(Long.parseLong(line[0]), line[1]))
            .forEach(heard::add);
        read = end;
      }
      return List.copyOf(heard);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean alive() {
    return process.isAlive();
  }

  /** Waits for the end; says whether it came in time. */
  boolean ends(Duration within) throws InterruptedException {
    return process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
  }

  int exitCode() {
    return process.exitValue();
  }

  /** The end of what it has printed. */
  String said() {
    try {
      List<String> lines = Files.readAllLines(output);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
    } catch (IOException e) {
      return "";
    }
  }

  /** Ends it as {@code kill -9} does. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** Ends it as Ctrl-C does. */
  void stop() throws InterruptedException {
    process.destroy();
    if (!ends(LONGEST_STOP)) {
      kill();
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
