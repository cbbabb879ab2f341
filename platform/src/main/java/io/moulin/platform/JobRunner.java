package io.moulin.platform;

import io.moulin.spec.DatasetSpec;
import io.moulin.spec.project.EngineSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The engine that runs jobs. */
public interface JobRunner {

  /** Starts the job of a dataset. */
  RunningJob start(JobRequest request);

  /**
   * What to run.
   *
   * @param until end offset of every partition where the job ends; empty for a job without end
   */
  record JobRequest(DatasetSpec dataset, EngineSpec engine, Map<Integer, Long> until) {
    public JobRequest {
      until = Map.copyOf(until);
    }
  }

  /** A job that was started. */
  interface RunningJob {

    /** Rows that the job has read so far. */
    long consumed();

    /**
     * Waits for the end of the job. Fails with a {@link io.moulin.spec.MoulinException} when the
     * job failed; when interrupted, cancels the job first.
     */
    JobOutcome await();

    /** How the job is. */
    JobState state();

    /**
     * Commits all that the job has read, now; false when that takes longer than {@code patience} or
     * fails.
     */
    boolean commit(Duration patience);

    /**
     * Stops the job behind a commit of all that it has read. When that takes longer than {@code
     * patience} or fails, the job is stopped all the same: what was not committed is read again.
     *
     * @return whether the commit was made
     */
    boolean stop(Duration patience);

    /** Stops the job; what it has committed stays. */
    void cancel();
  }

  /** What a job does now. */
  enum Phase {
    /** It prepares to read. */
    STARTING,
    /** It reads and commits. */
    RUNNING,
    /** It failed and waits to be started again. */
    RESTARTING,
    /** It failed and is not started again. */
    FAILED,
    /** It was stopped, or has read all that it was to read. */
    ENDED
  }

  /**
   * How a job is.
   *
   * @param run the attempt that runs now or ran last; empty before the first
   * @param restarts how often it was started again
   * @param why the newest failure; empty when there was none
   * @param code the kind of that failure, for example {@code catalog-failed}
   * @param next when it is started again; null unless it waits for that
   */
  record JobState(
      Phase phase, String run, int restarts, String why, String code, @Nullable Instant next) {}

  /**
   * How a job ended.
   *
   * @param commits how many commits it made
   * @param restarts how often it was restarted after a failure
   */
  record JobOutcome(long consumed, int commits, int restarts) {}
}
