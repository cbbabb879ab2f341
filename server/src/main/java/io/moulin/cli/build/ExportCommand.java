package io.moulin.cli.build;

import io.moulin.cli.ExitCode;
import io.moulin.cli.Invocation;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes a project in the form of another tool. */
@Command(name = "export", description = "Write the models in the form of another tool.")
public final class ExportCommand {
  private ExportCommand() {}

  /** The command with its subcommands. */
  public static CommandLine of(Invocation invocation) {
    return new CommandLine(new ExportCommand()).addSubcommand(new DbtCommand(invocation));
  }

  /** Writes a project for dbt. */
  @Command(
      name = "dbt",
      description = {
        "Write models, seeds and checks as a project for dbt with DuckDB.",
        "It reads the tables of the streams through the catalog of 'moulin up'."
      },
      footer = {
        "",
        "Example:",
        "  moulin export dbt --to dbt",
        "  moulin up --detach",
        "  cd dbt && cat README.md      # what to install, and how dbt is called"
      })
  static final class DbtCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Option(
        names = "--to",
        paramLabel = "DIR",
        description = "Folder to write to. Default: ${DEFAULT-VALUE}.")
    private Path folder = Path.of("dbt");

    DbtCommand(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() {
      int files = invocation.operations().exporting().dbt(invocation.project(), folder);
      invocation.console().out().println("Wrote " + files + " files to " + folder);
      return ExitCode.OK;
    }
  }
}
