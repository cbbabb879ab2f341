package io.moulin.cli.build;

import io.moulin.cli.ExitCode;
import io.moulin.cli.Invocation;
import io.moulin.cli.text.Console;
import io.moulin.cli.text.Json;
import io.moulin.control.Session;
import io.moulin.control.Session.Need;
import io.moulin.control.build.BuildSummary;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes checks on what is published. */
@Command(
    name = "check-data",
    description = "Make the checks on what is published, and build nothing.",
    footer = {
      "",
      "What came of checks is kept in checks.results, failing rows in checks.failures.",
      "",
      "Examples:",
      "  moulin check-data",
      "  moulin check-data --select silver.trips,marts",
      "  moulin query \"SELECT * FROM checks.results WHERE result <> 'passed'\""
    })
public final class CheckDataCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private Selected selected = new Selected();

  @Option(names = "--json", description = "The last line of stdout is one JSON object.")
  private boolean json;

  public CheckDataCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    Console console = invocation.console();
    Console people = json ? console.aside() : console;
    try (Session session = invocation.open(Need.CATALOG)) {
      BuildSummary summary =
          invocation
              .operations()
              .building()
              .checkData(session, selected.terms(), selected.excluded());
      BuildText.lines(summary, people.outStyle()).forEach(people.out()::println);
      if (json) {
        console.out().println(Json.line(BuildJson.of(summary)));
      }
      return summary.good() ? ExitCode.OK : ExitCode.CHECK;
    }
  }
}
