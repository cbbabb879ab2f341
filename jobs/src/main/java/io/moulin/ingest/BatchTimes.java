package io.moulin.ingest;

import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DatasetTables;
import io.moulin.spec.DedupSpec;
import io.moulin.spec.Layer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types;

/**
 * The times at which batches are ingested. No two batches of a subtask have the same, even where
 * the clock stands still or goes back, so that bronze tells the order in which they were judged.
 */
final class BatchTimes {
  private final Clock clock;
  private Instant last;

  private BatchTimes(Clock clock, Instant last) {
    this.clock = clock;
    this.last = last;
  }

  /**
   * Times that come after those of earlier runs, where the order of batches matters: when equal
   * rows are looked for in all partitions.
   */
  static BatchTimes after(DatasetSpec dataset, Map<Layer, Table> tables, Clock clock)
      throws IOException {
    Table bronze = tables.get(Layer.BRONZE);
    return new BatchTimes(
        clock,
        bronze == null || !DedupSpec.acrossTopic(dataset.dedup())
            ? Instant.EPOCH
            : greatest(bronze));
  }

  private static Instant greatest(Table bronze) throws IOException {
    Types.NestedField field = bronze.schema().findField(DatasetTables.INGESTED_AT);
    long greatest = 0;
    try (CloseableIterable<FileScanTask> tasks =
        bronze.newScan().includeColumnStats().planFiles()) {
      for (FileScanTask task : tasks) {
        Map<Integer, ByteBuffer> bounds = task.file().upperBounds();
        ByteBuffer bound = bounds == null ? null : bounds.get(field.fieldId());
        if (bound != null) {
          Long micros = Conversions.fromByteBuffer(field.type(), bound);
          greatest = Math.max(greatest, micros);
        }
      }
    }
    return Instant.EPOCH.plus(greatest, ChronoUnit.MICROS);
  }

  /** The time of the next batch, to the microsecond. */
  Instant next() {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    last = now.isAfter(last) ? now : last.plus(1, ChronoUnit.MICROS);
    return last;
  }
}
