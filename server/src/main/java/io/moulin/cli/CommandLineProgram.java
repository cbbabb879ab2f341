package io.moulin.cli;

import io.moulin.cli.build.BuildCommand;
import io.moulin.cli.build.CheckDataCommand;
import io.moulin.cli.build.DocsCommand;
import io.moulin.cli.build.ExportCommand;
import io.moulin.cli.mend.QueueCommands;
import io.moulin.cli.mend.RebuildCommand;
import io.moulin.cli.mend.ReplayCommand;
import io.moulin.cli.text.Console;
import io.moulin.cli.text.Style;
import io.moulin.control.Operations;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;

/** The program as its arguments drive it: finds the command, runs it, explains its failure. */
public final class CommandLineProgram {
  /** Where the text of help is wrapped. */
  static final int HELP_COLUMNS = 100;

  private final CommandLine root;
  private final Failures failures;

  public CommandLineProgram(Console console, Operations operations) {
    MoulinCommand options = new MoulinCommand();
    Invocation invocation = new Invocation(console, operations, options);
    failures = new Failures(console, invocation);
    root = new CommandLine(options);
    commands(invocation).forEach(root::addSubcommand);
    root.getSubcommands().values().forEach(CommandLineProgram::headings);
    root.setOut(writer(console.out()));
    root.setErr(writer(console.err()));
    root.setColorScheme(CommandLine.Help.defaultColorScheme(ansi(console)));
    root.setUsageHelpWidth(console.columns(HELP_COLUMNS));
    root.setCaseInsensitiveEnumValuesAllowed(true);
    root.setParameterExceptionHandler(failures::explainArguments);
    root.setExecutionExceptionHandler((failure, command, parsed) -> failures.explain(failure));
  }

  /** In the order in which help lists them. */
  private static List<Object> commands(Invocation invocation) {
    return List.of(
        new DemoCommand(invocation),
        new ProjectCommands.InitCommand(invocation),
        new ProjectCommands.ScaffoldCommand(invocation),
        new ProjectCommands.CheckCommand(invocation),
        new TestCommand(invocation),
        new PlanCommands.PlanCommand(invocation),
        new PlanCommands.ApplyCommand(invocation),
        new LoadCommand(invocation),
        new GenerateCommand(invocation),
        new RunCommand(invocation),
        new UpCommand(invocation),
        new DownCommand(invocation),
        new BalanceCommand(invocation),
        new BuildCommand(invocation),
        new CheckDataCommand(invocation),
        new DocsCommand(invocation),
        ExportCommand.of(invocation),
        QueueCommands.quarantine(invocation),
        QueueCommands.deadLetters(invocation),
        new RebuildCommand(invocation),
        new ReplayCommand(invocation),
        new QueryCommand(invocation),
        new ValidateCommand(invocation),
        new VerifyCommand(invocation),
        new TableCommands.StatusCommand(invocation),
        new ProjectCommands.ConfigCommand(invocation),
        new TableCommands.TablesCommand(invocation),
        new TableCommands.SnapshotsCommand(invocation),
        new DocsReferenceCommand(invocation));
  }

  private static void headings(CommandLine command) {
    command.getCommandSpec().usageMessage().parameterListHeading("%n").optionListHeading("%n");
    command.getSubcommands().values().forEach(CommandLineProgram::headings);
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }

  private static CommandLine.Help.Ansi ansi(Console console) {
    return console.outStyle() == Style.COLOURED
        ? CommandLine.Help.Ansi.ON
        : CommandLine.Help.Ansi.OFF;
  }

  /** Runs one command and gives its exit code. */
  public int run(String... arguments) {
    try {
      return root.execute(arguments);
    } catch (StackOverflowError | OutOfMemoryError | LinkageError e) {
      return failures.explain(e);
    }
  }
}
