package io.moulin.bench;

import io.moulin.bench.fresh.Freshness;
import io.moulin.bench.fresh.Soak;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program of the bench. */
@Command(
    name = "bench",
    description = "Measures Moulin and its peers.",
    subcommands = {RaceCommand.class, Freshness.class, Soak.class})
final class Bench {
  private Bench() {}

  /** Ends the process: threads of the broker would keep it alive. */
  public static void main(String[] arguments) {
    // The Makefile's options come first, and those of ARGS behind them.
    System.exit(new CommandLine(new Bench()).setOverwrittenOptionsAllowed(true).execute(arguments));
  }
}
