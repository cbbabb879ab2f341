package io.moulin.cli;

import io.moulin.cli.text.Console;
import io.moulin.cli.text.Json;
import io.moulin.cli.text.LiveFrame;
import io.moulin.cli.text.LiveText;
import io.moulin.cli.text.TextTable;
import io.moulin.control.Describing.DatasetStatus;
import io.moulin.control.Describing.TableSnapshot;
import io.moulin.control.Session;
import io.moulin.control.Session.Need;
import io.moulin.control.live.FollowedTable;
import io.moulin.control.live.LiveStatus;
import io.moulin.control.live.Owner;
import io.moulin.plan.Actual.ActualTable;
import io.moulin.spec.PartitionSpec;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands that show what there is. */
final class TableCommands {
  private TableCommands() {}

  @Command(
      name = "status",
      description = {
        "Show how every dataset stands: its topic, what waits there, its tables.",
        "Beside a running 'moulin up' it shows what that keeps running."
      },
      footer = {"", "Examples:", "  moulin status", "  moulin status --json"})
  static final class StatusCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Option(names = "--json", description = "One JSON object on stdout.")
    private boolean json;

    StatusCommand(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() {
      Console console = invocation.console();
      try (Session session = invocation.open(Need.BROKER, Need.CATALOG)) {
        Optional<LiveStatus> live =
            session.owner().map(Owner::status).filter(status -> !status.datasets().isEmpty());
        if (live.isPresent()) {
          return show(live.get(), console);
        }
        List<DatasetStatus> all = invocation.operations().describing().status(session);
        if (json) {
          List<StatusJson> datasets = all.stream().map(StatusJson::of).toList();
          console
              .out()
              .println(Json.line(new ProjectJson(session.project().spec().name(), datasets)));
          return ExitCode.OK;
        }
        if (all.isEmpty()) {
          console
              .out()
              .println("No datasets yet. Make one: moulin scaffold --from FILE --name NAME");
        }
        all.forEach(status -> print(status, console));
        return ExitCode.OK;
      }
    }

    /** The same as the view of the process that keeps the datasets running. */
    private int show(LiveStatus status, Console console) {
      if (json) {
        console.out().println(Json.line(status));
      } else {
        LiveFrame.lines(status, console.outStyle()).forEach(console.out()::println);
      }
      return ExitCode.OK;
    }

    private static void print(DatasetStatus status, Console console) {
      console.out().println(console.outStyle().bold(status.dataset().name()));
      TextTable table = new TextTable("", "", "");
      table.row(
          "topic " + status.dataset().source().topic(),
          status.topic().isEmpty() ? "none" : status.records(),
          status.topic().isEmpty() ? "run 'moulin apply'" : waiting(status));
      for (ActualTable actual : status.tables()) {
        String behind =
            status.followed().stream()
                .filter(followed -> followed.name().equals(actual.fullName()))
                .map(LiveText::behind)
                .findFirst()
                .orElse("");
        table.row("table " + actual.fullName(), actual.rows(), behind);
      }
      table.lines("  ", console.outStyle()).forEach(console.out()::println);
    }

    private static String waiting(DatasetStatus status) {
      return status.waiting() == 0 ? "all read" : "%,d wait".formatted(status.waiting());
    }

    /** A project as JSON. */
    record ProjectJson(String project, List<StatusJson> datasets) {}

    /** A dataset as JSON. */
    record StatusJson(
        String dataset,
        String topic,
        long records,
        long waiting,
        List<RowsJson> tables,
        List<FollowedTable> followed) {
      static StatusJson of(DatasetStatus status) {
        return new StatusJson(
            status.dataset().name(),
            status.dataset().source().topic(),
            status.records(),
            status.waiting(),
            status.tables().stream()
                .map(table -> new RowsJson(table.fullName(), table.rows()))
                .toList(),
            status.followed());
      }
    }

    /** How much a table holds, as JSON. */
    record RowsJson(String name, long rows) {}
  }

  /** A table as JSON. */
  record TableJson(String name, long rows, List<ColumnJson> columns, List<String> partition) {
    static TableJson of(ActualTable table) {
      return new TableJson(
          table.fullName(),
          table.rows(),
          table.fields().stream()
              .map(
                  field ->
                      new ColumnJson(
                          field.name(), field.type().toString(), field.required(), field.doc()))
              .toList(),
          table.partition().stream().map(PartitionSpec::toString).toList());
    }
  }

