package io.moulin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.cli.CommandLineProgram;
import io.moulin.cli.text.Console;
import io.moulin.server.Main;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a new user does wrong, and what is said about it. A case is a folder with {@code cmd}, the
 * arguments in lines of which all but the last must succeed; {@code expected}; and files that are
 * laid over a small project, which {@code base} holds.
 */
class MistakesGoldenTest {
  private static final Path CASES =
      Moulin.repository().resolve("e2e/src/test/cases/mistakes").toAbsolutePath();
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

  @TempDir private Path folder;

  static Stream<String> cases() throws IOException {
    try (Stream<Path> all = Files.list(CASES)) {
      return all
          .map(path -> path.getFileName().toString())
          .filter(name -> !name.equals("base"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @Test
  void thereAreManyMistakes() throws IOException {
    assertThat(cases().count()).isGreaterThanOrEqualTo(25);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isExplained(String name) throws IOException {
    Path project = Files.createDirectory(folder.resolve("shop"));
    copy(CASES.resolve("base"), project);
    copy(CASES.resolve(name), project);
    String said = "";
    List<String> commands = Files.readAllLines(CASES.resolve(name).resolve("cmd"));
    for (int i = 0; i < commands.size(); i++) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ByteArrayOutputStream err = new ByteArrayOutputStream();
      int exit = run(words(commands.get(i)), out, err);
      if (i < commands.size() - 1) {
        assertThat(exit).as("%s: %s", commands.get(i), err).isZero();
      } else {
        assertThat(exit).as("a mistake is no success").isBetween(1, 3);
        said = said(exit, out, err);
      }
    }
    assertThat(said).as("no stack trace").doesNotContain("\tat ").doesNotContain("Exception");
    compare(CASES.resolve(name).resolve("expected"), said);
  }

  private static int run(List<String> words, ByteArrayOutputStream out, ByteArrayOutputStream err) {
    Console console =
        Console.plain(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return new CommandLineProgram(console, Main.operations(Map.of(), Clock.systemUTC()))
        .run(words.toArray(String[]::new));
  }

  private List<String> words(String command) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(command);
    while (matcher.find()) {
      String word = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
      word = word.replace("{dir}", folder.toString());
      if (word.contains("{shared}")) {
        word = Moulin.shared(word.replace("{shared}/", "")).toString();
      }
      words.add(word);
    }
    return words;
  }

  private String said(int exit, ByteArrayOutputStream out, ByteArrayOutputStream err) {
    return "exit %d\n---- out\n%s---- err\n%s".formatted(exit, varying(out), varying(err));
  }

  /** Without what differs from run to run. */
  private String varying(ByteArrayOutputStream stream) {
    return stream
        .toString(StandardCharsets.UTF_8)
        .replace(folder.toString(), "{dir}")
        .replaceAll("/\\S*/data/taxi/", "{shared}/taxi/")
        .replaceAll("\\^{2,}", "^^^") // DuckDB marks all of a path, which is as long as it is
        .replaceAll("process \\d+ .*", "process {pid}")
        .replaceAll("\\d+\\.\\d s, [0-9,]+ rows/s", "{time}")
        .replaceAll(" in \\d+\\.\\d s", " in {time}")
        .replaceAll("127\\.0\\.0\\.1:\\d+", "{address}");
  }

  private static void compare(Path expected, String said) throws IOException {
    if ("rewrite".equals(System.getenv("MOULIN_GOLDEN"))) {
      Files.writeString(expected, said);
      return;
    }
    assertThat(expected).as("made by: make golden").exists();
    assertThat(said).isEqualTo(Files.readString(expected));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        String name = file.getFileName().toString();
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else if (!name.equals("cmd") && !name.equals("expected")) {
          Files.writeString(target, Files.readString(file));
        }
      }
    }
  }
}
