package io.moulin.cli;

import io.moulin.cli.text.Console;
import io.moulin.cli.text.Json;
import io.moulin.cli.text.ProgressLine;
import io.moulin.control.Figures;
import io.moulin.control.Loading;
import io.moulin.control.Loading.Loaded;
import io.moulin.control.Loading.Speed;
import io.moulin.control.Session;
import io.moulin.control.Session.Need;
import io.moulin.spec.MoulinException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "load",
    description = "Put the rows of a file into a dataset's topic. The same content is loaded once.",
    footer = {
      "",
      "Files: Parquet, Avro, CSV with a header, JSON lines; the last two also with gzip.",
      "Records are JSON or Avro, as the dataset declares.",
      "",
      "Examples:",
      "  moulin load taxi.green --file green_tripdata_2024-01.parquet",
      "  moulin load taxi.green --file trips.csv.gz --limit 1000 --again",
      "  moulin load taxi.green --file trips.jsonl --mode realtime --speed 60"
    })
final class LoadCommand implements Callable<Integer> {
  private final Invocation invocation;

  /** How fast to load. */
  enum Mode {
    BURST,
    REALTIME,
    BATCH
  }

  @Parameters(paramLabel = "DATASET", description = "Name of the dataset.")
  private String dataset = "";

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      required = true,
      description = "File to load.")
  private Path file = Path.of("");

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      description = "burst: as fast as possible. realtime: by event time. batch: in chunks.")
  private Mode mode = Mode.BURST;

  @Option(
      names = "--speed",
      paramLabel = "FACTOR",
      description =
          "Seconds of event time in one second of mode realtime. Default: ${DEFAULT-VALUE}.")
  private double speed = 1;

  @Option(
      names = "--batch-rows",
      paramLabel = "N",
      description = "Rows of a chunk in mode batch. Default: ${DEFAULT-VALUE}.")
  private int batchRows = 1000;

  @Option(
      names = "--pause",
      paramLabel = "SECONDS",
      description =
          "Pause after a chunk in mode batch (default 1), longest pause in mode realtime (10).")
  private double pause = -1;

  @Option(names = "--limit", paramLabel = "N", description = "Load at most N rows; 0 loads all.")
  private long limit;

  @Option(names = "--again", description = "Load it even if the same content was loaded before.")
  private boolean again;

  @Option(names = "--json", description = "The last line of stdout is one JSON object.")
  private boolean json;

  LoadCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    Console console = invocation.console();
    Console people = json ? console.aside() : console;
    try (Session session = invocation.open(Need.BROKER)) {
      Loading.Request request =
          new Loading.Request(
              session.project().dataset(dataset),
              file,
              speed(),
              limit(),
              again ? Loading.Repeat.AGAIN : Loading.Repeat.SKIP);
      Loaded loaded = load(invocation, session, request, people);
      if (json) {
        console.out().println(Json.line(LoadJson.of(loaded)));
      }
      return ExitCode.OK;
    }
  }

  private long limit() {
    if (limit < 0) {
      throw MoulinException.user("invalid-arguments", "--limit is " + limit, "0 loads all rows");
    }
    return limit;
  }

  private Speed speed() {
    if (!(speed > 0) || Double.isInfinite(speed)) {
      throw MoulinException.user(
          "invalid-arguments", "--speed is " + speed, "give a number above 0");
    }
    if (batchRows < 1) {
      throw MoulinException.user(
          "invalid-arguments", "--batch-rows is " + batchRows, "give a number above 0");
    }
    return switch (mode) {
      case BURST -> new Speed.Burst();
      case REALTIME -> new Speed.Realtime(speed, pause(10));
      case BATCH -> new Speed.Batch(batchRows, pause(1));
    };
  }

  private Duration pause(double byDefault) {
    return Duration.ofMillis(Math.round((pause < 0 ? byDefault : pause) * 1000));
  }

  /** Loads with a progress line, and says what came of it. */
  static Loaded load(
      Invocation invocation, Session session, Loading.Request request, Console console) {
    try (ProgressLine line = new ProgressLine(console, "loading")) {
      Loading.Listener listener =
          new Loading.Listener() {
            @Override
            public void progress(long rows, long total) {
              line.show(rows, total);
            }

            @Override
            public void finished(Loaded loaded) {
              line.close();
              print(loaded, console);
            }
          };
      return invocation.operations().loading().load(session, request, listener);
    }
  }

  private static void print(Loaded loaded, Console console) {
    loaded
        .warnings()
        .forEach(text -> console.err().println(console.errStyle().yellow("warning ") + text));
    String name = String.valueOf(loaded.file().getFileName());
    if (loaded.earlier().isPresent()) {
      console
          .out()
          .println(
              "%s was loaded before, at %s: nothing loaded (--again loads it once more)"
                  .formatted(name, toTheSecond(loaded.earlier().get())));
      return;
    }
    console
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "Loaded %,d rows of %s in %.1f s, %,.0f rows/s%s",
                loaded.loaded(),
                name,
                loaded.seconds(),
                loaded.rate(),
                loaded.dead() == 0
                    ? ""
                    : "; %,d broke the contract or the schema and went to the dead letters"
                        .formatted(loaded.dead())));
  }

  private static String toTheSecond(String instant) {
    return Instant.parse(instant).truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** What a load did, as JSON. */
  record LoadJson(
      String dataset,
      String file,
      long loaded,
      long invalid,
      long dead,
      boolean alreadyLoaded,
      double seconds) {
    static LoadJson of(Loaded loaded) {
      return new LoadJson(
          loaded.dataset(),
          loaded.file().toString(),
          loaded.loaded(),
          loaded.invalid(),
          loaded.dead(),
          loaded.earlier().isPresent(),
          Figures.rounded(loaded.seconds()));
    }
  }
}
