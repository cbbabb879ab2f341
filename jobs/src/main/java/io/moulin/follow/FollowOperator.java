package io.moulin.follow;

import io.moulin.spec.MoulinException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
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
 * Keeps a table that follows silver behind the commits, in a thread of its own: neither a commit
 * nor a barrier waits for it. However many commits there are while it works, one more step takes up
 * all of them, so nothing piles up. The end of a bounded input waits until the table is as silver
 * is.
 *
 * <p>It keeps no state in Flink: where it goes on is in the table's own snapshots.
 */
public final class FollowOperator extends AbstractStreamOperator<Long>
    implements OneInputStreamOperator<Long, Long>, BoundedOneInput {
  private static final long serialVersionUID = 1L;
  private static final Logger LOGS = LoggerFactory.getLogger(FollowOperator.class);

  /** How long a job that is cancelled waits for a step; the next job makes it again. */
  private static final Duration LONGEST_STEP = Duration.ofSeconds(10);

  private final Following following;
  private final long memoryBytes;
  private final Map<String, String> catalogProperties;
  private final String workFolder;
  private final String locks;

  private transient @Nullable Catalog catalog;
  private transient @Nullable Keeper keeper;
  private transient @Nullable ScheduledThreadPoolExecutor thread;
  private transient AtomicBoolean waiting = new AtomicBoolean();
  private transient AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private transient volatile long begun;

  /**
   * @param workFolder a folder on the worker's disk, of this run alone
   * @param locks folder of the locks that all writers share; empty for none
   */
  public FollowOperator(
      Following following,
      long memoryBytes,
      Map<String, String> catalogProperties,
      String workFolder,
      String locks) {
    this.following = following;
    this.memoryBytes = memoryBytes;
    this.catalogProperties = Map.copyOf(catalogProperties);
    this.workFolder = workFolder;
    this.locks = locks;
  }

  @Override
  public void open() throws Exception {
    super.open();
    waiting = new AtomicBoolean();
    failure = new AtomicReference<>();
    Catalog opened = CatalogUtil.buildIcebergCatalog("moulin", catalogProperties, null);
    catalog = opened;
    Path folder = Path.of(workFolder, following.name());
    keeper = new Keeper(following, new FollowJob(memoryBytes, opened, folder, locks));
    thread =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread made = new Thread(task, name());
              made.setDaemon(true);
              return made;
            });
    // What is still to come when the job ends is not waited for: it may be far off.
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    begun = System.nanoTime() - every().toNanos();
    soon(); // what a run before this one has left
  }

  private String name() {
    return following.name() + "-" + following.dataset().name();
  }

  private Duration every() {
    Duration every = following.every();
    return every == null ? Duration.ZERO : every;
  }

  @Override
  public void processElement(StreamRecord<Long> element) {
    refuseFailed();
    output.collect(element);
    soon();
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    refuseFailed();
  }

  /** Has the next step made when it is due, unless that is so already. */
  private void soon() {
    ScheduledThreadPoolExecutor executor = thread;
    if (executor != null && waiting.compareAndSet(false, true)) {
      long due = begun + every().toNanos() - System.nanoTime();
      Future<?> unused = executor.schedule(this::step, Math.max(0, due), TimeUnit.NANOSECONDS);
    }
  }

  private void step() {
    waiting.set(false); // a commit from now on needs another step
    begun = System.nanoTime();
    try {
      follow(Keeper::catchUp);
    } catch (RuntimeException | Error e) {
      failure.compareAndSet(null, e); // the task says so at its next turn
    }
  }

  private Kept follow(Function<Keeper, Kept> how) {
    Keeper open = keeper;
    if (open == null) {
      throw new IllegalStateException("Cannot follow silver: the operator is not open");
    }
    Kept kept = how.apply(open);
    LOGS.debug("{}: {}", name(), kept);
    return kept;
  }

  private void refuseFailed() {
    Throwable failed = failure.get();
    if (failed instanceof RuntimeException exception) {
      throw exception;
    }
    if (failed instanceof Error error) {
      throw error;
    }
  }

  @Override
  public void endInput() throws Exception {
    ScheduledThreadPoolExecutor executor = thread;
    if (executor == null) {
      return;
    }
    Future<Kept> last = executor.submit(() -> follow(Keeper::finish));
    try {
      last.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof MoulinException told) {
        throw told;
      }
      throw e;
    }
    refuseFailed();
  }

  @Override
  public void close() throws Exception {
    if (thread != null) {
      thread.shutdown();
      if (!thread.awaitTermination(LONGEST_STEP.toSeconds(), TimeUnit.SECONDS)) {
        thread.shutdownNow();
        LOGS.warn("{} is left behind; the next run takes it up", name());
      }
    }
    if (catalog instanceof AutoCloseable closeable) {
      closeable.close();
    }
    super.close();
  }
}
