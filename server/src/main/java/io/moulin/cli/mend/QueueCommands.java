package io.moulin.cli.mend;

import io.moulin.cli.Invocation;
import io.moulin.cli.text.Console;
import io.moulin.cli.text.Json;
import io.moulin.cli.text.TextTable;
import io.moulin.control.Querying;
import io.moulin.control.Querying.Value;
import io.moulin.control.Session;
import io.moulin.control.Session.Need;
import io.moulin.control.mend.MendReport;
import io.moulin.control.mend.Mending.Choice;
import io.moulin.control.mend.Mending.Queue;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DatasetTables;
import io.moulin.spec.MoulinException;
import io.moulin.spec.Sql;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The commands over rows that wait for somebody: quarantine and dead letters. */
public final class QueueCommands {
  private static final String STATUS_OR_OPEN =
      "coalesce(%s, '%s')".formatted(DatasetTables.STATUS, DatasetTables.OPEN);

  private QueueCommands() {}

  /** {@code moulin quarantine}, with its commands. */
  public static CommandLine quarantine(Invocation invocation) {
    CommandLine parent = new CommandLine(new QuarantineCommand());
    parent.addSubcommand(new ListCommand(invocation, Queue.QUARANTINE));
    parent.addSubcommand(new ShowCommand(invocation, Queue.QUARANTINE));
    parent.addSubcommand(new BreakdownCommand(invocation, Queue.QUARANTINE));
    parent.addSubcommand(new ReplayCommand(invocation, Queue.QUARANTINE));
    parent.addSubcommand(new DiscardCommand(invocation, Queue.QUARANTINE));
    return parent;
  }

  /** {@code moulin dead-letters}, with its commands. */
  public static CommandLine deadLetters(Invocation invocation) {
    CommandLine parent = new CommandLine(new DeadLettersCommand());
    parent.addSubcommand(new ListCommand(invocation, Queue.DEAD_LETTERS));
    parent.addSubcommand(new ShowCommand(invocation, Queue.DEAD_LETTERS));
    parent.addSubcommand(new BreakdownCommand(invocation, Queue.DEAD_LETTERS));
    parent.addSubcommand(new ReplayCommand(invocation, Queue.DEAD_LETTERS));
    parent.addSubcommand(new DiscardCommand(invocation, Queue.DEAD_LETTERS));
    return parent;
  }

  @Command(
      name = "quarantine",
      description = "Look at quarantined rows, replay or discard them.",
      synopsisSubcommandLabel = "COMMAND",
      footer = {
        "",
        "Examples:",
        "  moulin quarantine breakdown taxi.green",
        "  moulin quarantine list taxi.green --reason FARE_NEGATIVE",
        "  moulin quarantine show taxi.green 0:17",
        "  moulin quarantine replay taxi.green --reason TOTAL_NEGATIVE    after its rule was changed",
        "  moulin quarantine replay taxi.green --patch mended.jsonl",
        "  moulin quarantine discard taxi.green --where \"fare_amount < -500\" --reason \"test rides\"",
        "",
        "A line of a patch file names its row and the values that replace its own, by their names on",
        "the wire: {\"_partition\": 0, \"_offset\": 17, \"fare_amount\": 12.5}"
      })
  static final class QuarantineCommand extends Parent {}

  @Command(
      name = "dead-letters",
      description = "Look at records that could not be decoded, replay or discard them.",
      synopsisSubcommandLabel = "COMMAND",
      footer = {
        "",
        "Examples:",
        "  moulin dead-letters breakdown taxi.green",
        "  moulin dead-letters list taxi.green",
        "  moulin dead-letters replay taxi.green --patch whole-records.jsonl",
        "  moulin dead-letters discard taxi.green --reason \"a load test\""
      })
  static final class DeadLettersCommand extends Parent {}

  /** Shows its help when no command is given. */
  private static class Parent implements Runnable {
    @Spec private @Nullable CommandSpec spec;

    @Override
    public void run() {
      if (spec != null) {
        spec.commandLine().usage(spec.commandLine().getOut());
      }
    }
  }

  /** Which rows are meant. */
  static final class Rows {
    @Parameters(index = "0", paramLabel = "DATASET", description = "Name of the dataset.")
    private String dataset = "";

    @Option(
        names = "--reason",
        paramLabel = "REASON",
        description = "Only rows that have this reason among theirs.")
    private @Nullable String reason;

    @Option(
        names = "--where",
        paramLabel = "SQL",
        description = "Only rows for which this is true: DuckDB SQL over the table's columns.")
    private @Nullable String where;

