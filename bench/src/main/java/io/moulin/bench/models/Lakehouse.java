package io.moulin.bench.models;

import io.moulin.bench.race.Repository;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The project that {@code moulin demo} makes, and the real binary at work on it. */
final class Lakehouse implements AutoCloseable {
  private static final String DATASET = "taxi.trips";
  private static final Pattern CATALOG = Pattern.compile("http://127\\.0\\.0\\.1:\\d+");

  /** Behind its start the stream compiles for a while, and there are only two cores. */
  private static final Duration SETTLE = Duration.ofSeconds(5);

  private final Repository repository;
  private final Path project;
  private boolean up;

  private Lakehouse(Repository repository, Path project) {
    this.repository = repository;
    this.project = project;
  }

  /**
   * Makes the project in {@code folder}: trips, tables of the stream and, for the first time, the
   * models.
   */
  static Lakehouse demo(Repository repository, Path folder, long rows, long seed)
      throws IOException, InterruptedException {
    Lakehouse lakehouse = new Lakehouse(repository, folder.resolve("taxi"));
    lakehouse.call(
        folder,
        List.of(
            "demo",
            "--dir",
            lakehouse.project.toString(),
            "--rows",
            Long.toString(rows),
            "--seed",
            Long.toString(seed)));
    return lakehouse;
  }

  Path project() {
    return project;
  }

  Timed run(String... words) throws IOException, InterruptedException {
    return call(project, List.of(words));
  }

  private Timed call(Path folder, List<String> words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(repository.launcher().toString()));
    command.addAll(words);
    return Timed.run(folder, Map.of(), command);
  }

  /** Starts what builds whenever rows have come. */
  WatchedBuild watch() throws IOException, InterruptedException {
    return WatchedBuild.start(repository.launcher(), project);
  }

  /** Brings a file of trips into silver, without the models. */
  void bring(Path file) throws IOException, InterruptedException {
    run("load", DATASET, "--file", file.toString());
    run("run", DATASET, "--until-caught-up");
  }

  /** The lines of a query that gives one column of plain words. */
  List<String> ask(String query) throws IOException, InterruptedException {
    return run("query", "--format", "csv", "--limit", "0", query).said().lines().skip(1).toList();
  }

  /** Starts what serves the catalog and keeps the stream running; the address of the catalog. */
  String up() throws IOException, InterruptedException {
    up = true;
    String said = run("up", "--detach").said();
    Matcher matcher = CATALOG.matcher(said);
    if (!matcher.find()) {
      throw new IllegalStateException("Cannot find the address of the catalog in: " + said);
    }
    Thread.sleep(SETTLE.toMillis());
    return matcher.group();
  }

  void down() throws IOException, InterruptedException {
    run("down");
    up = false;
  }

  /** What runs in the background must not outlive a run that failed. */
  @Override
  public void close() throws IOException, InterruptedException {
    if (up) {
      down();
    }
  }
}
