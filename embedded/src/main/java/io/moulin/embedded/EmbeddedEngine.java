package io.moulin.embedded;

import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.SecurityOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.core.execution.CheckpointType;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.minicluster.RpcServiceSharing;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.util.FileUtils;

/** Flink in this JVM. */
public final class EmbeddedEngine implements AutoCloseable {
  private static final Duration LONGEST_STOP = Duration.ofSeconds(30);

  private final MiniCluster cluster;
  private final int slotsOfOne;
  private int slots;
  private int reserved;

  private EmbeddedEngine(MiniCluster cluster, int slots) {
    this.cluster = cluster;
    this.slotsOfOne = slots;
    this.slots = slots;
  }

  /**
   * Starts the engine.
   *
   * @param work folder for its temporary files; what is left in it is removed
   * @param slots how many parallel subtasks it can run; it grows when jobs reserve more
   */
  public static EmbeddedEngine start(Path work, int slots) {
    try {
      FileUtils.deleteDirectory(work.toFile()); // what a killed process left
      Files.createDirectories(work);
    } catch (IOException e) {
      throw MoulinException.external(
          "disk-not-writable",
          "The engine cannot write to " + work + ": " + e.getMessage(),
          "make the folder writable, or free disk space",
          e);
    }
    MiniCluster cluster =
        new GrowingCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration(work, slots))
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(slots)
                .setRpcServiceSharing(RpcServiceSharing.SHARED)
                .withRandomPorts()
                .build());
    EmbeddedEngine engine = new EmbeddedEngine(cluster, slots);
    try {
      cluster.start();
      return engine;
    } catch (Exception e) {
      engine.close();
      throw MoulinException.external(
          "engine-not-started",
          "The engine did not start: " + e.getMessage(),
          "see the log; it needs a free port of the loopback interface and room in " + work,
          e);
    }
  }

  private static Configuration configuration(Path work, int slots) {
    Configuration configuration = new Configuration();
    configuration.set(CoreOptions.TMP_DIRS, work.toString());
    configuration.set(CoreOptions.CHECK_LEAKED_CLASSLOADER, false);
    configuration.set(TaskManagerOptions.NUM_TASK_SLOTS, slots);
    // The rows live in DuckDB; Flink moves batches of raw records and file names.
    configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(4));
    MemorySize network = MemorySize.ofMebiBytes(Math.max(16, 8L * slots));
    configuration.set(TaskManagerOptions.NETWORK_MEMORY_MIN, network);
    configuration.set(TaskManagerOptions.NETWORK_MEMORY_MAX, network);
    // A restarted graph would go on from a checkpoint; ours goes on from the tables' ledger.
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    // A laptop that slept has not lost its task manager.
    configuration.set(HeartbeatManagerOptions.HEARTBEAT_INTERVAL, Duration.ofMinutes(1));
    configuration.set(HeartbeatManagerOptions.HEARTBEAT_TIMEOUT, Duration.ofMinutes(10));
    configuration.set(MetricOptions.METRIC_FETCHER_UPDATE_INTERVAL, Duration.ZERO);
    configuration.set(JobManagerOptions.BIND_HOST, "127.0.0.1");
    configuration.set(TaskManagerOptions.HOST, "127.0.0.1");
    configuration.set(TaskManagerOptions.BIND_HOST, "127.0.0.1");
    configuration.set(RestOptions.ADDRESS, "127.0.0.1");
    configuration.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
    configuration.set(RestOptions.SERVER_NUM_THREADS, 1);
    configuration.set(SecurityOptions.DELEGATION_TOKENS_ENABLED, false);
    configuration.set(WebOptions.SUBMIT_ENABLE, false);
    configuration.set(WebOptions.CANCEL_ENABLE, false);
    return configuration;
  }

  /** Makes room for a job of {@code parallelism}, until it is {@link #release released}. */
  synchronized void reserve(int parallelism) {
    while (slots < reserved + parallelism) {
      try {
        cluster.startTaskManager();
      } catch (Exception e) {
        throw MoulinException.external(
            "engine-not-started",
            "The engine has no room for another job: " + e.getMessage(),
            "stop other jobs, or give the process more memory with MOULIN_HEAP",
            e);
      }
      slots += slotsOfOne;
    }
    reserved += parallelism;
  }

  synchronized void release(int parallelism) {
    reserved -= parallelism;
  }

  /** Asks for a checkpoint of a job; the future gives its number when it is complete. */
  CompletableFuture<Long> checkpoint(JobID job) {
    return cluster.triggerCheckpoint(job, CheckpointType.DEFAULT);
  }

  /** Submits a job and gives its id when it was accepted. */
  JobID submit(StreamGraph graph) throws InterruptedException, ExecutionException {
    JobGraph job = graph.getJobGraph();
    return cluster.submitJob(job).get().getJobID();
  }

  /** The result of a job, when it has ended in whatever way. */
  CompletableFuture<JobResult> result(JobID job) {
    return cluster.requestJobResult(job);
  }

  /** Asks a job to end; {@link #result} says when it has. */
  void cancel(JobID job) {
    cluster.cancelJob(job).exceptionally(alreadyEnded -> null).join();
  }

  /** Stops the engine and with it every job. */
  @Override
  public void close() {
    try {
      cluster.closeAsync().get(LONGEST_STOP.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      throw MoulinException.external(
          "engine-not-stopped", "The engine did not stop in order: " + e.getMessage(), "", e);
    }
  }

  /**
   * A cluster that starts with one task manager lets none speak to another; a job whose subtasks
   * come to lie on two, when {@link #reserve} has added one, would fail.
   */
  private static final class GrowingCluster extends MiniCluster {
    private GrowingCluster(MiniClusterConfiguration configuration) {
      super(configuration);
    }

    @Override
    protected boolean useLocalCommunication() {
      return false;
    }
  }
}