    Choice choice(Queue queue) {
      return new Choice(queue, Optional.ofNullable(reason), Optional.ofNullable(where));
    }

    String condition(Queue queue) {
      String column = queue == Queue.QUARANTINE ? DatasetTables.REASONS : DatasetTables.ERROR_TYPE;
      String because =
          reason == null
              ? "TRUE"
              : (queue == Queue.QUARANTINE ? "list_contains(%s, %s)" : "%s = %s")
                  .formatted(column, Sql.text(reason));
      return because + (where == null ? "" : " AND (" + where + "\n)");
    }
  }

  private static String name(Queue queue, DatasetSpec dataset) {
    return queue.table(dataset).replace("." + dataset.table(), "." + Sql.name(dataset.table()));
  }

  @Command(name = "list", description = "List rows, the newest first.")
  static final class ListCommand implements Callable<Integer> {
    private final Invocation invocation;
    private final Queue queue;

    @Mixin private final Rows rows = new Rows();

    @Option(
        names = "--status",
        paramLabel = "STATUS",
        description = "open, replayed, discarded or all. Default: open.")
    private String status = DatasetTables.OPEN;

    @Option(names = "--limit", paramLabel = "N", description = "Most rows. Default: 20.")
    private int limit = 20;

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    ListCommand(Invocation invocation, Queue queue) {
      this.invocation = invocation;
      this.queue = queue;
    }

    @Override
    public Integer call() {
      try (Session session = invocation.open(Need.CATALOG)) {
        DatasetSpec dataset = session.project().dataset(rows.dataset);
        String why =
            queue == Queue.QUARANTINE
                ? "array_to_string(_reasons, ', ') AS reasons"
                : "error_type, error_message";
        String sql =
            "SELECT _partition || ':' || _offset AS row, %s AS status, %s, _record_time AS record_time, _resolution AS resolution FROM %s WHERE %s AND %s ORDER BY _record_time DESC, _partition, _offset"
                .formatted(
                    STATUS_OR_OPEN,
                    why,
                    name(queue, dataset),
                    status.equals("all")
                        ? "TRUE"
                        : STATUS_OR_OPEN + " = " + Sql.text(status.toLowerCase(Locale.ROOT)),
                    rows.condition(queue));
        print(invocation, session, sql, limit, json);
        return 0;
      }
    }
  }

  @Command(name = "breakdown", description = "Count rows by reason and status.")
  static final class BreakdownCommand implements Callable<Integer> {
    private final Invocation invocation;
    private final Queue queue;

    @Mixin private final Rows rows = new Rows();

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    BreakdownCommand(Invocation invocation, Queue queue) {
      this.invocation = invocation;
      this.queue = queue;
    }

    @Override
    public Integer call() {
      try (Session session = invocation.open(Need.CATALOG)) {
        DatasetSpec dataset = session.project().dataset(rows.dataset);
        String sql =
            "SELECT %s AS reason, %s AS status, count(*) AS rows, min(_record_time) AS first, max(_record_time) AS last FROM %s WHERE %s GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2"
                .formatted(
                    queue == Queue.QUARANTINE ? DatasetTables.REASON : DatasetTables.ERROR_TYPE,
                    STATUS_OR_OPEN,
                    name(queue, dataset),
                    rows.condition(queue));
        print(invocation, session, sql, 1_000, json);
        return 0;
      }
    }
  }

  @Command(name = "show", description = "Show all of one row, as JSON.")
  static final class ShowCommand implements Callable<Integer> {
    private final Invocation invocation;
    private final Queue queue;

    @Parameters(index = "0", paramLabel = "DATASET", description = "Name of the dataset.")
    private String dataset = "";

    @Parameters(
        index = "1",
        paramLabel = "ROW",
        description = "Its place, PARTITION:OFFSET, as the list shows it.")
    private String row = "";

    ShowCommand(Invocation invocation, Queue queue) {
      this.invocation = invocation;
      this.queue = queue;
    }

    @Override
    public Integer call() {
      if (!row.matches("\\d{1,9}:\\d{1,18}")) {
        throw MoulinException.user(
            "bad-row", "'%s' is no place of a row".formatted(row), "write PARTITION:OFFSET");
      }
      try (Session session = invocation.open(Need.CATALOG)) {
        DatasetSpec spec = session.project().dataset(dataset);
        int colon = row.indexOf(':');
        long found =
            print(
                invocation,
                session,
                "SELECT * FROM %s WHERE _partition = %s AND _offset = %s"
                    .formatted(
                        name(queue, spec), row.substring(0, colon), row.substring(colon + 1)),
                1,
                true);
        if (found == 0) {
          throw MoulinException.user(
              "no-such-row",
              "%s has no row %s".formatted(queue.table(spec), row),
              "the list shows the places of rows");
        }
        return 0;
      }
    }
  }

