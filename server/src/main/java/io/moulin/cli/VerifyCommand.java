package io.moulin.cli;

import io.moulin.cli.text.Console;
import io.moulin.cli.text.Json;
import io.moulin.cli.text.TextTable;
import io.moulin.cli.text.VerifyJson;
import io.moulin.control.Project;
import io.moulin.control.ProjectFolder;
import io.moulin.control.proof.VerifyReport;
import io.moulin.control.proof.VerifyRequest;
import io.moulin.spec.MoulinException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "verify",
    description = {
      "Prove that a project loses and doubles nothing, whatever happens to it.",
      "It runs a copy of the project as a process of its own, feeds it, and hurts it again and",
      "again: kill -9 at any moment, deaths within a commit and within recovery, lost answers of the",
      "catalog, a full disk, a broker that goes away. Then it compares every table, row by row, with",
      "one that was never disturbed. Your own tables and topics are not touched."
    },
    footer = {
      "",
      "Examples:",
      "  moulin verify                                      10 times, 60,000 generated rows",
      "  moulin verify shop --dataset shop.orders --input orders.jsonl",
      "  moulin verify --kills 100 --rows 3000000 --seed 7",
      "  moulin verify --json | jq '.lost + .doubled'"
    })
final class VerifyCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(
      paramLabel = "DIR",
      arity = "0..1",
      description = "Folder of the project, as is -C. Default: the nearest one above.")
  private @Nullable Path dir;

  @Option(
      names = "--kills",
      paramLabel = "N",
      description = "How often to hurt it. Default: ${DEFAULT-VALUE}.")
  private int kills = 10;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description =
          "The same seed hurts in the same ways and makes the same rows. Default: a new one.")
  private @Nullable Long seed;

  @Option(
      names = "--rows",
      paramLabel = "N",
      description = "Lines of input to generate, over all datasets. Default: ${DEFAULT-VALUE}.")
  private long rows = 60_000;

  @Option(
      names = "--dataset",
      paramLabel = "NAME",
      description = "Dataset to verify; may be given several times. Default: all of the project.")
  private List<String> datasets = new ArrayList<>();

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description = "A file to load into the only dataset, instead of generated rows.")
  private @Nullable Path input;

  @Option(names = "--keep", description = "Keep the copy of the project, its logs and its tables.")
  private boolean keep;

  @Option(names = "--json", description = "The last line of stdout is one JSON object.")
  private boolean json;

  VerifyCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    Console console = invocation.console();
    Console people = json ? console.aside() : console;
    if (dir != null) {
      invocation.enter(ProjectFolder.locate(Optional.of(dir)));
    }
    if (input != null && !Files.isRegularFile(input)) {
      throw MoulinException.user(
          "file-not-found", "there is no file " + input, "give a file of rows to --input");
    }
    Project project = invocation.project();
    VerifyRequest request =
        new VerifyRequest(
            project,
            project.chosen(datasets),
            kills,
            seed == null ? System.nanoTime() & 0xFFFFFF : seed,
            rows,
            Optional.ofNullable(input),
            keep ? VerifyRequest.Scratch.KEPT : VerifyRequest.Scratch.REMOVED);
    VerifyReport report =
        invocation
            .operations()
            .verifying()
            .verify(request, step -> people.err().println("  " + step));
    print(report, people);
    if (json) {
      console.out().println(Json.line(VerifyJson.of(report)));
    }
    return report.proven() ? ExitCode.OK : ExitCode.CHECK;
  }

  private void print(VerifyReport report, Console console) {
    PrintStream out = console.out();
    out.println();
    TextTable kinds = new TextTable("what happened to it", "times");
    report.kinds().forEach(kinds::row);
    kinds.lines("  ", console.outStyle()).forEach(out::println);
    out.println();
    TextTable tables = new TextTable("what is there", "rows", "lost", "doubled", "changed");
    report
        .tables()
        .forEach(
            (name, table) ->
                tables.row(name, table.rows(), table.lost(), table.doubled(), table.changed()));
    tables.lines("  ", console.outStyle()).forEach(out::println);
    out.println();
    VerifyReport.Recovery recovery = report.recovery();
    out.println(
        String.format(
            Locale.ROOT,
            "  Committed again after %.1f s (median of %d), %.1f s at most; %.0f s in all, seed %d",
            recovery.p50(),
            recovery.times(),
            recovery.max(),
            report.seconds(),
            report.seed()));
    report.problems().forEach(problem -> out.println("  " + problem));
    if (keep) {
      out.println("  The copy is in " + report.scratch());
    }
    out.println(
        report.proven()
            ? console.outStyle().green("Nothing is lost, nothing is doubled.")
            : console.outStyle().red("Not proven.")
                + " Verify again with --seed "
                + report.seed()
                + " --keep");
  }
}
