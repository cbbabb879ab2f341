package io.moulin.cli;

import io.moulin.cli.text.Console;
import io.moulin.cli.text.Json;
import io.moulin.control.Planning;
import io.moulin.control.Session;
import io.moulin.control.Session.Need;
import io.moulin.control.live.ApplyReport;
import io.moulin.control.live.Owner;
import io.moulin.plan.Carry;
import io.moulin.plan.Change;
import io.moulin.plan.Plan;
import io.moulin.plan.Refusal;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The commands that compare what is declared with what exists. */
final class PlanCommands {
  private PlanCommands() {}

  /** A plan as JSON. */
  record PlanJson(
      String id,
      int create,
      int change,
      List<ChangeJson> changes,
      List<RefusalJson> refused,
      List<Carry> carried) {
    static PlanJson of(Plan plan) {
      int created = (int) plan.changes().stream().filter(Change::creates).count();
      return new PlanJson(
          plan.id(),
          created,
          plan.changes().size() - created,
          plan.changes().stream().map(ChangeJson::of).toList(),
          plan.refused().stream().map(RefusalJson::of).toList(),
          plan.carried());
    }
  }

  /** A change as JSON. */
  record ChangeJson(String dataset, String target, String what, String impact, String note) {
    static ChangeJson of(Change change) {
      return new ChangeJson(
          change.dataset(),
          change.target(),
          change.what(),
          change.impact().name().toLowerCase(Locale.ROOT),
          change.note());
    }
  }

  /** A refusal as JSON. */
  record RefusalJson(
      String dataset, String target, String what, String impact, String why, String fix) {
    static RefusalJson of(Refusal refusal) {
      return new RefusalJson(
          refusal.dataset(),
          refusal.target(),
          refusal.what(),
          refusal.impact().name().toLowerCase(Locale.ROOT),
          refusal.why(),
          refusal.fix());
    }
  }

  @Command(
      name = "plan",
      description = "Show what 'apply' would make or change, and the impact. Changes nothing.",
      footer = {"", "Examples:", "  moulin plan", "  moulin plan --json | jq .refused"})
  static final class PlanCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Option(names = "--json", description = "One JSON object on stdout.")
    private boolean json;

    PlanCommand(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() {
      try (Session session = invocation.open(Need.BROKER, Need.CATALOG)) {
        Plan plan = invocation.operations().planning().plan(session);
        if (json) {
          invocation.console().out().println(Json.line(PlanJson.of(plan)));
        } else {
          invocation.console().out().print(plan);
        }
        return plan.refused().isEmpty() ? ExitCode.OK : ExitCode.USER;
      }
    }
  }

  @Command(
      name = "apply",
      description = "Make what is declared and does not exist yet: topics, tables, columns.",
      footer = {
        "",
        "An apply that was interrupted goes on when it is run again; running it twice is the same",
        "as running it once. Changes that would break what exists are refused, with the way out.",
        "Beside a running 'moulin up' the jobs of changed datasets are stopped at a commit and go on",
        "with the new manifest; one that does not come up goes on with the former one.",
        "",
        "Example:",
        "  moulin apply"
      })
  static final class ApplyCommand implements Callable<Integer> {
    private final Invocation invocation;

    ApplyCommand(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() {
      Console console = invocation.console();
      try (Session session = invocation.open(Need.BROKER, Need.CATALOG)) {
        Planning planning = invocation.operations().planning();
        Plan plan = planning.plan(session);
        console.out().print(plan);
        if (plan.empty() && session.owner().isEmpty() && plan.carried().isEmpty()) {
          return ExitCode.OK;
        }
        Planning.Applied applied =
            planning.apply(
                session, plan, change -> console.err().println("  done: " + change.target()));
        applied.resumed().ifPresent(change -> console.err().println("  went on after: " + change));
        if (applied.changes() > 0) {
          console
              .out()
              .println(console.outStyle().green("Applied: ") + applied.changes() + " changes");
        }
        return session.owner().map(owner -> tell(owner, console)).orElse(ExitCode.OK);
      }
    }

    /** The owner keeps jobs running, which have to go on with what was applied. */
    private static int tell(Owner owner, Console console) {
      if (!owner.card().doing().equals("up")) {
        return ExitCode.OK;
      }
      ApplyReport report = owner.apply();
      for (ApplyReport.Item item : report.items()) {
        String said =
            "%s: %s%s"
                .formatted(
                    item.dataset(),
                    item.outcome().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    item.why().isEmpty() ? "" : ": " + item.why());
        if (item.ok()) {
          console.out().println(said);
        } else {
          console.err().println(console.errStyle().red("error not-taken-up: ") + said);
          console.err().println("  fix: mend the manifest, and run 'moulin apply' again");
        }
      }
      return report.ok() ? ExitCode.OK : ExitCode.CHECK;
    }
  }
}
