package io.moulin.cli.mend;

import io.moulin.cli.Invocation;
import io.moulin.cli.text.Console;
import io.moulin.control.Session;
import io.moulin.control.Session.Need;
import io.moulin.control.mend.MendReport;
import io.moulin.control.mend.Mending.From;
import io.moulin.control.mend.Mending.History;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.MoulinException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code moulin replay}. */
@Command(
    name = "replay",
    description = "Read a stretch of the topic again that was read before.",
    footer = {
      "",
      "Records that bronze or the dead letters hold are left as they are; what is missing there is",
      "taken. With --rewind all tables of the dataset are rolled back to the last commit before that",
      "place, and the next run reads on from there, by the rules of now.",
      "",
      "Examples:",
      "  moulin replay taxi.green --from-offset 0:1200,1:900",
      "  moulin replay taxi.green --from-time 2024-01-31T12:00:00Z",
      "  moulin replay taxi.green --from-offset 0:1200 --rewind && moulin run taxi.green"
    })
public final class ReplayCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "DATASET", description = "Name of the dataset.")
  private String dataset = "";

  @Option(
      names = "--from-offset",
      paramLabel = "P:O[,P:O]",
      description = "First offset by partition; partitions that are left out are not read.")
  private @Nullable String fromOffset;

  @Option(
      names = "--from-time",
      paramLabel = "TIME",
      description = "First record time, for all partitions: a date, or an instant in UTC.")
  private @Nullable String fromTime;

  @Option(
      names = "--rewind",
      description = "Roll the tables back to that place; the next run reads on from there.")
  private boolean rewind;

  @Option(names = "--json", description = "The last line of stdout is one JSON object.")
  private boolean json;

  public ReplayCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    if ((fromOffset == null) == (fromTime == null)) {
      throw MoulinException.user(
          "from-where",
          fromOffset == null
              ? "It is not said from where the topic is to be read"
              : "Both an offset and a time are given",
          "give either --from-offset P:O or --from-time TIME");
    }
    From from = new From(Optional.ofNullable(fromOffset), MendText.time("--from-time", fromTime));
    try (Session session = invocation.open(Need.BROKER, Need.CATALOG)) {
      DatasetSpec spec = session.project().dataset(dataset);
      MendReport report =
          invocation
              .operations()
              .mending()
              .replay(session, spec, from, rewind ? History.REWIND : History.KEEP);
      Console console = json ? invocation.console().aside() : invocation.console();
      console.out().println(said(report));
      MendText.places(report, console);
      if (json) {
        MendText.json(report, invocation.console());
      }
      return 0;
    }
  }

  private String said(MendReport report) {
    if (rewind) {
      return report.changed()
          ? String.format(
              Locale.ROOT,
              "Rolled back: the next run of %s reads %,d records again",
              report.dataset(),
              report.rows())
          : "Nothing to do: these records were not read yet";
    }
    return String.format(
        Locale.ROOT,
        report.changed() ? "Read %,d records again:" : "Nothing to do: %,d records read again",
        report.rows());
  }
}
