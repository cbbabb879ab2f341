package io.moulin.bench.fresh;

import java.time.Duration;
import picocli.CommandLine.Option;

/** Options of a stream that is watched. */
final class Flow {
  private static final int PARTITIONS = 4;

  @Option(names = "--rate", description = "Events a second. Default: ${DEFAULT-VALUE}.")
  private int rate;

  @Option(
      names = "--commit",
      description = "Milliseconds between commits. Default: ${DEFAULT-VALUE}.")
  private long commitMillis;

  @Option(names = "--partitions", description = "Of the topic. Default: ${DEFAULT-VALUE}.")
  private int partitions = PARTITIONS;

  /** With the values of a command that was given no options. */
  Flow(int rate, long commitMillis) {
    this.rate = rate;
    this.commitMillis = commitMillis;
  }

  int rate() {
    return rate;
  }

  Duration commit() {
    return Duration.ofMillis(commitMillis);
  }

  int partitions() {
    return partitions;
  }
}
