package io.moulin.spec.project;

import java.io.Serializable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The engine that runs the jobs.
 *
 * @param commitInterval how often a running job commits its tables
 * @param batchRows most rows that one batch of the vectorised operator holds
 * @param batchBytes most bytes of raw records that one batch holds
 * @param memoryBytes most memory of each DuckDB within a job
 * @param restarts how often a job that fails again and again is started anew; null for 3 where a
 *     run has an end, and for ever where jobs are kept running
 * @param restartDelay before the first restart; each further one waits four times as long, a minute
 *     at most
 */
public record EngineSpec(
    Kind kind,
    Mode mode,
    int parallelism,
    Duration commitInterval,
    int batchRows,
    long batchBytes,
    long memoryBytes,
    @Nullable Integer restarts,
    Duration restartDelay)
    implements Serializable {

  /** With restarts as they are without a setting. */
  public EngineSpec(
      Kind kind,
      Mode mode,
      int parallelism,
      Duration commitInterval,
      int batchRows,
      long batchBytes,
      long memoryBytes) {
    this(
        kind,
        mode,
        parallelism,
        commitInterval,
        batchRows,
        batchBytes,
        memoryBytes,
        null,
        Duration.ofSeconds(1));
  }

  /** The same engine, whose jobs are restarted for ever unless a setting says otherwise. */
  public EngineSpec keptRunning() {
    return new EngineSpec(
        kind,
        mode,
        parallelism,
        commitInterval,
        batchRows,
        batchBytes,
        memoryBytes,
        restarts == null ? Integer.MAX_VALUE : restarts,
        restartDelay);
  }

  /** Which engine. */
  public enum Kind {
    EMBEDDED,
    FLINK
  }

  /** Whether {@code run} ends by itself. */
  public enum Mode {
    /** A run ends when it has caught up. */
    BATCH,
    /** A run goes on until it is stopped. */
    STREAMING
  }
}
