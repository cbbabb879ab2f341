package io.moulin.job;

import io.moulin.commit.SnapshotThinning;
import io.moulin.commit.Upkeep;
import io.moulin.compact.Compaction;
import io.moulin.compact.CompactionWork;
import io.moulin.spec.DatasetSpec;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.iceberg.catalog.Catalog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a job does for its tables beside the commits: fewer files, then fewer snapshots. */
final class TableUpkeep implements Upkeep {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(TableUpkeep.class);
  private static final Clock CLOCK = Clock.systemUTC();

  /** Groups of rows are made as small as it takes; the rest is the stream's. */
  private static final long MOST_MEMORY_BYTES = 256_000_000;

  /**
   * One compaction in a process: the streams of a project begin together, and would all at once.
   */
  private static final Semaphore TURN = new Semaphore(1, true);

  private final DatasetSpec dataset;
  private final CompactionWork work;

  TableUpkeep(IngestPlan plan) {
    dataset = plan.dataset();
    work =
        new CompactionWork(
            Path.of(plan.connections().workFolder(), plan.run(), "compact").toString(),
            plan.connections().locks(),
            Math.min(plan.engine().memoryBytes(), MOST_MEMORY_BYTES),
            CompactionWork.SEVERAL);
  }

  @Override
  public void run(Catalog catalog, BooleanSupplier ending) {
    compact(catalog, ending);
    if (!ending.getAsBoolean()) {
      int expired = SnapshotThinning.thin(catalog, dataset, CLOCK.instant());
      LOG.debug("Expired {} snapshots of {}", expired, dataset.name());
    }
  }

  private void compact(Catalog catalog, BooleanSupplier ending) {
    if (!turn(ending)) {
      return;
    }
    try {
      long files = new Compaction(catalog, dataset, work).run(ending);
      if (files > 0) {
        LOG.info("The tables of {} have {} files less", dataset.name(), files);
      }
    } catch (RuntimeException e) {
      LOG.warn("Cannot merge files of {} this time", dataset.name(), e);
    } finally {
      TURN.release();
    }
  }

  private static boolean turn(BooleanSupplier ending) {
    try {
      while (!ending.getAsBoolean()) {
        if (TURN.tryAcquire(1, TimeUnit.SECONDS)) {
          return true;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }
}
