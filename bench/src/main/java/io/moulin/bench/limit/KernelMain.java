package io.moulin.bench.limit;

import io.moulin.bench.ours.Bed;
import io.moulin.bench.race.Passes;
import io.moulin.commit.Committable;
import io.moulin.commit.Committer;
import io.moulin.embedded.EmbeddedPlatform.Service;
import io.moulin.ingest.Ingestion;
import io.moulin.ingest.RawRecord;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The product's kernel without Flink: as many threads as a job has subtasks, each with a consumer
 * and an {@link Ingestion} of its own, and one commit at the end. No state, no checkpoint.
 */
public final class KernelMain {
  private KernelMain() {}

  /** Arguments: those of {@link Bed.Order}, and passes. */
  public static void main(String[] arguments) {
    Bed.Order order = Bed.Order.of(arguments);
    Passes.run(Integer.parseInt(arguments[6]), pass -> run(order, pass));
  }

  private static void run(Bed.Order order, int pass) throws Exception {
    try (Bed bed = Bed.make(order, pass, EnumSet.of(Service.CATALOG))) {
      String run = order.id() + "p" + pass;
      Committer committer = new Committer(bed.platform().tables().catalog(), bed.dataset(), run);
      committer.recover();
      int threads = bed.project().engine().parallelism();
      ExecutorService pool = Executors.newFixedThreadPool(threads);
      try {
        List<Future<Committable>> parts = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
          int thread = i;
          parts.add(pool.submit(() -> read(bed, order, run + "-" + thread, part(bed, thread))));
        }
        Committable all = Committable.EMPTY;
        for (Future<Committable> part : parts) {
          all = all.plus(part.get());
        }
        committer.commit(all);
        committer.end();
      } finally {
        pool.shutdownNow();
      }
    }
  }

  private static List<Integer> part(Bed bed, int thread) {
    int threads = bed.project().engine().parallelism();
    return bed.ends().keySet().stream().filter(p -> p % threads == thread).toList();
  }

  private static Committable read(Bed bed, Bed.Order order, String name, List<Integer> mine)
      throws Exception {
    Path folder = order.folder().resolve("work").resolve(name);
    try (Ingestion ingestion =
        Ingestion.open(
            bed.dataset(),
            bed.project().engine(),
            bed.platform().tables().catalog(),
            Map.of(),
            folder,
            name,
            Clock.systemUTC())) {
      TopicReader.read(
          order.bootstrap(),
          bed.dataset().source().topic(),
          mine,
          record ->
              ingestion.add(
                  new RawRecord(
                      record.partition(),
                      record.offset(),
                      record.timestamp(),
                      record.key(),
                      record.value())));
      return ingestion.finish();
    }
  }
}
