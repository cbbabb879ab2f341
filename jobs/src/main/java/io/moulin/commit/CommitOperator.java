package io.moulin.commit;

import io.moulin.spec.DatasetSpec;
import java.time.Clock;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.catalog.Catalog;
import org.jspecify.annotations.Nullable;

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
  private static final Clock CLOCK = Clock.systemUTC();

  private final DatasetSpec dataset;
  private final Map<String, String> catalogProperties;
  private final String run;
  private final String locks;
  private final long epoch;
  private final Upkeep upkeep;

  private transient Committable open = Committable.EMPTY;
  private transient TreeMap<Long, Committable> closed = new TreeMap<>();
  private transient @Nullable Catalog catalog;
  private transient @Nullable Committer committer;
  private transient @Nullable UpkeepThread beside;
  private transient @Nullable CommitProgress progress;
  private transient @Nullable QuarantineRate rate;

  /**
   * @param locks folder of the locks that all writers share; empty for none
   * @param epoch how many corrections there were when the job began
   * @param upkeep what is done beside the commits
   */
  public CommitOperator(
      DatasetSpec dataset,
      Map<String, String> catalogProperties,
      String run,
      String locks,
      long epoch,
      Upkeep upkeep) {
    this.locks = locks;
    this.epoch = epoch;
    this.dataset = dataset;
    this.catalogProperties = Map.copyOf(catalogProperties);
    this.run = run;
    this.upkeep = upkeep;
  }

  @Override
  public void open() throws Exception {
    super.open();
    open = Committable.EMPTY;
    closed = new TreeMap<>();
    catalog = CatalogUtil.buildIcebergCatalog("moulin", catalogProperties, null);
    committer = new Committer(catalog, dataset, run, CommitLock.of(locks, dataset.name()), epoch);
    beside = new UpkeepThread(dataset.name(), upkeep, catalog, CLOCK.instant());
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
  public void endInput() throws Exception {
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
    if (beside != null) {
      beside.finish(CLOCK.instant());
    }
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
    if (beside != null) {
      beside.committed(CLOCK.instant());
    }
  }

  @Override
  public void close() throws Exception {
    if (beside != null) {
      beside.close();
    }
    if (catalog instanceof AutoCloseable closeable) {
      closeable.close();
    }
    super.close();
  }
}