  @Command(
      name = "replay",
      description =
          "Judge open rows again by the rules of now; those that pass go where they belong.",
      footer = {"", "Running it twice moves no row twice. A row that still fails stays."})
  static final class ReplayCommand implements Callable<Integer> {
    private final Invocation invocation;
    private final Queue queue;

    @Mixin private final Rows rows = new Rows();

    @Option(
        names = "--patch",
        paramLabel = "FILE",
        description = "JSON lines with values that replace those of rows; only these rows.")
    private @Nullable Path patch;

    @Option(names = "--json", description = "The last line of stdout is one JSON object.")
    private boolean json;

    ReplayCommand(Invocation invocation, Queue queue) {
      this.invocation = invocation;
      this.queue = queue;
    }

    @Override
    public Integer call() {
      try (Session session = invocation.open(Need.CATALOG)) {
        DatasetSpec dataset = session.project().dataset(rows.dataset);
        MendReport report =
            invocation
                .operations()
                .mending()
                .replay(session, dataset, rows.choice(queue), Optional.ofNullable(patch));
        say(invocation, report, "Replayed", json);
        return 0;
      }
    }
  }

  @Command(
      name = "discard",
      description = "Give open rows up. They stay in their table, with the reason and who did it.")
  static final class DiscardCommand implements Callable<Integer> {
    private final Invocation invocation;
    private final Queue queue;

    @Parameters(index = "0", paramLabel = "DATASET", description = "Name of the dataset.")
    private String dataset = "";

    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        required = true,
        description = "Why, for those who ask later.")
    private String why = "";

    @Option(
        names = "--where",
        paramLabel = "SQL",
        description = "Only rows for which this is true: DuckDB SQL over the table's columns.")
    private @Nullable String where;

    @Option(names = "--json", description = "The last line of stdout is one JSON object.")
    private boolean json;

    DiscardCommand(Invocation invocation, Queue queue) {
      this.invocation = invocation;
      this.queue = queue;
    }

    @Override
    public Integer call() {
      try (Session session = invocation.open(Need.CATALOG)) {
        DatasetSpec spec = session.project().dataset(dataset);
        Choice choice = new Choice(queue, Optional.empty(), Optional.ofNullable(where));
        MendReport report = invocation.operations().mending().discard(session, spec, choice, why);
        say(invocation, report, "Discarded", json);
        return 0;
      }
    }
  }

  private static void say(Invocation invocation, MendReport report, String did, boolean json) {
    Console console = json ? invocation.console().aside() : invocation.console();
    console
        .out()
        .println(
            report.rows() == 0
                ? "No open row is chosen: nothing to do"
                : String.format(Locale.ROOT, "%s %,d rows:", did, report.rows()));
    if (report.rows() > 0) {
      MendText.places(report, console);
    }
    if (json) {
      MendText.json(report, invocation.console());
    }
  }

  private static long print(
      Invocation invocation, Session session, String sql, long limit, boolean json) {
    Console console = invocation.console();
    Sink sink = new Sink(console, json);
    Querying.Answered answered =
        invocation.operations().querying().query(session, sql, Optional.empty(), limit, sink);
    sink.end();
    if (answered.truncated()) {
      console.err().println(console.errStyle().faint("There are more: --limit N"));
    }
    return answered.rows();
  }

  /** An answer as a table, or as JSON lines. */
  private static final class Sink implements Querying.Sink {
    private final Console console;
    private final boolean json;
    private List<String> names = List.of();
    private @Nullable TextTable table;

    Sink(Console console, boolean json) {
      this.console = console;
      this.json = json;
    }

    @Override
    public void columns(List<String> columns) {
      names = columns;
      table = new TextTable(columns);
    }

    @Override
    public void row(List<@Nullable Value> values) {
      if (json) {
        List<@Nullable String> cells = new ArrayList<>();
        values.forEach(value -> cells.add(value == null ? null : value.json()));
        console.out().println(Json.objectOf(names, cells));
      } else if (table != null) {
        List<String> cells = new ArrayList<>();
        values.forEach(value -> cells.add(value == null ? "" : value.text()));
        table.row(cells);
      }
    }

    void end() {
      if (!json && table != null) {
        table.lines("", console.outStyle()).forEach(console.out()::println);
      }
    }
  }
}
