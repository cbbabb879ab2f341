package io.moulin.bench;

import io.moulin.bench.fresh.Freshness;
import io.moulin.bench.fresh.Soak;
import io.moulin.spec.MoulinException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program of the bench. */
@Command(
    name = "bench",
    description = "Measures Moulin and its peers.",
    subcommands = {RaceCommand.class, ModelsCommand.class, Freshness.class, Soak.class})
final class Bench {
  private Bench() {}

  /** Ends the process: threads of the broker would keep it alive. */
  public static void main(String[] arguments) {
    // The Makefile's options come first, and those of ARGS behind them.
    System.exit(program().execute(arguments));
  }

  static CommandLine program() {
    return new CommandLine(new Bench())
        .setOverwrittenOptionsAllowed(true)
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> explained(failure, command.getErr()));
  }

  /** What can be mended is said as the product says it; only what is a bug needs its trace. */
  private static int explained(Exception failure, PrintWriter err) throws Exception {
    if (failure instanceof MoulinException mistake) {
      err.printf("error %s: %s%n  fix: %s%n", mistake.code(), mistake.getMessage(), mistake.fix());
      err.flush();
      return CommandLine.ExitCode.USAGE;
    }
    throw failure;
  }
}
