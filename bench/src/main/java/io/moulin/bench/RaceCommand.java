package io.moulin.bench;

import io.moulin.bench.fresh.Freshness;
import io.moulin.bench.race.Contender;
import io.moulin.bench.race.Race;
import io.moulin.bench.race.Repository;
import io.moulin.bench.race.Surroundings;
import io.moulin.bench.result.Measured;
import io.moulin.bench.result.Ratios;
import io.moulin.bench.result.Report;
import io.moulin.bench.result.Results;
import io.moulin.bench.result.Results.EndToEnd;
import io.moulin.bench.result.Results.Fresh;
import io.moulin.bench.result.Section;
import io.moulin.bench.result.Summary;
import io.moulin.bench.rows.EventRows;
import io.moulin.bench.rows.Expected;
import io.moulin.bench.rows.TaxiRows;
import io.moulin.bench.whole.Whole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.flink.util.FileUtils;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures all contenders in one run, turn by turn, and writes the results. */
@Command(name = "race", description = "All contenders on the same rows, in one run, interleaved.")
final class RaceCommand implements Callable<Integer> {
  private static final int FRESH_RATE = 10_000;
  private static final int FRESH_PARTITIONS = 4;

  @Mixin private final Wanted wanted = new Wanted();

  @Option(names = "--run", description = "What the results say was called.")
  private String run = "race";

  @Option(names = "--out", description = "File of the results.")
  private @Nullable Path out;

  @Option(names = "--report", description = "Document that gets the tables between its markers.")
  private @Nullable Path report;

  // picocli sets it.
  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  private List<String> part = List.of();
  private final List<String> failed = new ArrayList<>();
  private final List<Measured> measured = new ArrayList<>();
  private final List<EndToEnd> wholes = new ArrayList<>();
  private final List<Fresh> ages = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    // A document without the markers must not be found out after 90 minutes.
    Section section = report == null ? null : Report.section(report);
    Repository repository = Repository.find();
    String commit = repository.commit();
    Path folder = Files.createTempDirectory("moulin-bench");
    try {
      List<Contender> contenders = race(repository, folder);
      wholes(repository, folder);
      ages();
      Results results = results(repository, commit, contenders);
      Path file = out == null ? repository.root().resolve("bench/results/latest.json") : out;
      results.write(file);
      if (section != null) {
        section.write(Report.text(results));
      }
      System.out.println(Report.text(results));
      System.out.println("Written to " + file);
      failed.forEach(failure -> say("FAILED %s", failure));
      return failed.isEmpty() ? 0 : 1;
    } finally {
      FileUtils.deleteDirectoryQuietly(folder.toFile());
    }
  }

  private Results results(Repository repository, String commit, List<Contender> contenders)
      throws IOException {
    List<Summary> summaries = summaries(contenders);
    return new Results(
        Results.SCHEMA,
        run,
        part,
        failed,
        commit,
        LocalDate.now(ZoneOffset.UTC).toString(),
        Here.machine(),
        Here.versions(repository),
        wanted.described(),
        summaries,
        Ratios.of(summaries),
        Ratios.first(summaries),
        wholes,
        ages,
        measured);
  }

  private List<Contender> race(Repository repository, Path folder) throws Exception {
    try (Surroundings surroundings = Surroundings.start(folder)) {
      surroundings.create(Contenders.TAXI, wanted.taxiPartitions());
      surroundings.create(Contenders.EVENTS, wanted.eventPartitions());
      Path file = folder.resolve("trips.jsonl");
      say("making %,d taxi rows", wanted.rows());
      Expected taxi =
          TaxiRows.make(
              wanted.rows(), wanted.seed(), file, surroundings.bootstrap(), Contenders.TAXI);
      Expected events =
          EventRows.make(wanted.eventRows(), surroundings.bootstrap(), Contenders.EVENTS);
      List<Contender> contenders =
          asked(new Contenders(surroundings, repository, wanted.plan(file), taxi, events).all());
      Race race = new Race(surroundings, wanted.passes());
      for (int round = 1; round <= wanted.rounds(); round++) {
        for (Contender contender : contenders) {
          turn(race, contender, round);
        }
      }
      return contenders;
    }
  }

  private List<Contender> asked(List<Contender> all) {
    Set<String> names = wanted.only();
    List<String> known = all.stream().map(Contender::name).toList();
    if (!known.containsAll(names)) {
      throw new ParameterException(
          spec.commandLine(), "Invalid --only: the contenders are " + String.join(", ", known));
    }
    part = names.containsAll(known) ? List.of() : List.copyOf(names);
    return all.stream()
        .filter(contender -> names.isEmpty() || names.contains(contender.name()))
        .toList();
  }

  /** One that fails does not take the figures of the others with it; the run fails at its end. */
  private void turn(Race race, Contender contender, int round) {
    String turn = "round %d, %s".formatted(round, contender.name());
    attempt(
        turn,
        () -> {
          for (Measured pass : race.turn(contender, round)) {
            measured.add(pass);
            say(
                "%s, pass %d: %,.0f rows/s, %.1f s, CPU %.1f s, %,.0f MiB",
                turn,
                pass.pass(),
                pass.rowsPerSecond(),
                pass.seconds(),
                pass.cpuSeconds(),
                pass.peakRssMib());
          }
        });
  }

  private interface Attempt {
    void make() throws Exception;
  }

  private void attempt(String what, Attempt attempt) {
    try {
      attempt.make();
    } catch (Exception e) {
      failed.add(what);
      say("FAILED %s: %s", what, e);
    }
  }

  private List<Summary> summaries(List<Contender> contenders) {
    return contenders.stream()
        .filter(
            contender ->
                measured.stream().anyMatch(pass -> pass.contender().equals(contender.name())))
        .map(
            contender ->
                Summary.of(
                    contender.name(),
                    contender.what(),
                    contender.heap(),
                    measured.stream()
                        .filter(pass -> pass.contender().equals(contender.name()))
                        .toList()))
        .toList();
  }

  private void wholes(Repository repository, Path folder) throws IOException, InterruptedException {
    if (wanted.wholes().isEmpty()) {
      return;
    }
    repository.prepare();
    for (long count : wanted.wholes()) {
      Path demo = folder.resolve("demo-" + count);
      Path commands = folder.resolve("whole-" + count);
      attempt(
          "demo of %,d rows".formatted(count),
          () -> wholes.add(said(Whole.demo(repository, demo, count, wanted.seed()))));
      attempt(
          "commands for %,d rows".formatted(count),
          () -> wholes.add(said(Whole.commands(repository, commands, count, wanted.seed()))));
    }
  }

  private void ages() {
    for (long millis : wanted.freshness()) {
      attempt(
          "freshness at commits every %d ms".formatted(millis),
          () ->
              ages.add(
                  said(
                      Freshness.measure(
                          Duration.ofMillis(millis),
                          FRESH_PARTITIONS,
                          FRESH_RATE,
                          wanted.freshTime()))));
    }
  }

  private static <T> T said(T figure) {
    say("%s", figure);
    return figure;
  }

  private static void say(String format, Object... values) {
    System.err.printf(format + "%n", values);
  }
}
