package io.moulin.cli;

import io.moulin.cli.text.BalanceText;
import io.moulin.cli.text.Console;
import io.moulin.cli.text.Json;
import io.moulin.cli.text.ProgressLine;
import io.moulin.cli.text.RunJson;
import io.moulin.control.BalanceReport;
import io.moulin.control.Describing.Addresses;
import io.moulin.control.RunReport;
import io.moulin.control.Running;
import io.moulin.control.Session;
import io.moulin.control.Session.Need;
import io.moulin.control.live.Announcer;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "run",
    description =
        "Move records of datasets from their topics into their tables, and balance the books.",
    footer = {
      "",
      "It can be stopped at any time, even killed: the next run goes on, and nothing is lost or",
      "doubled.",
      "",
      "Examples:",
      "  moulin run                               # all datasets, one after the other",
      "  moulin run taxi.green --until-caught-up",
      "  moulin run taxi.green --json | tail -n 1 | jq .silver"
    })
final class RunCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(
      paramLabel = "DATASET",
      arity = "0..*",
      description =
          "Names of datasets. Default: all of the project. Several run one after the other, each"
              + " until it has caught up.")
  private List<String> datasets = new ArrayList<>();

  @Option(
      names = "--until-caught-up",
      description =
          "End at the end offsets of now. The default in engine mode batch; in mode streaming a run"
              + " goes on until Ctrl-C and commits every commit-interval.")
  private boolean untilCaughtUp;

  @Option(names = "--json", description = "The last line of stdout is one JSON object.")
  private boolean json;

  RunCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    Console console = invocation.console();
    Console people = json ? console.aside() : console;
    try (Session session = invocation.open(Need.BROKER, Need.CATALOG, Need.ENGINE)) {
      List<DatasetSpec> chosen = session.project().chosen(datasets);
      boolean several = chosen.size() > 1;
      Running.End end = untilCaughtUp || several ? Running.End.CAUGHT_UP : Running.End.AS_DECLARED;
      double start = session.ready();
      List<RunJson> done = new ArrayList<>();
      for (DatasetSpec each : chosen) {
        RunReport report = run(invocation, session, each, end, people);
        people.out().println();
        BalanceText.lines(report.balance(), people.outStyle()).forEach(people.out()::println);
        if (several) {
          people.out().println();
        }
        done.add(RunJson.of(report.balance(), RunJson.Seconds.of(start, 0, report.seconds(), 0)));
        if (report.ended() == RunReport.Ended.STOPPED) {
          break; // Ctrl-C means all of them
        }
      }
      boolean balanced = done.stream().allMatch(RunJson::balanced);
      if (json) {
        console.out().println(Json.line(several ? new AllJson(done, balanced) : done.get(0)));
      }
      return balanced ? ExitCode.OK : ExitCode.CHECK;
    }
  }

  /** What {@code --json} says of several datasets. */
  private record AllJson(List<RunJson> datasets, boolean balanced) {}

  static int exitCode(BalanceReport books) {
    return books.balanced() ? ExitCode.OK : ExitCode.CHECK;
  }

  /** Runs with a progress line, and says what came of it. */
  static RunReport run(
      Invocation invocation,
      Session session,
      DatasetSpec dataset,
      Running.End end,
      Console console) {
    if (!Running.bounded(end, session.project().spec().engine()) && session.owner().isEmpty()) {
      announce(invocation, session, dataset, console);
    }
    RunReport report;
    try (Announcer.Announced announced = announced(invocation, session, dataset, end);
        ProgressLine line = new ProgressLine(console, "running")) {
      report = invocation.operations().running().run(session, dataset, end, line::show);
    }
    console.out().println(said(report, dataset.source().topic()));
    if (!report.alarm().isEmpty()) {
      console.out().println(console.outStyle().red("Alert: " + report.alarm()));
    }
    return report;
  }

  /** A run without an end lets other commands use what it runs. */
  private static Announcer.Announced announced(
      Invocation invocation, Session session, DatasetSpec dataset, Running.End end) {
    return Running.bounded(end, session.project().spec().engine()) || session.owner().isPresent()
        ? () -> {}
        : invocation.operations().keepingUp().announce(session, "run", List.of(dataset.name()));
  }

  private static void announce(
      Invocation invocation, Session session, DatasetSpec dataset, Console console) {
    Addresses addresses =
        invocation
            .operations()
            .describing()
            .addresses(session, dataset.table(Layer.SILVER).fullName());
    console
        .err()
        .println(
            "Runs until Ctrl-C and commits every "
                + text(session.project().spec().engine().commitInterval())
                + ". Produce to topic "
                + dataset.source().topic()
                + ":");
    addresses.lines().forEach(console.err()::println);
  }

  /** As manifests write it, for example 1m30s. */
  private static String text(Duration duration) {
    return duration.toString().substring("PT".length()).toLowerCase(Locale.ROOT);
  }

  private static String said(RunReport report, String topic) {
    return switch (report.ended()) {
      case AT_ONCE -> "Nothing new in topic " + topic;
      case STOPPED ->
          String.format(
              Locale.ROOT,
              "Stopped after %,d records in %.1f s; the next run goes on behind them",
              report.consumed(),
              report.seconds());
      case CAUGHT_UP ->
          String.format(
              Locale.ROOT,
              "Ran %,d records in %.1f s, %,.0f records/s, %d commit%s%s",
              report.consumed(),
              report.seconds(),
              report.seconds() == 0 ? 0 : report.consumed() / report.seconds(),
              report.commits(),
              report.commits() == 1 ? "" : "s",
              report.restarts() == 0 ? "" : ", %d restarts".formatted(report.restarts()));
    };
  }
}
