package io.moulin.bench.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The real dbt, from a virtual environment of Python. */
public final class Dbt {
  private static final Pattern PACKAGE =
      Pattern.compile("(dbt_core|dbt_duckdb|duckdb|pyiceberg)-([0-9.]+)\\.dist-info");
  private static final Pattern PYTHON = Pattern.compile("python([0-9.]+)");
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Path environment;

  private Dbt(Path environment) {
    this.environment = environment;
  }

  /**
   * Looks whether dbt is there.
   *
   * @throws MoulinException when it is not
   */
  public static Dbt of(Path environment) {
    Dbt dbt = new Dbt(environment.toAbsolutePath());
    if (!Files.isExecutable(dbt.program())) {
      throw MoulinException.user(
          "dbt-missing",
          "%s has no dbt\n  why: --dbt takes a virtual environment of Python, and there is no program bin/dbt in it"
              .formatted(environment),
          "let 'make bench-models' make one, or leave --dbt out");
    }
    return dbt;
  }

  private Path program() {
    return environment.resolve("bin/dbt");
  }

  /** Versions of what it computes with, from the names of the packages that are installed. */
  public Map<String, String> versions() throws IOException {
    Map<String, String> versions = new TreeMap<>();
    try (Stream<Path> files = Files.walk(environment.resolve("lib"), 3)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        Matcher python = PYTHON.matcher(name);
        Matcher installed = PACKAGE.matcher(name);
        if (python.matches()) {
          versions.put("Python", python.group(1));
        } else if (installed.matches()) {
          String of = installed.group(1).replace('_', '-');
          versions.put(of.equals("duckdb") ? "DuckDB of dbt" : of, installed.group(2));
        }
      }
    }
    return versions;
  }

  /**
   * What dbt says of itself.
   *
   * @param seconds of the command, without the start of the process
   * @param tables seeds and models that were computed, views not among them
   */
  record Ran(double seconds, int tables, int tests) {
    /**
     * Reads {@code run_results.json}; refuses results with a failure.
     *
     * @param manifest {@code manifest.json}, which says what is a view
     */
    static Ran parse(JsonNode results, JsonNode manifest) {
      int tables = 0;
      int tests = 0;
      for (JsonNode result : results.path("results")) {
        if (!List.of("success", "pass", "warn").contains(result.path("status").asText())) {
          throw new IllegalStateException("Cannot count a figure: dbt failed: " + result);
        }
        JsonNode node = manifest.path("nodes").path(result.path("unique_id").asText());
        boolean test = node.path("resource_type").asText().equals("test");
        boolean view = node.path("config").path("materialized").asText().equals("view");
        tests += test ? 1 : 0;
        tables += test || view ? 0 : 1;
      }
      if (tests == 0) {
        throw new IllegalStateException("Cannot count a figure: dbt made no tests: " + results);
      }
      return new Ran(results.path("elapsed_time").asDouble(), tables, tests);
    }
  }

  /** Reads the project once, so that what Python and dbt keep for later is in no figure. */
  void prepare(Path project) throws IOException, InterruptedException {
    call(project, "http://127.0.0.1:1", List.of("parse"));
  }

  /**
   * Runs {@code dbt build}, without the tests of silver itself, which {@code moulin build} does not
   * make either: they are of {@code moulin check-data}.
   */
  Timed build(Path project, String catalog, List<String> options)
      throws IOException, InterruptedException {
    Files.deleteIfExists(results(project));
    List<String> words = new ArrayList<>(List.of("build", "--exclude", "source:silver"));
    words.addAll(options);
    return call(project, catalog, words);
  }

  Ran ran(Path project) throws IOException {
    return Ran.parse(
        MAPPER.readTree(results(project).toFile()),
        MAPPER.readTree(project.resolve("target/manifest.json").toFile()));
  }

  private static Path results(Path project) {
    return project.resolve("target/run_results.json");
  }

  private Timed call(Path project, String catalog, List<String> words)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program().toString()));
    command.addAll(words);
    command.addAll(List.of("--profiles-dir", ".", "--no-use-colors"));
    // Without the second it waits for its maker's server.
    return Timed.run(project, Map.of("MOULIN_CATALOG", catalog, "DO_NOT_TRACK", "1"), command);
  }
}
