package io.moulin.bench.fresh;

import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs a stream for long and shows what grows. */
@Command(name = "soak", description = "What grows when a stream runs for long.")
public final class Soak implements Callable<Integer> {
  @Mixin private final Flow flow = new Flow(5_000, 5_000);

  @Option(names = "--minutes", description = "How long to run.", defaultValue = "60")
  private long minutes;

  @Override
  public Integer call() throws Exception {
    Ages ages = new Ages();
    try (Watching watching = Watching.start(flow.commit(), flow.partitions(), flow.rate())) {
      for (long minute = 1; minute <= minutes; minute++) {
        watching.read(Duration.ofMinutes(1), ages);
        System.out.printf(
            "minute %d: %,d sent, %,d read, %.0f MiB resident, %s%n",
            minute, watching.sent(), ages.total(), watching.residentMib(), watching.size());
      }
      System.out.println(watching.prove());
    }
    return 0;
  }
}
