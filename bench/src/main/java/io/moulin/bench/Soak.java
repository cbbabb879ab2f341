package io.moulin.bench;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs a stream for long and shows what grows. */
@Command(name = "soak", description = "What grows when a stream runs for long.")
final class Soak implements Callable<Integer> {
  private static final double MEBI = 1 << 20;

  @Option(names = "--rate", description = "Events a second.", defaultValue = "5000")
  private int rate;

  @Option(names = "--minutes", description = "How long to run.", defaultValue = "60")
  private long minutes;

  @Option(names = "--commit", description = "Milliseconds between commits.", defaultValue = "5000")
  private long commitMillis;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Soak()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    try (Stage stage = Stage.set(Duration.ofMillis(commitMillis), 4)) {
      Process stream = stage.stream();
      try (SilverReader reader = Waiting.forReader(stage, stream);
          EventFeed feed = new EventFeed(stage.broker(), rate)) {
        Ages ages = new Ages();
        for (long minute = 1; minute <= minutes; minute++) {
          long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
          while (System.nanoTime() < end) {
            reader.poll(ages);
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
          }
          System.out.printf(
              "minute %d: %,d sent, %,d read, %.0f MiB resident, %s%n",
              minute,
              feed.sent(),
              ages.total(),
              Memory.resident(stream.pid()) / MEBI,
              reader.size());
        }
      }
      stage.stop(stream);
      stage.run("run", "bench.events", "--until-caught-up");
      System.out.println(stage.run("balance", "bench.events", "--deep"));
      return 0;
    }
  }
}
