package io.moulin.bench.fresh;

import io.moulin.bench.result.Results.Fresh;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Measures freshness: from the moment that an event is produced to the moment that a reader in
 * another process has read its row through the catalog, for every event.
 */
@Command(name = "freshness", description = "How old a row is when a reader has it.")
public final class Freshness implements Callable<Integer> {
  private static final Duration WARM_UP = Duration.ofSeconds(20);

  @Mixin private final Flow flow = new Flow(10_000, 1_000);

  @Option(names = "--seconds", description = "How long to measure.", defaultValue = "60")
  private long seconds;

  @Override
  public Integer call() throws Exception {
    Fresh fresh =
        measure(flow.commit(), flow.partitions(), flow.rate(), Duration.ofSeconds(seconds));
    System.out.printf(
        "%,d events/s, commits every %d ms: p50 %d ms, p95 %d ms, p99 %d ms, max %d ms over %,d"
            + " events; at most %.0f MiB resident%n",
        flow.rate(),
        flow.commit().toMillis(),
        fresh.p50(),
        fresh.p95(),
        fresh.p99(),
        fresh.max(),
        fresh.events(),
        fresh.peakRssMib());
    return 0;
  }

  /** Measures for {@code time}, and then proves that every event is in the tables. */
  public static Fresh measure(Duration commit, int partitions, int rate, Duration time)
      throws Exception {
    Ages ages = new Ages();
    try (Watching watching = Watching.start(commit, partitions, rate)) {
      watching.read(WARM_UP, new Ages());
      watching.read(time, ages);
      double peak = watching.peakMib();
      System.err.println(watching.prove());
      return new Fresh(
          commit.toMillis(),
          rate,
          ages.total(),
          ages.quantile(0.5),
          ages.quantile(0.95),
          ages.quantile(0.99),
          ages.quantile(1),
          peak);
    }
  }
}
