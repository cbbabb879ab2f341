package io.moulin.cli.build;

import io.moulin.cli.ExitCode;
import io.moulin.cli.Invocation;
import io.moulin.cli.text.Console;
import io.moulin.cli.text.Json;
import io.moulin.control.Session;
import io.moulin.control.Session.Need;
import io.moulin.control.build.BuildSummary;
import io.moulin.control.build.Building;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes tables of tables. */
@Command(
    name = "build",
    description = {
      "Make tables of tables: seeds and models, in the order of their references.",
      "Only what changed is computed, and nothing is published before its checks let it through."
    },
    footer = {
      "",
      "Examples:",
      "  moulin build",
      "  moulin build --select +daily_revenue      with all that it is made of",
      "  moulin build --select silver.trips+       all that is made of a stream",
      "  moulin build --select tag:core --exclude 'dim_*' --full-refresh",
      "  moulin build --watch                      again when a stream, seed or model changes",
      "  moulin build --json | tail -n 1 | jq .checks_failed"
    })
public final class BuildCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private Selected selected = new Selected();

  @Option(
      names = "--full-refresh",
      description = "Compute everything, whether it changed or not; snapshots keep their versions.")
  private boolean fullRefresh;

  @Option(
      names = "--changed-only",
      description = "Only seeds and models whose own text differs from what was built last.")
  private boolean changedOnly;

  @Option(
      names = "--watch",
      paramLabel = "SECONDS",
      arity = "0..1",
      fallbackValue = "10",
      description =
          "Build again whenever what it is made of has changed, until Ctrl-C. SECONDS is how often to"
              + " look whether streams have changed; 10 when left out.")
  private @Nullable Integer watch;

  @Option(
      names = "--json",
      description = "The last line of stdout is one JSON object; with --watch one for each build.")
  private boolean json;

  public BuildCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    Console console = invocation.console();
    Console people = json ? console.aside() : console;
    if (watch != null) {
      return new BuildWatch(invocation, people, json)
          .watch(wanted(), Duration.ofSeconds(Math.max(1, watch)));
    }
    try (Session session = invocation.open(Need.CATALOG)) {
      BuildSummary summary = build(invocation, session, wanted(), people);
      if (json) {
        console.out().println(Json.line(BuildJson.of(summary)));
      }
      return summary.good() ? ExitCode.OK : ExitCode.CHECK;
    }
  }

  private Building.Wanted wanted() {
    return new Building.Wanted(selected.terms(), selected.excluded(), fullRefresh, changedOnly);
  }

  static void print(BuildSummary.Made made, Console people) {
    String line = BuildText.line(made, people.outStyle());
    if (!line.isEmpty()) {
      people.out().println(line);
    }
  }

  /** Builds with a line for each table, and says what came of it. */
  public static BuildSummary build(
      Invocation invocation, Session session, Building.Wanted wanted, Console people) {
    BuildSummary summary =
        invocation.operations().building().build(session, wanted, made -> print(made, people));
    BuildText.lines(summary, people.outStyle()).forEach(people.out()::println);
    return summary;
  }
}
