package io.moulin.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moulin.embedded.EmbeddedJobs.Surroundings;
import io.moulin.embedded.catalog.RestCatalogServer;
import io.moulin.ingest.Connections;
import io.moulin.job.IngestPlan;
import io.moulin.platform.IcebergTables;
import io.moulin.platform.JobRunner.JobOutcome;
import io.moulin.platform.JobRunner.JobRequest;
import io.moulin.spec.MoulinException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class EmbeddedRestartTest {
  private static EmbeddedEngine engine;
  private static RestCatalogServer server;
  private static IcebergTables tables;

  private final List<String> runs = new ArrayList<>();

  @BeforeAll
  static void start(@TempDir Path folder) {
    engine = EmbeddedEngine.start(folder.resolve("engine"), 2);
    server =
        RestCatalogServer.start(
            folder.resolve("catalog.db"), folder.resolve("warehouse"), 0, Map.of());
    tables = IcebergTables.open(server.catalogProperties());
  }

  @AfterAll
  static void stop() {
    engine.close();
    tables.close();
    server.close();
  }

  @Test
  void startsAgainWithANewGraphUntilOneSucceeds() {
    JobOutcome outcome =
        run(plan -> graph(runs.size() <= 2 ? new IllegalStateException("lost") : null));
    assertThat(outcome.restarts()).isEqualTo(2);
    assertThat(runs).hasSize(3).doesNotHaveDuplicates();
  }

  @Test
  void startsAgainWhenTheGraphCannotBeMade() {
    JobOutcome outcome =
        run(
            plan -> {
              if (runs.size() == 1) {
                throw MoulinException.external("catalog-failed", "no answer", "");
              }
              return graph(null);
            });
    assertThat(outcome.restarts()).isEqualTo(1);
  }

  @Test
  void givesUpAfterThreeRestartsWithTheCause() {
    assertThatThrownBy(() -> run(plan -> graph(new IllegalStateException("disk on fire"))))
        .isInstanceOfSatisfying(
            MoulinException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(MoulinException.Kind.EXTERNAL);
              assertThat(e).hasMessageContaining("disk on fire");
            });
    assertThat(runs).hasSize(4);
  }

  @Test
  void doesNotTryAgainWhatTheUserHasToMend() {
    assertThatThrownBy(
            () -> run(plan -> graph(MoulinException.user("rule-failed", "bad row", "mend it"))))
        .isInstanceOfSatisfying(
            MoulinException.class,
            e -> {
              assertThat(e.code()).isEqualTo("rule-failed");
              assertThat(e.fix()).isEqualTo("mend it");
            });
    assertThat(runs).hasSize(1);
  }

  private JobOutcome run(Function<IngestPlan, StreamGraph> graphs) {
    Connections connections = Connections.of(Map.of(), server.catalogProperties(), "");
    try (EmbeddedJobs jobs =
        new EmbeddedJobs(
            () -> engine,
            plan -> {
              runs.add(plan.run());
              return graphs.apply(plan);
            },
            new Surroundings(() -> connections, () -> tables.catalog()))) {
      return jobs.start(new JobRequest(Datasets.trips(), Projects.IMPATIENT, Map.of())).await();
    }
  }

  private static StreamGraph graph(RuntimeException failure) {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.fromSequence(1, 10)
        .map(
            n -> {
              if (failure != null) {
                throw failure;
              }
              return n;
            })
        .returns(Types.LONG)
        .sinkTo(new DiscardingSink<>());
    return env.getStreamGraph();
  }
}
