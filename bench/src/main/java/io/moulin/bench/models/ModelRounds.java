package io.moulin.bench.models;

import io.moulin.bench.race.Repository;
import io.moulin.bench.result.ModelResults.Turn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Builds of both kinds over the same silver, in turn. A build that does not do what it is measured
 * for, or whose marts are not those of the other, ends the run: there is no figure then.
 */
public final class ModelRounds implements AutoCloseable {
  /** Lines of one day before each build of one day. */
  public static final int LATE_ROWS = 1_000;

  /** Builds of a watch that are in no figure: a process that lives is warm. */
  private static final int WARMING = 3;

  private static final List<String> LOOKBACK = List.of("--vars", "{lookback_days: 7}");

  private final Path folder;
  private final Lakehouse lakehouse;
  private final @Nullable Dbt dbt;
  private final long seed;
  private final List<Turn> turns = new ArrayList<>();
  private int round;
  private int late;

  private ModelRounds(Path folder, Lakehouse lakehouse, @Nullable Dbt dbt, long seed) {
    this.folder = folder;
    this.lakehouse = lakehouse;
    this.dbt = dbt;
    this.seed = seed;
  }

  /**
   * Makes the project, silver and the first build.
   *
   * @param folder an empty one
   * @param dbt null: ours only
   */
  public static ModelRounds prepare(
      Repository repository, Path folder, @Nullable Dbt dbt, long rows, long seed)
      throws IOException, InterruptedException {
    repository.prepare();
    say("making %,d rows, and the models for the first time", rows);
    Lakehouse lakehouse = Lakehouse.demo(repository, folder, rows, seed);
    ModelRounds rounds = new ModelRounds(folder, lakehouse, dbt, seed);
    if (dbt != null) {
      lakehouse.run("export", "dbt", "--to", "dbt");
      dbt.prepare(rounds.exported());
    }
    return rounds;
  }

  private Path exported() {
    return lakehouse.project().resolve("dbt");
  }

  public long silverRows() throws IOException, InterruptedException {
    return Long.parseLong(lakehouse.ask("SELECT count(*) AS n FROM silver.trips").get(0));
  }

  /** All turns so far. */
  public List<Turn> turns() {
    return List.copyOf(turns);
  }

  /** One more turn of every kind. */
  public void round() throws IOException, InterruptedException, SQLException {
    round++;
    full();
    day();
    dayBesideUp();
  }

  private void full() throws IOException, InterruptedException, SQLException {
    ours(Kind.FULL, "--full-refresh").requireAll();
    String catalog = lakehouse.up();
    Built ours = ours(Kind.FULL_UP, "--full-refresh");
    ours.requireAll();
    if (dbt != null) {
      Dbt.Ran theirs = theirs(dbt, Kind.DBT_FULL, catalog, List.of("--full-refresh"), ours);
      if (theirs.tables() != ours.tables() || theirs.tests() != ours.checks()) {
        throw new IllegalStateException(
            "Cannot count a figure: %s is another work than %s".formatted(theirs, ours));
      }
    }
    lakehouse.down();
  }

  private void day() throws IOException, InterruptedException, SQLException {
    bringLate();
    Built ours = ours(Kind.DAY);
    ours.requireOneDay();
    ours(Kind.NOTHING).requireNothing();
    if (dbt != null) {
      String catalog = lakehouse.up();
      // In this order: after the other one, it would have nothing to find out.
      theirs(dbt, Kind.DBT_DAY_LOOKBACK, catalog, LOOKBACK, ours);
      theirs(dbt, Kind.DBT_DAY, catalog, List.of(), ours);
      lakehouse.down();
    }
  }

  private void dayBesideUp() throws IOException, InterruptedException {
    bringLate();
    lakehouse.up();
    ours(Kind.DAY_UP).requireOneDay();
    lakehouse.down();
  }

  /** Behind all rounds, because it would build what they are about to: as many turns as they had. */
  public void watched() throws IOException, InterruptedException {
    int rounds = round;
    try (WatchedBuild watch = lakehouse.watch()) {
      for (int i = 1 - WARMING; i <= rounds; i++) {
        WatchedBuild.Turn turn = bringLate(watch::next);
        turn.built().requireOneDay();
        if (i > 0) {
          round = i;
          double seconds = turn.built().seconds(); // its process has no start and no end
          Timed timed = new Timed("", seconds, turn.cpuSeconds(), turn.peakRssMib());
          Built built = turn.built();
          took(Kind.DAY_WATCHED, timed, seconds, built.computed().size(), built.checks());
        }
      }
    }
  }

  /** What is done when rows have come, before anything else runs beside it. */
  private interface Then<T> {
    T done() throws IOException, InterruptedException;
  }

  private void bringLate() throws IOException, InterruptedException {
    bringLate(() -> "");
  }

  private <T> T bringLate(Then<T> then) throws IOException, InterruptedException {
    late++;
    Path file = folder.resolve("late-" + late + ".jsonl");
    // Others than those of the demo, and each time others.
    LocalDate day = LateTrips.write(file, LATE_ROWS, seed + late);
    long before = silverRows();
    lakehouse.bring(file);
    T done = then.done();
    Files.delete(file);
    long more = silverRows() - before;
    if (more < LATE_ROWS / 2 || more > LATE_ROWS) {
      throw new IllegalStateException(
          "Cannot measure: of %d late rows silver took %d".formatted(LATE_ROWS, more));
    }
    say("%,d late rows of %s, %,d of them into silver", LATE_ROWS, day, more);
    return done;
  }

  private Built ours(Kind kind, String... options) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("build", "--json"));
    words.addAll(List.of(options));
    Timed timed = lakehouse.run(words.toArray(String[]::new));
    Built built = Built.parse(timed.lastLine());
    took(kind, timed, built.seconds(), built.computed().size(), built.checks());
    return built;
  }

  private Dbt.Ran theirs(Dbt program, Kind kind, String catalog, List<String> options, Built ours)
      throws IOException, InterruptedException, SQLException {
    Timed timed = program.build(exported(), catalog, options);
    Dbt.Ran ran = program.ran(exported());
    Marts.requireEqual(lakehouse, exported().resolve("taxi.duckdb"), ours.marts());
    took(kind, timed, ran.seconds(), ran.tables(), ran.tests());
    return ran;
  }

  private void took(Kind kind, Timed timed, double seconds, int tables, int checks) {
    Turn turn =
        new Turn(
            kind.word(),
            round,
            seconds,
            timed.wallSeconds(),
            timed.cpuSeconds(),
            timed.peakRssMib(),
            tables,
            checks);
    turns.add(turn);
    say("%s", turn);
  }

  /** All kinds, with what they are, in the order of the table. */
  public static Map<String, String> kinds() {
    return Kind.words();
  }

  private static void say(String format, Object... values) {
    System.err.printf(format + "%n", values);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    lakehouse.close();
  }
}
