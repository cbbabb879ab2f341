package io.moulin.cli;

import io.moulin.cli.build.BuildCommand;
import io.moulin.cli.text.BalanceText;
import io.moulin.cli.text.Console;
import io.moulin.cli.text.Json;
import io.moulin.cli.text.RunJson;
import io.moulin.control.Describing.Addresses;
import io.moulin.control.Loading;
import io.moulin.control.Loading.Loaded;
import io.moulin.control.Querying;
import io.moulin.control.RunReport;
import io.moulin.control.Running;
import io.moulin.control.Session;
import io.moulin.control.Session.Need;
import io.moulin.control.build.Building;
import io.moulin.control.live.Announcer;
import io.moulin.control.start.Demonstrating;
import io.moulin.plan.Plan;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.MoulinException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "demo",
    description = {
      "From a generated file of taxi trips to answers, in one process.",
      "It starts a broker, an engine and a catalog, makes the tables, moves the trips through,",
      "balances the books and builds the models. The trips are disordered, some twice, some wrong, some no JSON at all."
    },
    footer = {
      "",
      "Examples:",
      "  moulin demo",
      "  moulin demo --again                       the same trips once more: silver stays",
      "  moulin demo --rows 1000000 --dir big --keep",
      "  moulin demo --json | tail -n 1 | jq .balanced"
    })
final class DemoCommand implements Callable<Integer> {
  private static final Path DEFAULT_DIR = Path.of("moulin-demo");

  private final Invocation invocation;

  @Option(
      names = "--rows",
      paramLabel = "N",
      description = "Lines of the file. Default: ${DEFAULT-VALUE}.")
  private long rows = 100_000;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "The same seed makes the same trips. Default: ${DEFAULT-VALUE}.")
  private long seed = 42;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Folder of the project, as is -C. Default: moulin-demo.")
  private @Nullable Path given;

  // The folder that was given, or the default.
  private Path dir = DEFAULT_DIR;

  @Option(names = "--again", description = "Load the same trips once more.")
  private boolean again;

  @Option(names = "--keep", description = "Stay up until Ctrl-C, for other programs to connect.")
  private boolean keep;

  @Option(names = "--json", description = "The last line of stdout is one JSON object.")
  private boolean json;

  DemoCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    if (rows < 1) {
      throw MoulinException.user(
          "invalid-arguments", "--rows is " + rows, "give a number above 0, for example 100000");
    }
    dir = given == null ? invocation.givenFolder().orElse(DEFAULT_DIR) : given;
    Console console = invocation.console();
    Console people = json ? console.aside() : console;
    Demonstrating demonstrating = invocation.operations().demonstrating();
    Path folder = dir.toAbsolutePath().normalize();
    demonstrating.prepare(folder);
    invocation.enter(folder);
    try (Session session = invocation.open(Need.BROKER, Need.CATALOG, Need.ENGINE)) {
      step(people, "Project in " + dir + ": broker, catalog and engine start in this process");
      Path file = demonstrating.trips(folder, rows, seed);
      double start = session.ready();
      DatasetSpec dataset = session.project().dataset(Demonstrating.DATASET);
      apply(session, people);
      Loaded loaded = load(session, dataset, file, people);
      RunReport run = RunCommand.run(invocation, session, dataset, Running.End.CAUGHT_UP, people);
      people.out().println();
      BalanceText.lines(run.balance(), people.outStyle()).forEach(people.out()::println);
      people.out().println();
      // A folder that was a project before may have no models.
      boolean good =
          session.project().modelCount() == 0
              || BuildCommand.build(invocation, session, Building.Wanted.ALL, people).good();
      double query = answer(session, people);
      next(session, dataset, people);
      if (json) {
        RunJson.Seconds seconds = RunJson.Seconds.of(start, loaded.seconds(), run.seconds(), query);
        console.out().println(Json.line(RunJson.of(run.balance(), seconds)));
      }
      if (keep) {
        stay(session, dataset, people);
      }
      return good ? RunCommand.exitCode(run.balance()) : ExitCode.CHECK;
    }
  }

  private static void step(Console console, String what) {
    console.out().println(what);
  }

  private void apply(Session session, Console people) {
    Plan plan = invocation.operations().planning().plan(session);
    if (!plan.empty()) {
      invocation.operations().planning().apply(session, plan, change -> {});
      step(people, "Applied the plan: " + plan.changes().size() + " topics and tables");
    }
  }

  private Loaded load(Session session, DatasetSpec dataset, Path file, Console people) {
    Loading.Request request =
        new Loading.Request(
            dataset,
            file,
            new Loading.Speed.Burst(),
            0,
            again ? Loading.Repeat.AGAIN : Loading.Repeat.SKIP);
    return LoadCommand.load(invocation, session, request, people);
  }

  private double answer(Session session, Console people) {
    long begin = System.nanoTime();
    for (Demonstrating.Question question : invocation.operations().demonstrating().questions()) {
      QueryCommand.TableSink sink = new QueryCommand.TableSink();
      Querying.Answered answered =
          invocation
              .operations()
              .querying()
              .query(session, question.sql(), Optional.empty(), 20, sink);
      people.out().println();
      people.out().println(people.outStyle().bold(question.title()));
      if (answered.rows() == 0) {
        people.out().println("  (no rows)");
      }
      sink.lines("  ", people.outStyle()).forEach(people.out()::println);
    }
    return (System.nanoTime() - begin) / 1e9;
  }

  private void next(Session session, DatasetSpec dataset, Console people) {
    Addresses addresses =
        invocation
            .operations()
            .describing()
            .addresses(session, dataset.table(Layer.SILVER).fullName());
    PrintStream out = people.out();
    out.println();
    out.println(people.outStyle().bold("Where things are"));
    out.println("  manifest  " + dir.resolve(dataset.at().file()));
    out.println("  silver    " + addresses.warehouse().replaceFirst("^file:(//)?", ""));
    out.println("  logs      " + dir.resolve(".moulin/logs"));
    out.println();
    out.println(people.outStyle().bold("What to try next"));
    String program = "  " + people.program();
    String inside = " -C " + dir;
    out.println(
        program + " demo --again" + shownDir() + "   the same trips once more: silver stays");
    out.println(program + " balance" + inside + " --deep");
    out.println(program + " build" + inside + "   once more: nothing has changed");
    out.println(program + " query" + inside + " \"SELECT * FROM quarantine.trips LIMIT 5\"");
    out.println(program + " snapshots" + inside + " silver.trips");
    out.println(program + " init shop   a project of your own");
  }

  private String shownDir() {
    return dir.equals(DEFAULT_DIR) ? "" : " --dir " + dir;
  }

  private void stay(Session session, DatasetSpec dataset, Console people) {
    Addresses addresses =
        invocation
            .operations()
            .describing()
            .addresses(session, dataset.table(Layer.SILVER).fullName());
    people.err().println();
    people.err().println("Up until Ctrl-C:");
    addresses.lines().forEach(people.err()::println);
    try (Announcer.Announced announced =
        invocation.operations().keepingUp().announce(session, "demo", List.of())) {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      people.err().println(String.format(Locale.ROOT, "%nStopping."));
    }
  }
}
