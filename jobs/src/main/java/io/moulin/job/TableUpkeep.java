package io.moulin.job;

import io.moulin.commit.SnapshotThinning;
import io.moulin.commit.Upkeep;
import io.moulin.compact.Compaction;
import io.moulin.compact.CompactionWork;
import io.moulin.spec.DatasetSpec;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.BooleanSupplier;
import org.apache.iceberg.catalog.Catalog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a job does for its tables beside the commits: fewer files, then fewer snapshots. */
final class TableUpkeep implements Upkeep {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(TableUpkeep.class);
  private static final Clock CLOCK = Clock.systemUTC();

  /** Enough to write a row group of a wide table; the rest is the stream's. */
  private static final long MOST_MEMORY_BYTES = 256_000_000;

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
    long files = new Compaction(catalog, dataset, work).run(ending);
    if (files > 0) {
      LOG.info("The tables of {} have {} files less", dataset.name(), files);
    }
    if (!ending.getAsBoolean()) {
      int expired = SnapshotThinning.thin(catalog, dataset, CLOCK.instant());
      LOG.debug("Expired {} snapshots of {}", expired, dataset.name());
    }
  }
}
