package io.moulin.embedded;

import io.moulin.ingest.Connections;
import io.moulin.job.IngestPlan;
import io.moulin.platform.JobRunner;
import io.moulin.spec.MoulinException;
import io.moulin.spec.project.EngineSpec;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.iceberg.catalog.Catalog;

/** Runs jobs on the engine of this JVM, each watched by a thread that starts it again. */
final class EmbeddedJobs implements JobRunner, AutoCloseable {
  private final Supplier<EmbeddedEngine> engine;
  private final Function<IngestPlan, StreamGraph> graphs;
  private final Surroundings surroundings;
  private final Set<EmbeddedRun> running = ConcurrentHashMap.newKeySet();

  /**
   * @param engine starts the engine when it is first asked for
   * @param graphs makes the graph of one attempt
   */
  EmbeddedJobs(
      Supplier<EmbeddedEngine> engine,
      Function<IngestPlan, StreamGraph> graphs,
      Surroundings surroundings) {
    this.engine = engine;
    this.graphs = graphs;
    this.surroundings = surroundings;
  }

  @Override
  public RunningJob start(JobRequest request) {
    if (request.engine().kind() != EngineSpec.Kind.EMBEDDED) {
      throw MoulinException.user(
          "engine-unsupported",
          "The engine of this project is " + request.engine().kind() + ", which does not run here",
          "set 'engine: {kind: embedded}' in the profile");
    }
    EmbeddedEngine started = engine.get();
    EmbeddedRun run =
        new EmbeddedRun(
            started,
            graphs,
            request,
            surroundings.connections().get(),
            new CommitCount(surroundings.catalog().get(), request.dataset()));
    started.reserve(request.engine().parallelism());
    running.add(run);
    run.begin(
        () -> {
          running.remove(run);
          started.release(request.engine().parallelism());
        });
    return run;
  }

  /** Cancels what still runs. */
  @Override
  public void close() {
    running.forEach(EmbeddedRun::cancel);
  }

  /** What the jobs here use; started when it is first asked for. */
  record Surroundings(Supplier<Connections> connections, Supplier<Catalog> catalog) {}
}
