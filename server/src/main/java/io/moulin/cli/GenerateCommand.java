package io.moulin.cli;

import io.moulin.cli.text.Console;
import io.moulin.cli.text.Json;
import io.moulin.cli.text.ProgressLine;
import io.moulin.control.Session;
import io.moulin.control.Session.Need;
import io.moulin.control.generate.Generating;
import io.moulin.control.generate.Generating.Amount;
import io.moulin.control.generate.Generating.Changes;
import io.moulin.control.generate.Generating.Generated;
import io.moulin.manifest.Quantities;
import io.moulin.spec.MoulinException;
import io.moulin.spec.generate.GeneratorSpec;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "generate",
    description = {
      "Generate rows with planted faults, as generators/*.yml say, into topics or a file.",
      "The same seed gives the same rows."
    },
    footer = {
      "",
      "Examples:",
      "  moulin generate payments.charges --rows 10000",
      "  moulin generate --for 1m                          all datasets, at their rates",
      "  moulin generate payments.charges --for 30s --rate 100/s --start now",
      "  moulin generate payments.charges --rows 1000 --to charges.jsonl"
    })
final class GenerateCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(
      paramLabel = "DATASET",
      arity = "0..1",
      description = "Name of the dataset. Default: all that have a generator.")
  private @Nullable String dataset;

  @ArgGroup(multiplicity = "1")
  private HowMany howMany = new HowMany();

  @Option(names = "--rate", paramLabel = "RATE", description = "Such as 100/s or 30/m.")
  private @Nullable String rate;

  @Option(names = "--seed", paramLabel = "N", description = "Another seed gives other rows.")
  private @Nullable Long seed;

  @Option(
      names = "--start",
      paramLabel = "TIME",
      description = "The time of row 0: now, or such as 2024-01-01T00:00:00Z.")
  private @Nullable String start;

  @Option(
      names = "--from",
      paramLabel = "N",
      description = "Number of the first row, to go on where an earlier call ended. Default: 0.")
  private long from;

  @Option(
      names = "--to",
      paramLabel = "FILE",
      description = "Write JSON lines to a file instead, and FILE.planted.jsonl beside it.")
  private @Nullable Path to;

  @Option(
      names = "--planted",
      paramLabel = "FILE",
      description = "Write for every row where it must end, and where its record is.")
  private @Nullable Path planted;

  @Option(names = "--json", description = "One JSON object a dataset on stdout.")
  private boolean json;

  /** One of them has to be said. */
  static final class HowMany {
    @Option(names = "--rows", paramLabel = "N", description = "So many, as fast as possible.")
    private @Nullable Long rows;

    @Option(
        names = "--for",
        paramLabel = "TIME",
        description = "As many as come in this time, such as 1m, and in this time.")
    private @Nullable String time;
  }

  GenerateCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    Amount amount = amount();
    if (from < 0) {
      throw invalid("--from is " + from, "give a number from 0");
    }
    Changes changes = new Changes(Optional.ofNullable(seed), optionalRate(), optionalStart(), from);
    Generating generating = invocation.operations().generating();
    if (to != null) {
      print(List.of(write(generating, changes, amount, to)));
      return ExitCode.OK;
    }
    Console people = json ? invocation.console().aside() : invocation.console();
    try (Session session = invocation.open(Need.BROKER);
        ProgressLine line = new ProgressLine(people, "generating")) {
      List<GeneratorSpec> chosen = generating.chosen(session.project(), dataset);
      List<Generated> all =
          generating.send(
              session, chosen, changes, amount, Optional.ofNullable(planted), line::show);
      line.close();
      print(all);
    }
    return ExitCode.OK;
  }

  private Generated write(Generating generating, Changes changes, Amount amount, Path file) {
    List<GeneratorSpec> chosen = generating.chosen(invocation.project(), dataset);
    if (chosen.size() > 1) {
      throw invalid(
          "--to takes the rows of one dataset",
          chosen.stream()
              .map(generator -> generator.dataset().name())
              .collect(Collectors.joining(", ", "name one of: ", "")));
    }
    Path notes = planted == null ? file.resolveSibling(planted(file)) : planted;
    return generating.write(chosen.get(0), changes, amount, file, notes);
  }

  private static String planted(Path file) {
    String name = String.valueOf(file.getFileName());
    String bare = name.endsWith(".jsonl") ? name.substring(0, name.length() - 6) : name;
    return bare + ".planted.jsonl";
  }

  private Amount amount() {
    Long rows = howMany.rows;
    if (rows != null) {
      if (rows < 1) {
        throw invalid("--rows is " + rows, "give a number above 0");
      }
      return new Amount.Rows(rows);
    }
    String time = String.valueOf(howMany.time);
    return new Amount.Lasting(
        Quantities.duration(time)
            .filter(duration -> !duration.isZero())
            .orElseThrow(() -> invalid("--for is '" + time + "'", "write such as 30s, 5m or 1h")));
  }

  private Optional<Double> optionalRate() {
    if (rate == null) {
      return Optional.empty();
    }
    String text = rate;
    return Optional.of(
        Quantities.rate(text)
            .orElseThrow(() -> invalid("--rate is '" + text + "'", "write such as 10/s or 30/m")));
  }

  private Optional<Instant> optionalStart() {
    if (start == null) {
      return Optional.empty();
    }
    if (start.equals("now")) {
      return Optional.of(Instant.now().truncatedTo(ChronoUnit.MILLIS));
    }
    String text = start;
    return Optional.of(
        Quantities.instant(text)
            .orElseThrow(
                () -> invalid("--start is '" + text + "'", "write now, or 2024-01-01T00:00:00Z")));
  }

  private static MoulinException invalid(String what, String fix) {
    return MoulinException.user("invalid-arguments", what, fix);
  }

  private void print(List<Generated> all) {
    Console console = invocation.console();
    for (Generated each : all) {
      if (json) {
        console.out().println(Json.line(each));
        continue;
      }
      String faults =
          each.planted().entrySet().stream()
              .map(fault -> "%,d %s".formatted(fault.getValue(), fault.getKey()))
              .collect(Collectors.joining(", "));
      console
          .out()
          .println(
              String.format(
                  Locale.ROOT,
                  "Generated %,d rows of %s into %s in %.1f s%s",
                  each.rows(),
                  each.dataset(),
                  each.to(),
                  each.seconds(),
                  each.dead() == 0
                      ? ""
                      : "; %,d do not fit the schema and went to the dead letters"
                          .formatted(each.dead())));
      console.out().println("  planted: " + (faults.isEmpty() ? "nothing" : faults));
    }
  }
}
