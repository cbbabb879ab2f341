package io.moulin.cli;

import io.moulin.cli.text.BalanceText;
import io.moulin.cli.text.Console;
import io.moulin.cli.text.Json;
import io.moulin.cli.text.TextTable;
import io.moulin.control.BalanceReport;
import io.moulin.control.Recount;
import io.moulin.control.Session;
import io.moulin.control.Session.Need;
import io.moulin.spec.DatasetSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "balance",
    description = "Account for every row of a dataset, from the metadata of its tables alone.",
    footer = {
      "",
      "Examples:",
      "  moulin balance taxi.green",
      "  moulin balance taxi.green --deep        counts the rows themselves as well",
      "  moulin balance taxi.green --json"
    })
final class BalanceCommand implements Callable<Integer> {
  private static final int RECOUNTS = 5;

  private final Invocation invocation;

  @Parameters(
      paramLabel = "DATASET",
      arity = "0..*",
      description = "Names of datasets. Default: all of the project.")
  private List<String> datasets = new ArrayList<>();

  @Option(names = "--deep", description = "Count the rows of every table, and look for doubles.")
  private boolean deep;

  @Option(names = "--json", description = "One JSON object a dataset.")
  private boolean json;

  BalanceCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    Console console = invocation.console();
    try (Session session = invocation.open(Need.BROKER, Need.CATALOG)) {
      boolean right = true;
      String between = "";
      for (DatasetSpec spec : session.project().chosen(datasets)) {
        console.out().print(between);
        right &= balance(session, spec, console);
        between = json ? "" : System.lineSeparator();
      }
      return right ? ExitCode.OK : ExitCode.CHECK;
    }
  }

  private Recount recount(Session session, DatasetSpec spec, BalanceReport books) {
    return invocation.operations().recounting().recount(session, spec, books);
  }

  private boolean balance(Session session, DatasetSpec spec, Console console) {
    BalanceReport books = invocation.operations().balancing().balance(session, spec);
    Optional<Recount> recount =
        deep ? Optional.of(recount(session, spec, books)) : Optional.empty();
    for (int i = 0; i < RECOUNTS && recount.isPresent() && !recount.get().agrees(); i++) {
      // Beside a job that commits, the tables may have grown while they were counted.
      BalanceReport newer = invocation.operations().balancing().balance(session, spec);
      if (newer.consumed() == books.consumed()) {
        break;
      }
      books = newer;
      recount = Optional.of(recount(session, spec, books));
    }
    if (json) {
      console.out().println(Json.line(BalanceJson.of(books, recount)));
    } else {
      BalanceText.lines(books, console.outStyle()).forEach(console.out()::println);
      recount.ifPresent(found -> print(found, console));
    }
    return books.balanced() && recount.map(Recount::agrees).orElse(true);
  }

  private static void print(Recount recount, Console console) {
    console.out().println();
    console.out().println(console.outStyle().bold("Counted row by row"));
    TextTable table = new TextTable("", "ledger", "counted", "");
    recount
        .lines()
        .forEach(
            line ->
                table.row(
                    line.what(), line.ledger(), line.counted(), line.agrees() ? "ok" : "DIFFERS"));
    table.lines("  ", console.outStyle()).forEach(console.out()::println);
    console
        .out()
        .println(
            recount.agrees()
                ? console.outStyle().green("  The rows agree with the ledger.")
                : console.outStyle().red("  The rows do not agree with the ledger."));
  }

  /** The books as JSON. */
  record BalanceJson(
      String dataset,
      long consumed,
      long dead,
      long bronze,
      long quarantine,
      Map<String, Long> reasons,
      long duplicate,
      long lateFlagged,
      long lateRouted,
      long lateDropped,
      long filtered,
      long silver,
      BalanceReport.Resolved mended,
      boolean balanced,
      long waiting,
      Map<Integer, BalanceReport.Offsets> offsets,
      List<String> problems,
      @Nullable List<Recount.Line> recount) {
    static BalanceJson of(BalanceReport books, Optional<Recount> recount) {
      return new BalanceJson(
          books.dataset(),
          books.consumed(),
          books.dead(),
          books.bronze(),
          books.quarantine(),
          books.reasons(),
          books.duplicate(),
          books.lateFlagged(),
          books.lateRouted(),
          books.lateDropped(),
          books.filtered(),
          books.silver(),
          books.mended(),
          books.balanced() && recount.map(Recount::agrees).orElse(true),
          books.waiting(),
          books.offsets(),
          books.problems(),
          recount.map(Recount::lines).orElse(null));
    }
  }
}
