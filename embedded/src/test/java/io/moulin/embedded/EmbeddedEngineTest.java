package io.moulin.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedEngineTest {
  /** Seen as a dataset of a project with three that did not start: its subtasks lay apart. */
  @Test
  void runsAJobOverSlotsThatWereAddedLater(@TempDir Path folder) throws Exception {
    try (EmbeddedEngine engine = EmbeddedEngine.start(folder, 1)) {
      engine.reserve(2);
      StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
      env.setParallelism(2);
      env.fromSequence(1, 1_000).keyBy(n -> n % 7).sinkTo(new DiscardingSink<>());

      JobResult result =
          engine.result(engine.submit(env.getStreamGraph())).get(2, TimeUnit.MINUTES);

      assertThat(result.getSerializedThrowable()).as("%s", result).isEmpty();
    }
  }
}
