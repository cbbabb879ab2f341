package io.moulin.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.cli.CommandLineProgram;
import io.moulin.cli.text.Console;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The reference in docs is what the code says. {@code make docs} and {@code make golden} write it.
 */
class ReferenceGoldenTest {
  @TempDir private Path folder;

  @Test
  void docsReferenceIsWhatTheCodeGenerates() throws IOException {
    Path reference = Sources.repository().resolve("docs/reference");
    boolean rewrite = "rewrite".equals(System.getenv("MOULIN_GOLDEN"));
    generate(rewrite ? reference : folder);
    if (!rewrite) {
      assertThat(files(reference)).as("made by: make docs").isEqualTo(files(folder));
    }
  }

  private static void generate(Path target) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(said, true, StandardCharsets.UTF_8);
    int exit =
        new CommandLineProgram(
                Console.plain(stream, stream), Main.operations(Map.of(), Clock.systemUTC()))
            .run("docs-reference", target.toString());
    assertThat(exit).as(said.toString(StandardCharsets.UTF_8)).isZero();
  }

  private static Map<String, String> files(Path folder) throws IOException {
    Map<String, String> texts = new TreeMap<>();
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : all.toList()) {
        texts.put(String.valueOf(file.getFileName()), Files.readString(file));
      }
    }
    return texts;
  }
}
