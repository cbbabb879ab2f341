package io.moulin.cli;

import io.moulin.cli.text.Console;
import io.moulin.cli.text.Json;
import io.moulin.cli.text.Style;
import io.moulin.control.Session;
import io.moulin.control.Session.Need;
import io.moulin.control.Validating.Finding;
import io.moulin.control.Validating.Stage;
import io.moulin.control.Validating.Validation;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.MoulinException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "validate",
    description = "The smoke test: services, last run, rows, silver. Zero rows never pass.",
    footer = {"", "Examples:", "  moulin validate", "  moulin validate taxi.trips --json"})
final class ValidateCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(
      paramLabel = "DATASET",
      arity = "0..1",
      description = "Name of the dataset. Default: all.")
  private @Nullable String dataset;

  @Option(names = "--json", description = "One JSON object on stdout.")
  private boolean json;

  ValidateCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    Console console = invocation.console();
    try (Session session = invocation.open(Need.BROKER, Need.CATALOG, Need.ENGINE)) {
      List<DatasetSpec> datasets =
          dataset == null
              ? session.project().spec().datasets()
              : List.of(session.project().dataset(dataset));
      if (datasets.isEmpty()) {
        throw MoulinException.check(
            "nothing-to-validate",
            "the project has no dataset, and nothing never passes",
            "make one: moulin scaffold --from FILE --name NAME");
      }
      List<Validation> all = new ArrayList<>();
      for (DatasetSpec each : datasets) {
        Validation validation = invocation.operations().validating().validate(session, each);
        all.add(validation);
        if (!json) {
          print(validation, console);
        }
      }
      boolean ok = all.stream().allMatch(Validation::ok);
      if (json) {
        console.out().println(Json.line(new ValidationsJson(ok, all)));
      }
      return ok ? ExitCode.OK : ExitCode.CHECK;
    }
  }

  private static void print(Validation validation, Console console) {
    Style style = console.outStyle();
    console.out().println(style.bold(validation.dataset()));
    int number = 1;
    for (Stage stage : validation.stages()) {
      console.out().println("  " + number++ + " " + stage.name());
      for (Finding finding : stage.findings()) {
        String mark = finding.ok() ? style.green("ok  ") : style.red("FAIL");
        console.out().println("    " + mark + " " + finding.what());
      }
    }
    console.out().println(validation.ok() ? style.green("  valid") : style.red("  not valid"));
  }

  /** All validations as JSON. */
  record ValidationsJson(boolean ok, List<Validation> datasets) {}
}
