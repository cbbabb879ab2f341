package io.moulin.cli.mend;

import io.moulin.cli.Invocation;
import io.moulin.cli.text.Console;
import io.moulin.cli.text.Json;
import io.moulin.control.Session;
import io.moulin.control.Session.Need;
import io.moulin.control.mend.HistoryReport;
import io.moulin.control.mend.MendReport;
import io.moulin.control.mend.Mending.Rehearsal;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.MoulinException;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code moulin rebuild}. */
@Command(
    name = "rebuild",
    description = "Compute silver, quarantine and the late rows anew from bronze.",
    footer = {
      "",
      "It applies the rules of now to every row that was ever read. A stream may go on beside it.",
      "Discarded rows stay discarded, patched rows stay patched. Where the result is what the tables",
      "hold already, nothing is changed. The snapshots before it stay for time travel.",
      "A history of the dataset follows; with --history it alone is made anew, from all rows of silver.",
      "",
      "Examples:",
      "  moulin rebuild taxi.green --dry-run",
      "  moulin rebuild taxi.green",
      "  moulin rebuild taxi.green --from 2024-01-01 --to 2024-01-02T06:00:00Z",
      "  moulin rebuild payments.subscriptions --history"
    })
public final class RebuildCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "DATASET", description = "Name of the dataset.")
  private String dataset = "";

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description = "Only rows whose record is not older: a date, or an instant in UTC.")
  private @Nullable String from;

  @Option(names = "--to", paramLabel = "TIME", description = "Only rows whose record is older.")
  private @Nullable String to;

  @Option(names = "--history", description = "Only the history, from silver.")
  private boolean history;

  @Option(names = "--dry-run", description = "Only tell what would change.")
  private boolean dryRun;

  @Option(names = "--json", description = "The last line of stdout is one JSON object.")
  private boolean json;

  public RebuildCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    if (history && (from != null || to != null)) {
      throw MoulinException.user(
          "bad-option",
          "--history takes neither --from nor --to",
          "a version may begin with any row: leave them out");
    }
    Optional<Instant> first = MendText.time("--from", from);
    Optional<Instant> last = MendText.time("--to", to);
    try (Session session = invocation.open(Need.CATALOG)) {
      DatasetSpec spec = session.project().dataset(dataset);
      Rehearsal rehearsal = dryRun ? Rehearsal.YES : Rehearsal.NO;
      if (history) {
        return told(invocation.operations().mending().rebuildHistory(session, spec, rehearsal));
      }
      MendReport report =
          invocation.operations().mending().rebuild(session, spec, first, last, rehearsal);
      Console console = json ? invocation.console().aside() : invocation.console();
      console.out().println(said(report));
      if (report.changed()) {
        MendText.books(report, console);
      }
      if (json) {
        MendText.json(report, invocation.console());
      }
      return 0;
    }
  }

  private int told(HistoryReport report) {
    Console console = json ? invocation.console().aside() : invocation.console();
    console
        .out()
        .println(
            report.changed()
                ? String.format(
                    Locale.ROOT,
                    "%s the history: %,d versions of %,d rows",
                    dryRun ? "Would rebuild" : "Rebuilt",
                    report.versions(),
                    report.rows())
                : String.format(
                    Locale.ROOT,
                    "Nothing to do: %,d rows give what the history holds",
                    report.rows()));
    if (json) {
      invocation.console().out().println(Json.line(report));
    }
    return 0;
  }

  private String said(MendReport report) {
    if (!report.changed()) {
      return String.format(
          Locale.ROOT, "Nothing to do: %,d rows give what the tables hold", report.rows());
    }
    return String.format(
        Locale.ROOT, dryRun ? "Would rebuild %,d rows" : "Rebuilt %,d rows", report.rows());
  }
}