  /** A column as JSON. */
  record ColumnJson(String name, String type, boolean required, String doc) {}

  @Command(
      name = "tables",
      description = "List the tables, or show the columns of one with their types and docs.",
      footer = {"", "Examples:", "  moulin tables", "  moulin tables silver.trips"})
  static final class TablesCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(
        paramLabel = "NAME",
        arity = "0..1",
        description = "Full name of a table, for example silver.trips.")
    private @Nullable String name;

    @Option(names = "--json", description = "One JSON object a table.")
    private boolean json;

    TablesCommand(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() {
      try (Session session = invocation.open(Need.CATALOG)) {
        List<ActualTable> tables =
            name == null
                ? invocation.operations().describing().tables(session)
                : List.of(invocation.operations().describing().table(session, name));
        Console console = invocation.console();
        if (json) {
          tables.forEach(table -> console.out().println(Json.line(TableJson.of(table))));
        } else if (name == null) {
          list(tables).lines("", console.outStyle()).forEach(console.out()::println);
        } else {
          show(tables.get(0), console);
        }
        return ExitCode.OK;
      }
    }

    private static TextTable list(List<ActualTable> tables) {
      TextTable text = new TextTable("table", "rows", "columns", "partitioned by");
      for (ActualTable table : tables) {
        text.row(table.fullName(), table.rows(), table.fields().size(), partition(table));
      }
      return text;
    }

    private static void show(ActualTable table, Console console) {
      String by = partition(table);
      console
          .out()
          .println(
              "%s: %,d rows%s"
                  .formatted(
                      console.outStyle().bold(table.fullName()),
                      table.rows(),
                      by.isEmpty() ? "" : ", partitioned by " + by));
      TextTable text = new TextTable("column", "type", "", "doc");
      table
          .fields()
          .forEach(
              field ->
                  text.row(
                      field.name(), field.type(), field.required() ? "required" : "", field.doc()));
      text.lines("", console.outStyle()).forEach(console.out()::println);
    }

    private static String partition(ActualTable table) {
      return table.partition().stream()
          .map(PartitionSpec::toString)
          .collect(Collectors.joining(", "));
    }
  }

  @Command(
      name = "snapshots",
      description = "List the snapshots of a table, oldest first.",
      footer = {
        "",
        "Examples:",
        "  moulin snapshots silver.trips",
        "  moulin query --as-of ID \"SELECT count(*) FROM silver.trips\""
      })
  static final class SnapshotsCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(paramLabel = "NAME", description = "Full name of a table.")
    private String name = "";

    @Option(names = "--json", description = "One JSON object a snapshot.")
    private boolean json;

    SnapshotsCommand(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() {
      Console console = invocation.console();
      try (Session session = invocation.open(Need.CATALOG)) {
        List<TableSnapshot> all = invocation.operations().describing().snapshots(session, name);
        if (json) {
          all.forEach(snapshot -> console.out().println(Json.line(SnapshotJson.of(snapshot))));
          return ExitCode.OK;
        }
        TextTable text = new TextTable("snapshot", "at", "operation", "added", "total", "offsets");
        for (TableSnapshot snapshot : all) {
          text.row(
              Long.toString(snapshot.id()),
              snapshot.at(),
              snapshot.operation(),
              snapshot.added(),
              snapshot.total(),
              snapshot.token().replaceFirst("^.*@", ""));
        }
        text.lines("", console.outStyle()).forEach(console.out()::println);
        if (all.isEmpty()) {
          console.out().println("No snapshots yet: nothing was committed to " + name);
        }
        return ExitCode.OK;
      }
    }

    /** A snapshot as JSON. */
    record SnapshotJson(
        long id, String at, String operation, long added, long total, String token) {
      static SnapshotJson of(TableSnapshot snapshot) {
        return new SnapshotJson(
            snapshot.id(),
            snapshot.at().toString(),
            snapshot.operation(),
            snapshot.added(),
            snapshot.total(),
            snapshot.token());
      }
    }
  }
}
