package io.moulin.embedded;

import io.moulin.commit.CommitProgress;
import io.moulin.commit.Committer;
import io.moulin.embedded.CommitCount.Mark;
import io.moulin.ingest.Connections;
import io.moulin.ingest.Progress;
import io.moulin.job.IngestJob;
import io.moulin.job.IngestPlan;
import io.moulin.platform.JobRunner.JobOutcome;
import io.moulin.platform.JobRunner.JobRequest;
import io.moulin.platform.JobRunner.JobState;
import io.moulin.platform.JobRunner.Phase;
import io.moulin.platform.JobRunner.RunningJob;
import io.moulin.spec.MoulinException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.util.SerializedThrowable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of a job: its attempts, until one succeeds or there is no point in another. */
final class EmbeddedRun implements RunningJob {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedRun.class);

  /** Where nothing is declared and a run has an end. */
  private static final int RESTARTS = 3;

  private static final int GROWTH = 4;
  private static final Duration LONGEST_DELAY = Duration.ofMinutes(1);

  /** How often to see whether the job that is to commit still runs. */
  private static final Duration LOOK = Duration.ofMillis(200);

  private final EmbeddedEngine engine;
  private final Function<IngestPlan, StreamGraph> graphs;
  private final JobRequest request;
  private final Connections connections;
  private final CommitCount count;
  private final CompletableFuture<JobOutcome> outcome = new CompletableFuture<>();
  private final CountDownLatch cancelled = new CountDownLatch(1);
  private final Mark start;

  // Of the attempt that runs now.
  private volatile Mark mark;
  private volatile String attempt = "";
  private volatile JobState state = new JobState(Phase.STARTING, "", 0, "", "", null);
  private @Nullable JobID job;

  EmbeddedRun(
      EmbeddedEngine engine,
      Function<IngestPlan, StreamGraph> graphs,
      JobRequest request,
      Connections connections,
      CommitCount count) {
    this.engine = engine;
    this.graphs = graphs;
    this.request = request;
    this.connections = connections;
    this.count = count;
    this.start = count.mark();
    this.mark = start;
  }

  /** Begins the first attempt. */
  void begin(Runnable whenEnded) {
    Thread thread =
        new Thread(
            () -> {
              run();
              whenEnded.run();
            },
            "run-" + request.dataset().name());
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      outcome.complete(attempts());
    } catch (MoulinException e) {
      ended(e);
      outcome.completeExceptionally(e);
    } catch (InterruptedException e) {
      outcome.completeExceptionally(cancelledFailure());
    } catch (RuntimeException | Error e) {
      ended(e);
      outcome.completeExceptionally(
          MoulinException.internal(
              "job-failed", "Cannot run " + request.dataset().name() + ": " + e, e));
    }
  }

  /** What fails outside of the attempts ends the run as well. */
  private void ended(Throwable failure) {
    Phase phase = state.phase();
    if (phase != Phase.FAILED && phase != Phase.ENDED) {
      blame(failure, told(failure));
      say(Phase.FAILED, state.restarts(), null);
    }
  }

  private JobOutcome attempts() throws InterruptedException {
    int failures = 0; // without progress between them
    for (int restarts = 0; ; restarts++) {
      say(Phase.STARTING, restarts, null);
      Optional<Throwable> failure = attempt();
      if (failure.isEmpty()) {
        say(Phase.ENDED, restarts, null);
        return new JobOutcome(
            count.mark().consumed() - start.consumed(), count.commitsSince(start), restarts);
      }
      if (cancelled.getCount() == 0) {
        say(Phase.ENDED, restarts, null);
        throw cancelledFailure();
      }
      Optional<MoulinException> told = told(failure.get());
      if (told.isPresent() && told.get().code().equals(Committer.CORRECTED)) {
        LOG.info("Job {} begins anew: its tables were corrected", request.dataset().name());
        restarts--; // no failure: somebody has mended data
        continue;
      }
      blame(failure.get(), told);
      failures = progressed() ? 1 : failures + 1;
      if (told.isPresent() && !retryable(told.get())) {
        say(Phase.FAILED, restarts, null);
        throw told.get();
      }
      if (failures > restarts()) {
        say(Phase.FAILED, restarts, null);
        throw failed(failure.get(), restarts);
      }
      Duration delay = delay(failures);
      LOG.warn(
          "Job {} failed and starts again in {}", request.dataset().name(), delay, failure.get());
      say(Phase.RESTARTING, restarts, Instant.now().plus(delay));
      if (cancelled.await(delay.toMillis(), TimeUnit.MILLISECONDS)) {
        say(Phase.ENDED, restarts, null);
        throw cancelledFailure();
      }
    }
  }

  /** Whether the last attempt has committed something: then it is no loop of crashes. */
  private boolean progressed() {
    try {
      return count.mark().consumed() > mark.consumed();
    } catch (RuntimeException e) {
      LOG.debug("Cannot read the ledger, which the next attempt will say", e);
      return false;
    }
  }

  private int restarts() {
    Integer declared = request.engine().restarts();
    return declared == null ? RESTARTS : declared;
  }

  /** Grows from the declared delay, four times each time. */
  private Duration delay(int failures) {
    Duration delay = request.engine().restartDelay();
    for (int i = 1; i < failures && delay.compareTo(LONGEST_DELAY) < 0; i++) {
      delay = delay.multipliedBy(GROWTH);
    }
    return delay.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : delay;
  }

  private void say(Phase phase, int restarts, @Nullable Instant next) {
    JobState before = state;
    state = new JobState(phase, attempt, restarts, before.why(), before.code(), next);
  }

  private void blame(Throwable failure, Optional<MoulinException> told) {
    JobState before = state;
    state =
        new JobState(
            before.phase(),
            before.run(),
            before.restarts(),
            told.map(known -> known.getMessage() + wayOut(known)).orElse(why(failure, told)),
            told.map(MoulinException::code).orElse("job-failed"),
            null);
  }

  private int subtasks() {
    return IngestJob.parallelism(request.dataset(), request.engine());
  }

  @Override
  public JobState state() {
    JobState said = state;
    boolean running =
        said.phase() == Phase.STARTING
            && Progress.find(attempt)
                .filter(progress -> progress.subtasks() == subtasks())
                .isPresent()
            && CommitProgress.find(attempt).isPresent();
    return new JobState(
        running ? Phase.RUNNING : said.phase(),
        attempt,
        said.restarts(),
        said.why(),
        said.code(),
        said.next());
  }

  /** Runs one attempt to its end; the failure if it did not succeed. */
  private Optional<Throwable> attempt() throws InterruptedException {
    String run = UUID.randomUUID().toString();
    try {
      mark = count.mark();
      attempt = run;
      JobID submitted =
          engine.submit(
              graphs.apply(
                  new IngestPlan(
                      request.dataset(), request.engine(), connections, request.until(), run)));
      CompletableFuture<JobResult> result = engine.result(submitted);
      synchronized (this) {
        job = submitted;
      }
      if (cancelled.getCount() == 0) {
        engine.cancel(submitted);
      }
      JobResult ended = result.get();
      return ended.isSuccess()
          ? Optional.empty()
          : Optional.of(
              ended
                  .getSerializedThrowable()
                  .map(serialized -> readable(serialized))
                  .orElseGet(() -> new IllegalStateException("the job was cancelled")));
    } catch (ExecutionException e) {
      return Optional.of(e);
    } catch (MoulinException e) {
      return Optional.of(e);
    } finally {
      Progress.forget(run);
      CommitProgress.forget(run);
    }
  }

  private static Throwable readable(SerializedThrowable serialized) {
    return serialized.deserializeError(EmbeddedRun.class.getClassLoader());
  }

  private static boolean retryable(MoulinException failure) {
    return failure.kind() == MoulinException.Kind.EXTERNAL;
  }

  /** The first failure of ours in the chain of causes. */
  private static Optional<MoulinException> told(Throwable failure) {
    for (Throwable next = failure; next != null; next = cause(next)) {
      if (next instanceof MoulinException ours) {
        return Optional.of(ours);
      }
    }
    return Optional.empty();
  }

  private static @Nullable Throwable cause(Throwable failure) {
    Throwable cause = failure.getCause();
    return cause instanceof SerializedThrowable serialized ? readable(serialized) : cause;
  }

  private static String why(Throwable failure, Optional<MoulinException> told) {
    Throwable root = failure;
    for (Throwable next = failure; next != null; next = cause(next)) {
      root = next;
    }
    String unknown = root.getClass().getSimpleName() + ": " + root.getMessage();
    return told.map(Throwable::getMessage).orElse(unknown);
  }

  /** Who watches a job that is kept running sees no other message than its state. */
  private static String wayOut(MoulinException known) {
    return known.fix().isEmpty() ? "" : "; " + known.fix();
  }

  private static MoulinException failed(Throwable failure, int restarts) {
    Optional<MoulinException> told = told(failure);
    return MoulinException.external(
        told.map(MoulinException::code).orElse("job-failed"),
        "The job failed, and again after %d restarts: %s".formatted(restarts, why(failure, told)),
        told.map(MoulinException::fix)
            .orElse("nothing is lost: when the cause is mended, run it again and it goes on"),
        failure);
  }

  private static MoulinException cancelledFailure() {
    return MoulinException.external(
        "job-cancelled",
        "The job was stopped before it had caught up",
        "what it has committed stays; run it again to go on");
  }

  @Override
  public long consumed() {
    if (outcome.isDone() && !outcome.isCompletedExceptionally()) {
      return outcome.join().consumed();
    }
    // What earlier attempts have committed, and what this one has read.
    return mark.consumed()
        - start.consumed()
        + Progress.find(attempt).map(Progress::consumed).orElse(0L);
  }

  @Override
  public JobOutcome await() {
    try {
      return outcome.get();
    } catch (InterruptedException e) {
      cancel();
      Thread.currentThread().interrupt();
      throw cancelledFailure();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof MoulinException told) {
        throw told;
      }
      throw new IllegalStateException("Cannot tell how the job ended", e);
    }
  }

  @Override
  public boolean stop(Duration patience) {
    cancelled.countDown(); // no attempt after this one
    boolean committed = commit(patience);
    cancel();
    return committed;
  }

  @Override
  public boolean commit(Duration patience) {
    JobID running;
    synchronized (this) {
      running = job;
    }
    if (running == null || outcome.isDone() || state().phase() != Phase.RUNNING) {
      return false;
    }
    long deadline = System.nanoTime() + patience.toNanos();
    try {
      Optional<CommitProgress> commits = CommitProgress.find(attempt);
      long checkpoint = engine.checkpoint(running).get(patience.toMillis(), TimeUnit.MILLISECONDS);
      while (commits.isPresent() && !outcome.isDone() && System.nanoTime() < deadline) {
        if (commits.get().await(checkpoint, LOOK)) {
          return true;
        }
      }
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("Job {} could not commit when it was asked to", request.dataset().name(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  /** Stops the job and waits until it has ended. */
  @Override
  public void cancel() {
    cancelled.countDown();
    JobID running;
    synchronized (this) {
      running = job;
    }
    if (running != null && !outcome.isDone()) {
      engine.cancel(running);
    }
    outcome.exceptionally(failure -> null).join();
  }
}
