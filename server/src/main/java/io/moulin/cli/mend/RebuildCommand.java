package io.moulin.cli.mend;

import io.moulin.cli.Invocation;
import io.moulin.cli.text.Console;
import io.moulin.cli.text.Json;
import io.moulin.control.Session;
import io.moulin.control.Session.Need;
import io.moulin.control.mend.FollowReport;
import io.moulin.control.mend.MendReport;
import io.moulin.control.mend.Mending.Rehearsal;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.MoulinException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
      "What is made of silver follows; with --history or --live it alone is made anew, from all rows of",
      "silver.",
      "",
      "Examples:",
      "  moulin rebuild taxi.green --dry-run",
      "  moulin rebuild taxi.green",
      "  moulin rebuild taxi.green --from 2024-01-01 --to 2024-01-02T06:00:00Z",
      "  moulin rebuild payments.subscriptions --history",
      "  moulin rebuild taxi.trips --live --dry-run"
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

  @Option(names = "--live", description = "Only the live aggregates, from silver.")
  private boolean live;

  @Option(names = "--dry-run", description = "Only tell what would change.")
  private boolean dryRun;

  @Option(names = "--json", description = "The last line of stdout is one JSON object.")
  private boolean json;

  public RebuildCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    Layer layer = layer();
    if (layer != null && (from != null || to != null)) {
      throw MoulinException.user(
          "bad-option",
          "--%s takes neither --from nor --to".formatted(layer.namespace()),
          "it is made of all rows of silver: leave them out");
    }
    Optional<Instant> first = MendText.time("--from", from);
    Optional<Instant> last = MendText.time("--to", to);
    try (Session session = invocation.open(Need.CATALOG)) {
      DatasetSpec spec = session.project().dataset(dataset);
      Rehearsal rehearsal = dryRun ? Rehearsal.YES : Rehearsal.NO;
      if (layer != null) {
        return told(invocation.operations().mending().rebuild(session, spec, layer, rehearsal));
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

  private @Nullable Layer layer() {
    if (history && live) {
      throw MoulinException.user(
          "bad-option", "--history and --live were both given", "run it once with each");
    }
    return history ? Layer.HISTORY : live ? Layer.LIVE : null;
  }

  private int told(List<FollowReport> reports) {
    Console console = json ? invocation.console().aside() : invocation.console();
    for (FollowReport report : reports) {
      console
          .out()
          .println(
              report.changed()
                  ? String.format(
                      Locale.ROOT,
                      "%s %s: %,d rows of %,d in silver",
                      dryRun ? "Would rebuild" : "Rebuilt",
                      report.table(),
                      report.written(),
                      report.rows())
                  : String.format(
                      Locale.ROOT,
                      "Nothing to do: %,d rows give what %s holds",
                      report.rows(),
                      report.table()));
    }
    if (json) {
      invocation.console().out().println(Json.line(Map.of("tables", reports)));
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
