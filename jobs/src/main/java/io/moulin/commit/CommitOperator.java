package io.moulin.commit;

import io.moulin.spec.DatasetSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.catalog.Catalog;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The committer inside Flink, with parallelism one. Barriers give it a consistent cut: what every
 * subtask has handed over before a checkpoint is one commit, made when the checkpoint is complete.
 * At the end of a bounded input there is nothing left to wait for, and the rest is committed at
 * once.
 *
 * <p>After every commit it hands on how many rows silver has got, for whoever follows silver.
 *
 * <p>It keeps no state in Flink: a job that fails is started anew from the tables.
 */
public final class CommitOperator extends AbstractStreamOperator<Long>
    implements OneInputStreamOperator<byte[], Long>, BoundedOneInput {
  private static final long serialVersionUID = 1L;
  private static final Logger LOGS = LoggerFactory.getLogger(CommitOperator.class);
  private static final Clock CLOCK = Clock.systemUTC();
  private static final Duration BETWEEN_THINNINGS = Duration.ofMinutes(10);
  private static final Duration LONGEST_THINNING = Duration.ofSeconds(10);

  private final DatasetSpec dataset;
  private final Map<String, String> catalogProperties;
  private final String run;
  private final String locks;
  private final long epoch;

  private transient Committable open = Committable.EMPTY;
  private transient TreeMap<Long, Committable> closed = new TreeMap<>();
  private transient @Nullable Catalog catalog;
  private transient @Nullable Committer committer;
  private transient @Nullable ExecutorService thinning;
  private transient Instant thinned = Instant.EPOCH;
  private transient @Nullable CommitProgress progress;
  private transient @Nullable QuarantineRate rate;

  /**
   * @param locks folder of the locks that all writers share; empty for none
   * @param epoch how many corrections there were when the job began
   */
  public CommitOperator(
      DatasetSpec dataset,
      Map<String, String> catalogProperties,
      String run,
      String locks,
      long epoch) {
    this.locks = locks;
    this.epoch = epoch;
    this.dataset = dataset;
    this.catalogProperties = Map.copyOf(catalogProperties);
    this.run = run;
  }

  @Override
  public void open() throws Exception {
    super.open();
    open = Committable.EMPTY;
    closed = new TreeMap<>();
    catalog = CatalogUtil.buildIcebergCatalog("moulin", catalogProperties, null);
    committer = new Committer(catalog, dataset, run, CommitLock.of(locks, dataset.name()), epoch);
    thinned = CLOCK.instant();
    thinning =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "thin-" + dataset.name());
              thread.setDaemon(true);
              return thread;
            });
    rate = new QuarantineRate(dataset);
    progress = CommitProgress.of(run);
    progress.opened(CLOCK.instant());
  }

  @Override
  public void processElement(StreamRecord<byte[]> element) {
    open = open.plus(Committable.fromBytes(element.getValue()));
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    closed.put(context.getCheckpointId(), open);
    open = Committable.EMPTY;
    if (progress != null) {
      progress.cut(CLOCK.instant());
    }
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) throws Exception {
    super.notifyCheckpointComplete(checkpointId);
    Committable due = Committable.EMPTY;
    Iterator<Committable> upTo = closed.headMap(checkpointId, true).values().iterator();
    while (upTo.hasNext()) {
      due = due.plus(upTo.next());
      upTo.remove();
    }
    commit(due);
    if (progress != null) {
      progress.completed(checkpointId, due, CLOCK.instant());
    }
    watch(due);
  }

  @Override
  public void endInput() {
    Committable rest = Committable.EMPTY;
    for (Committable waiting : closed.values()) {
      rest = rest.plus(waiting);
    }
    Committable last = rest.plus(open);
    commit(last);
    closed.clear();
    open = Committable.EMPTY;
    if (committer != null) {
      committer.end();
    }
    watch(last);
  }

  private void watch(Committable made) {
    if (rate != null) {
      rate.take(made.tally(), CLOCK.instant());
    }
  }

  private void commit(Committable due) {
    if (committer == null) {
      throw new IllegalStateException("Cannot commit: the operator is not open");
    }
    committer.commit(due);
    if (!due.empty()) {
      output.collect(new StreamRecord<>(due.tally().silver()));
    }
    thin();
  }

  /** Thins the snapshots from time to time, beside the commits, which do not wait for it. */
  private void thin() {
    Instant now = CLOCK.instant();
    ExecutorService executor = thinning;
    Catalog tables = catalog;
    if (executor == null || tables == null || now.isBefore(thinned.plus(BETWEEN_THINNINGS))) {
      return;
    }
    thinned = now;
    executor.execute(
        () -> {
          try {
            int expired = SnapshotThinning.thin(tables, dataset, now);
            LOGS.debug("Expired {} snapshots of {}", expired, dataset.name());
          } catch (RuntimeException e) {
            // No row depends on it, and the next time expires what this one has not.
            LOGS.warn("Cannot thin the snapshots of {} this time", dataset.name(), e);
          }
        });
  }

  @Override
  public void close() throws Exception {
    if (thinning != null) {
      thinning.shutdown();
      if (!thinning.awaitTermination(LONGEST_THINNING.toSeconds(), TimeUnit.SECONDS)) {
        LOGS.warn("Thinning the snapshots of {} goes on after the end of the job", dataset.name());
      }
    }
    if (catalog instanceof AutoCloseable closeable) {
      closeable.close();
    }
    super.close();
  }
}
