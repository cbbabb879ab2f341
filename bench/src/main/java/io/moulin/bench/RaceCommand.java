package io.moulin.bench;

import io.moulin.bench.Contenders.Plan;
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
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.flink.util.FileUtils;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures all contenders in one run, turn by turn, and writes the results. */
@Command(name = "race", description = "All contenders on the same rows, in one run, interleaved.")
final class RaceCommand implements Callable<Integer> {
  private static final int FRESH_RATE = 10_000;
  private static final int FRESH_PARTITIONS = 4;

  @Option(names = "--rows", description = "Taxi rows.", defaultValue = "500000")
  private long rows;

  @Option(names = "--event-rows", description = "Small events; 0: as many as --rows.")
  private long eventRows;

  @Option(names = "--rounds", description = "Turns of each contender.", defaultValue = "2")
  private int rounds;

  @Option(
      names = "--passes",
      description = "Over all rows in each process: the first is cold.",
      defaultValue = "2")
  private int passes;

  @Option(names = "--seed", description = "Of the taxi rows.", defaultValue = "42")
  private long seed;

  @Option(names = "--commit", description = "Milliseconds between commits.", defaultValue = "10000")
  private long commitMillis;

  @Option(names = "--taxi-partitions", defaultValue = "4", description = "Of the taxi topic.")
  private int taxiPartitions;

  @Option(names = "--event-partitions", defaultValue = "16", description = "Of the events' topic.")
  private int eventPartitions;

  @Option(names = "--only", split = ",", description = "Only these contenders.")
  private @Nullable Set<String> only;

  @Option(
      names = "--end-to-end",
      split = ",",
      description = "How many rows to take a user's whole way with.")
  private List<Long> wholes = List.of();

  @Option(
      names = "--freshness",
      split = ",",
      description = "Milliseconds between commits to measure freshness at.")
  private List<Long> freshness = List.of();

  @Option(names = "--fresh-seconds", defaultValue = "60", description = "How long, each.")
  private long freshSeconds;

  private final List<String> failures = new ArrayList<>();

  @Option(names = "--out", description = "File of the results.")
  private @Nullable Path out;

  @Option(names = "--report", description = "Document that gets the tables between its markers.")
  private @Nullable Path report;

  @Override
  public Integer call() throws Exception {
    Repository repository = Repository.find();
    Path folder = Files.createTempDirectory("moulin-bench");
    try {
      List<Measured> measured = new ArrayList<>();
      List<Contender> contenders = race(repository, folder, measured);
      List<Summary> summaries = summaries(contenders, measured);
      Results results =
          new Results(
              Results.SCHEMA,
              repository.commit(),
              LocalDate.now(ZoneOffset.UTC).toString(),
              Here.machine(),
              Here.versions(repository),
              settings(),
              summaries,
              Ratios.of(summaries),
              Ratios.first(summaries),
              wholes(repository, folder),
              ages(),
              measured);
      Path file = out == null ? repository.root().resolve("bench/results/latest.json") : out;
      results.write(file);
      if (report != null) {
        Report.write(results, report);
      }
      System.out.println(Report.text(results));
      System.out.println("Written to " + file);
      failures.forEach(failure -> say("FAILED %s", failure));
      return failures.isEmpty() ? 0 : 1;
    } finally {
      FileUtils.deleteDirectoryQuietly(folder.toFile());
    }
  }

  private List<Contender> race(Repository repository, Path folder, List<Measured> measured)
      throws Exception {
    try (Surroundings surroundings = Surroundings.start(folder)) {
      surroundings.create(Contenders.TAXI, taxiPartitions);
      surroundings.create(Contenders.EVENTS, eventPartitions);
      Path file = folder.resolve("trips.jsonl");
      say("making %,d taxi rows", rows);
      Expected taxi = TaxiRows.make(rows, seed, file, surroundings.bootstrap(), Contenders.TAXI);
      Expected events =
          EventRows.make(
              eventRows == 0 ? rows : eventRows, surroundings.bootstrap(), Contenders.EVENTS);
      Plan plan = new Plan(passes, taxiPartitions, eventPartitions, commitMillis, file);
      Set<String> wanted = only == null ? Set.of() : only;
      List<Contender> contenders =
          new Contenders(surroundings, repository, plan, taxi, events)
              .all().stream()
                  .filter(contender -> wanted.isEmpty() || wanted.contains(contender.name()))
                  .toList();
      Race race = new Race(surroundings, passes);
      for (int round = 1; round <= rounds; round++) {
        for (Contender contender : contenders) {
          turn(race, contender, round, measured);
        }
      }
      return contenders;
    }
  }

  /** One that fails does not take the figures of the others with it; the run fails at its end. */
  private void turn(Race race, Contender contender, int round, List<Measured> measured) {
    try {
      for (Measured pass : race.turn(contender, round)) {
        measured.add(pass);
        say(
            "round %d, %s, pass %d: %,.0f rows/s, %.1f s, CPU %.1f s, %,.0f MiB",
            round,
            contender.name(),
            pass.pass(),
            pass.rowsPerSecond(),
            pass.seconds(),
            pass.cpuSeconds(),
            pass.peakRssMib());
      }
    } catch (Exception e) {
      String failure = "round %d, %s: %s".formatted(round, contender.name(), e.getMessage());
      failures.add(failure);
      say("FAILED %s", failure);
    }
  }

  private static List<Summary> summaries(List<Contender> contenders, List<Measured> measured) {
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

  private List<EndToEnd> wholes(Repository repository, Path folder)
      throws IOException, InterruptedException {
    List<EndToEnd> done = new ArrayList<>();
    for (long count : wholes) {
      done.add(Whole.demo(repository, folder.resolve("demo-" + count), count, seed));
      done.add(Whole.commands(repository, folder.resolve("whole-" + count), count, seed));
      say("end to end, %,d rows: %s", count, done.subList(done.size() - 2, done.size()));
    }
    return done;
  }

  private List<Fresh> ages() throws Exception {
    List<Fresh> done = new ArrayList<>();
    for (long millis : freshness) {
      Fresh fresh =
          Freshness.measure(
              Duration.ofMillis(millis),
              FRESH_PARTITIONS,
              FRESH_RATE,
              Duration.ofSeconds(freshSeconds));
      done.add(fresh);
      say("freshness: %s", fresh);
    }
    return done;
  }

  private Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("taxi rows", "%,d".formatted(rows));
    settings.put("event rows", "%,d".formatted(eventRows == 0 ? rows : eventRows));
    settings.put("rounds", Integer.toString(rounds));
    settings.put("passes", Integer.toString(passes));
    settings.put("seed", Long.toString(seed));
    settings.put("commit interval", commitMillis + " ms");
    settings.put("taxi partitions", Integer.toString(taxiPartitions));
    settings.put("event partitions", Integer.toString(eventPartitions));
    settings.put("parallelism", "2");
    settings.put("Parquet", "zstd");
    return settings;
  }

  private static void say(String format, Object... values) {
    System.err.printf(format + "%n", values);
  }
}
