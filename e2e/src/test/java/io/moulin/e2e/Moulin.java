package io.moulin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The real binary, run in a folder. */
final class Moulin {
  private static final int SIGINT = 2;

  // What a process that a signal has ended says: 128 and the signal.
  private static final int INTERRUPTED = 130;
  private static final int TERMINATED = 143;

  private static final long PATIENCE_SECONDS = 600;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Path folder;

  Moulin(Path folder) {
    this.folder = folder;
  }

  /** What a command left behind. */
  record Result(List<String> command, int exit, String out, String err) {
    Result ok() {
      return exits(0);
    }

    Result exits(int code) {
      assertThat(exit).as("exit code of %s\n%s\n%s", command, out, err).isEqualTo(code);
      return this;
    }

    /** The last line of stdout as JSON. */
    JsonNode json() throws IOException {
      List<String> lines = out.strip().lines().toList();
      return MAPPER.readTree(lines.get(lines.size() - 1));
    }
  }

  /** A command that still runs. */
  record Started(List<String> command, Process process, Path out, Path err) {
    Result await() throws IOException, InterruptedException {
      boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly();
      }
      assertThat(ended).as("%s ends; stderr: %s", command, Files.readString(err)).isTrue();
      return new Result(command, process.exitValue(), Files.readString(out), Files.readString(err));
    }

    /**
     * Sends SIGINT, as Ctrl-C does, and waits for the end. Where the tests were themselves started
     * with SIGINT ignored, as a shell starts what runs in its background, every child inherits
     * that; there SIGTERM does the same.
     */
    Result interrupt() throws IOException, InterruptedException {
      boolean ignored = ignoresInterrupts();
      String signal = ignored ? "-TERM" : "-INT";
      new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
      return await().exits(ignored ? TERMINATED : INTERRUPTED);
    }

    private boolean ignoresInterrupts() throws IOException {
      Path status = Path.of("/proc", Long.toString(process.pid()), "status");
      if (!Files.isReadable(status)) {
        return false;
      }
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith("SigIgn:")) {
          long mask = Long.parseUnsignedLong(line.substring(line.indexOf(':') + 1).strip(), 16);
          return (mask & (1L << (SIGINT - 1))) != 0;
        }
      }
      return false;
    }
  }

  Result run(String... arguments) throws IOException, InterruptedException {
    return start(arguments).await();
  }

  Started start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(repository().resolve("moulin").toString());
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile("moulin-e2e", ".out");
    Path err = Files.createTempFile("moulin-e2e", ".err");
    out.toFile().deleteOnExit();
    err.toFile().deleteOnExit();
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    // The optimising compiler takes two fifths of the CPU of a command that lasts some seconds.
    builder.environment().putIfAbsent("MOULIN_JAVA_OPTS", "-XX:TieredStopAtLevel=1");
    return new Started(command, builder.start(), out, err);
  }

  /** The folder that holds the launcher. */
  static Path repository() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("mvnw"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException("Cannot find the root of the repository: no mvnw above");
      }
    }
    return folder;
  }

  /** A file of the data that is shared beside the repository. */
  static Path shared(String file) {
    String given = System.getenv("MOULIN_SHARED");
    Path shared =
        given == null ? repository().resolveSibling("shared") : Path.of(given).toAbsolutePath();
    Path path = shared.resolve("data").resolve(file);
    assertThat(path)
        .as("test data: set MOULIN_SHARED to the folder that has data/%s", file)
        .exists();
    return path;
  }
}
