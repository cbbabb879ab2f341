package io.moulin.bench.ours;

import io.moulin.bench.race.Passes;
import io.moulin.embedded.EmbeddedPlatform.Service;
import io.moulin.platform.JobRunner.JobRequest;
import io.moulin.platform.JobRunner.RunningJob;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Runs the product's own job, as {@code moulin run} does. */
public final class OursMain {
  private static final Duration LOOK = Duration.ofMillis(20);
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private OursMain() {}

  /** Arguments: those of {@link Bed.Order}, passes, and {@code bounded} or {@code continuous}. */
  public static void main(String[] arguments) {
    Bed.Order order = Bed.Order.of(arguments);
    boolean bounded = arguments[7].equals("bounded");
    Passes.run(
        Integer.parseInt(arguments[6]),
        pass -> {
          if (bounded) {
            bounded(order, pass);
          } else {
            continuous(order, pass);
          }
        });
  }

  private static void bounded(Bed.Order order, int pass) throws IOException {
    try (Bed bed = Bed.make(order, pass, EnumSet.of(Service.ENGINE, Service.CATALOG))) {
      bed.platform()
          .jobs()
          .start(new JobRequest(bed.dataset(), bed.project().engine(), bed.ends()))
          .await();
    }
  }

  /** A job without end, stopped behind a commit when it has read all. */
  private static void continuous(Bed.Order order, int pass) throws IOException {
    try (Bed bed = Bed.make(order, pass, EnumSet.of(Service.ENGINE, Service.CATALOG))) {
      long rows = bed.ends().values().stream().mapToLong(Long::longValue).sum();
      RunningJob job =
          bed.platform()
              .jobs()
              .start(new JobRequest(bed.dataset(), bed.project().engine(), Map.of()));
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (job.consumed() < rows) {
        if (System.nanoTime() > end) {
          throw new IllegalStateException("Cannot measure: read only " + job.consumed());
        }
        LockSupport.parkNanos(LOOK.toNanos());
      }
      if (!job.stop(PATIENCE)) {
        throw new IllegalStateException("Cannot measure: the job could not commit what it read");
      }
    }
  }
}
