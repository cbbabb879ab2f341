package io.moulin.bench.whole;

import io.moulin.bench.race.Repository;
import io.moulin.bench.race.Tree;
import io.moulin.bench.result.Results.EndToEnd;
import io.moulin.load.trips.TripGenerator;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.util.FileUtils;

/** Runs the commands of a user, each a process that starts from nothing. */
public final class Whole {
  private static final LocalDate MONTH = LocalDate.of(2024, 1, 1);
  private static final String DATASET = "taxi.trips";
  private static final long PATIENCE_MINUTES = 20;
  private static final double NANOS = 1e9;

  private final Repository repository;
  private final Path folder;
  private double peakMib;

  private Whole(Repository repository, Path folder) {
    this.repository = repository;
    this.folder = folder;
  }

  /** From a file of {@code rows} trips and a project to tables that were validated. */
  public static EndToEnd commands(Repository repository, Path folder, long rows, long seed)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Whole whole = new Whole(repository, folder);
    Path trips = folder.resolve("trips.jsonl");
    new TripGenerator(rows, seed, MONTH).write(trips);
    Path project = folder.resolve("taxi");
    FileUtils.copy(
        new org.apache.flink.core.fs.Path(repository.root().resolve("examples/taxi").toUri()),
        new org.apache.flink.core.fs.Path(project.toUri()),
        false);
    long begin = System.nanoTime();
    for (List<String> command :
        List.of(
            List.of("apply"),
            List.of("load", DATASET, "--file", trips.toString()),
            List.of("run", DATASET, "--until-caught-up"),
            List.of("balance", DATASET, "--deep"),
            List.of("build"),
            List.of("validate"))) {
      whole.run(project, command);
    }
    return whole.done("`apply`, `load`, `run`, `balance --deep`, `build`, `validate`", rows, begin);
  }

  /** All of it by one command, which makes the rows itself and asks the tables questions. */
  public static EndToEnd demo(Repository repository, Path folder, long rows, long seed)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Whole whole = new Whole(repository, folder);
    long begin = System.nanoTime();
    whole.run(
        folder,
        List.of(
            "demo",
            "--dir",
            folder.resolve("demo").toString(),
            "--rows",
            Long.toString(rows),
            "--seed",
            Long.toString(seed)));
    return whole.done("`demo`", rows, begin);
  }

  private EndToEnd done(String way, long rows, long begin) {
    double seconds = (System.nanoTime() - begin) / NANOS;
    FileUtils.deleteDirectoryQuietly(folder.toFile());
    return new EndToEnd(way, rows, seconds, peakMib);
  }

  private void run(Path project, List<String> words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(repository.launcher().toString()));
    command.addAll(words);
    File out = folder.resolve(words.get(0) + ".txt").toFile();
    Process process =
        new ProcessBuilder(command)
            .directory(project.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out)
            .start();
    try (Tree tree = Tree.watch(process, () -> {})) {
      boolean ended = process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES);
      peakMib = Math.max(peakMib, tree.peakMib());
      if (!ended || process.exitValue() != 0) {
        throw new IllegalStateException(
            "Cannot measure: %s failed: %s".formatted(words, Files.readString(out.toPath())));
      }
    } finally {
      process.destroyForcibly();
    }
  }
}
