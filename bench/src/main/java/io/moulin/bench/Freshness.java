package io.moulin.bench;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures freshness: from the moment that an event is produced to the moment that a reader in
 * another process has read its row through the catalog, for every event.
 */
@Command(name = "freshness", description = "How old a row is when a reader has it.")
final class Freshness implements Callable<Integer> {
  private static final Duration WARM_UP = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(20);
  private static final double MEBI = 1 << 20;

  @Option(names = "--rate", description = "Events a second.", defaultValue = "10000")
  private int rate;

  @Option(names = "--commit", description = "Milliseconds between commits.", defaultValue = "1000")
  private long commitMillis;

  @Option(names = "--seconds", description = "How long to measure.", defaultValue = "60")
  private long seconds;

  @Option(names = "--partitions", description = "Of the topic.", defaultValue = "4")
  private int partitions;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Freshness()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    try (Stage stage = Stage.set(Duration.ofMillis(commitMillis), partitions)) {
      Process stream = stage.stream();
      Ages ages = new Ages();
      long sent;
      long rest;
      try (SilverReader reader = Waiting.forReader(stage, stream)) {
        rest = Memory.resident(stream.pid());
        try (EventFeed feed = new EventFeed(stage.broker(), rate)) {
          poll(reader, new Ages(), WARM_UP);
          poll(reader, ages, Duration.ofSeconds(seconds));
          sent = feed.sent();
        }
        System.out.printf(
            "%,d events/s, commits every %d ms: p50 %d ms, p95 %d ms, p99 %d ms, max %d ms over %,d"
                + " events (%,d sent in all)%n",
            rate,
            commitMillis,
            ages.quantile(0.5),
            ages.quantile(0.95),
            ages.quantile(0.99),
            ages.quantile(1),
            ages.total(),
            sent);
        System.out.printf(
            "resident memory: %.0f MiB at rest, %.0f MiB under load, %.0f MiB at most%n",
            rest / MEBI, Memory.resident(stream.pid()) / MEBI, Memory.peak(stream.pid()) / MEBI);
        System.out.println(reader.size());
      }
      stage.stop(stream);
      stage.run("run", "bench.events", "--until-caught-up");
      System.out.println(stage.run("balance", "bench.events", "--deep"));
      return 0;
    }
  }

  private static void poll(SilverReader reader, Ages ages, Duration how) throws Exception {
    long end = System.nanoTime() + how.toNanos();
    while (System.nanoTime() < end) {
      reader.poll(ages);
      LockSupport.parkNanos(POLL.toNanos());
    }
  }
}
