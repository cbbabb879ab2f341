package io.moulin.cli;

import io.moulin.cli.text.Console;
import io.moulin.cli.text.Json;
import io.moulin.cli.text.Style;
import io.moulin.cli.text.TextTable;
import io.moulin.control.Querying;
import io.moulin.control.Querying.Value;
import io.moulin.control.Session;
import io.moulin.spec.MoulinException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "query",
    description =
        "Answer SQL over the tables: bronze, silver, quarantine, dead_letters. Reads only.",
    footer = {
      "",
      "The SQL is DuckDB's. Columns that Moulin adds begin with an underscore.",
      "",
      "Examples:",
      "  moulin query \"SELECT count(*) FROM silver.trips\"",
      "  moulin query \"SELECT _reason, count(*) FROM quarantine.trips GROUP BY 1 ORDER BY 2 DESC\"",
      "  moulin query --format csv --limit 0 \"SELECT * FROM silver.trips\" > trips.csv",
      "  moulin query --as-of 2024-01-31T12:00:00Z \"SELECT count(*) FROM silver.trips\""
    })
final class QueryCommand implements Callable<Integer> {
  private static final long PEOPLE_READ = 100;

  private final Invocation invocation;

  /** How an answer looks. */
  enum Format {
    TABLE,
    CSV,
    JSON
  }

  @Parameters(paramLabel = "SQL", description = "A query that only reads.")
  private String sql = "";

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "table, csv, or json: one object a line. Default: table.")
  private Format format = Format.TABLE;

  @Option(names = "--json", description = "Short for --format json.")
  private boolean json;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Give at most N rows; 0 gives all. Default: 100 in a table, else all.")
  private @Nullable Long limit;

  @Option(
      names = "--as-of",
      paramLabel = "TIME|SNAPSHOT",
      description = "Read the tables as they were at a time, or a table at a snapshot.")
  private @Nullable String asOf;

  QueryCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    PrintStream out = invocation.console().out();
    Format chosen = json ? Format.JSON : format;
    try (Session session = invocation.open(Session.Need.CATALOG)) {
      switch (chosen) {
        case TABLE -> table(session, limit(PEOPLE_READ));
        case CSV -> query(session, limit(0), new CsvSink(out));
        case JSON -> query(session, limit(0), new JsonSink(out));
      }
      out.flush();
      return ExitCode.OK;
    }
  }

  private long limit(long byDefault) {
    long asked = limit == null ? byDefault : limit;
    if (asked < 0) {
      throw MoulinException.user("invalid-arguments", "--limit is " + asked, "0 gives all rows");
    }
    return asked == 0 ? Long.MAX_VALUE : asked;
  }

  private Querying.Answered query(Session session, long most, Querying.Sink sink) {
    return invocation
        .operations()
        .querying()
        .query(session, sql, Optional.ofNullable(asOf), most, sink);
  }

  private void table(Session session, long most) {
    TableSink sink = new TableSink();
    Querying.Answered answered = query(session, most, sink);
    Console console = invocation.console();
    sink.lines("", console.outStyle()).forEach(console.out()::println);
    String rows = answered.rows() == 1 ? "1 row" : "%,d rows".formatted(answered.rows());
    console
        .err()
        .println(
            console
                .errStyle()
                .faint(answered.truncated() ? rows + "; there are more: --limit N" : rows));
  }

  /** Takes an answer as a table. */
  static final class TableSink implements Querying.Sink {
    private @Nullable TextTable table;

    @Override
    public void columns(List<String> names) {
      table = new TextTable(names);
    }

    @Override
    public void row(List<@Nullable Value> values) {
      if (table == null) {
        throw new IllegalStateException("Cannot take a row before the columns");
      }
      List<String> cells = new ArrayList<>(values.size());
      for (Value value : values) {
        cells.add(value == null ? "NULL" : value.text());
      }
      table.row(cells);
    }

    List<String> lines(String indent, Style style) {
      return table == null ? List.of() : table.lines(indent, style);
    }
  }

  /** RFC 4180, where NULL is an empty field and an empty text is a quoted one. */
  private record CsvSink(PrintStream out) implements Querying.Sink {
    @Override
    public void columns(List<String> names) {
      out.println(names.stream().map(CsvSink::field).collect(Collectors.joining(",")));
    }

    @Override
    public void row(List<@Nullable Value> values) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < values.size(); i++) {
        Value value = values.get(i);
        line.append(i == 0 ? "" : ",").append(value == null ? "" : field(value.text()));
      }
      out.println(line);
    }

    private static String field(String text) {
      boolean quote = text.isEmpty() || text.chars().anyMatch(c -> ",\"\n\r".indexOf(c) >= 0);
      return quote ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }
  }

  /** One JSON object a line. */
  private static final class JsonSink implements Querying.Sink {
    private final PrintStream out;
    private List<String> names = List.of();

    JsonSink(PrintStream out) {
      this.out = out;
    }

    @Override
    public void columns(List<String> columns) {
      names = columns;
    }

    @Override
    public void row(List<@Nullable Value> values) {
      List<@Nullable String> json = new ArrayList<>(values.size());
      for (Value value : values) {
        json.add(value == null ? null : value.json());
      }
      out.println(Json.objectOf(names, json));
    }
  }
}
