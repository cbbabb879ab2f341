package io.moulin.cli;

import io.moulin.cli.text.Console;
import io.moulin.cli.text.Json;
import io.moulin.cli.text.LiveLines;
import io.moulin.cli.text.LiveOutput;
import io.moulin.cli.text.LiveText;
import io.moulin.cli.text.LiveView;
import io.moulin.cli.text.Style;
import io.moulin.control.Planning;
import io.moulin.control.Session;
import io.moulin.control.Session.Need;
import io.moulin.control.live.Announcer;
import io.moulin.control.live.Fleet;
import io.moulin.control.live.KeepingUp;
import io.moulin.control.live.LiveDataset;
import io.moulin.control.live.LiveStatus;
import io.moulin.control.live.Owner;
import io.moulin.control.live.StopPatience;
import io.moulin.plan.Plan;
import io.moulin.spec.MoulinException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "up",
    description = {
      "Start everything and keep the job of every applied dataset running, until Ctrl-C.",
      "A job that fails is started again, from where the tables are. Other commands work beside it."
    },
    footer = {
      "",
      "It can be stopped at any time, even killed: the next 'up' goes on, and nothing is lost or",
      "doubled.",
      "",
      "Examples:",
      "  moulin up",
      "  moulin up taxi.trips --apply",
      "  moulin up --detach && moulin status",
      "  moulin up --json | jq -c '.datasets[] | [.dataset, .state, .rate_in]'"
    })
final class UpCommand implements Callable<Integer> {
  private static final Duration LOOK = Duration.ofMillis(500);

  /** A log of months should not fill the disk. */
  private static final Duration EVERY_IN_THE_BACKGROUND = Duration.ofMinutes(1);

  private final Invocation invocation;

  @Parameters(
      paramLabel = "DATASET",
      arity = "0..*",
      description = "Names of datasets. Default: all of the project.")
  private List<String> datasets = new ArrayList<>();

  @Option(names = "--apply", description = "Apply the plan first, as 'moulin apply' does.")
  private boolean apply;

  @Option(
      names = "--detach",
      description = "Run in the background; ends when all is up. Stop it with 'moulin down'.")
  private boolean detach;

  @Option(
      names = "--every",
      paramLabel = "SECONDS",
      description =
          "Where there is no terminal: how often to say how all is when nothing changes. Default:"
              + " ${DEFAULT-VALUE}.")
  private int every = 10;

  @Option(names = "--json", description = "One JSON object a line, at each change and commit.")
  private boolean json;

  UpCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    Console console = invocation.console();
    Console people = json ? console.aside() : console;
    if (detach) {
      return new Detached(invocation, console).start(arguments());
    }
    try (Session session = invocation.open(Need.BROKER, Need.CATALOG, Need.ENGINE)) {
      if (session.owner().isPresent()) {
        throw alreadyUp(session.owner().get());
      }
      KeepingUp keepingUp = invocation.operations().keepingUp();
      keepingUp
          .tight(session.project())
          .ifPresent(what -> people.err().println(people.errStyle().yellow("warning ") + what));
      people.err().println("Starting the broker, the catalog and the engine");
      session.ready();
      if (apply) {
        apply(session, people);
      }
      try (Fleet fleet = keepingUp.start(session, datasets, invocation::project);
          Announcer.Announced announced =
              keepingUp.announce(session, "up", fleet.datasets(), fleet)) {
        return watch(fleet, console, people);
      }
    }
  }

  /** What the process in the background is called with. */
  private List<String> arguments() {
    List<String> arguments = new ArrayList<>(List.of("up"));
    arguments.addAll(datasets);
    if (apply) {
      arguments.add("--apply");
    }
    arguments.addAll(List.of("--every", String.valueOf(EVERY_IN_THE_BACKGROUND.toSeconds())));
    return arguments;
  }

  static MoulinException alreadyUp(Owner owner) {
    Owner.Card card = owner.card();
    return MoulinException.user(
        "already-up",
        "process %d has the project (%s)".formatted(card.pid(), card.doing()),
        "see it with 'moulin status', stop it with 'moulin down'");
  }

  private void apply(Session session, Console people) {
    Planning planning = invocation.operations().planning();
    Plan plan = planning.plan(session);
    if (!plan.empty()) {
      people.err().print(plan);
      planning.apply(session, plan, change -> {});
    }
  }

  private Integer watch(Fleet fleet, Console console, Console people) {
    LiveStatus first = fleet.status();
    people.err().println("Up until Ctrl-C:");
    people.err().println("  Kafka         " + first.broker());
    people.err().println("  Iceberg REST  " + first.catalog());
    boolean interrupted = false;
    try (LiveOutput output = output(console)) {
      do {
        output.show(fleet.status());
      } while (!fleet.allFailed() && !fleet.awaitStop(LOOK));
    } catch (InterruptedException e) {
      interrupted = true; // a signal: that is how it ends
    }
    boolean failed = !interrupted && fleet.allFailed();
    people
        .err()
        .println(
            "Stopping, behind a last commit: %d s at most, or at once by another Ctrl-C"
                .formatted(StopPatience.LAST_COMMITS.toSeconds()));
    LiveStatus last = fleet.stop(StopPatience.LAST_COMMITS);
    if (json) {
      console.out().println(Json.line(last));
    }
    last.datasets().forEach(dataset -> people.out().println(LiveText.line(dataset, last.at())));
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return exitCode(last, failed);
  }

  private LiveOutput output(Console console) {
    if (json) {
      return new LiveLines(console, LiveLines.Form.JSON, Duration.ofSeconds(every));
    }
    return console.outStyle() == Style.COLOURED
        ? new LiveView(console, console.terminal())
        : new LiveLines(console, LiveLines.Form.TEXT, Duration.ofSeconds(every));
  }

  private static int exitCode(LiveStatus last, boolean failed) {
    if (failed) {
      return ExitCode.EXTERNAL;
    }
    return last.datasets().stream().allMatch(LiveDataset::balanced) ? ExitCode.OK : ExitCode.CHECK;
  }
}
