package io.moulin.job;

import io.moulin.commit.CommitLock;
import io.moulin.commit.CommitOperator;
import io.moulin.commit.Committer;
import io.moulin.commit.Ledger;
import io.moulin.commit.PartitionRange;
import io.moulin.follow.FollowOperator;
import io.moulin.follow.Following;
import io.moulin.ingest.IngestOperator;
import io.moulin.ingest.RawRecord;
import io.moulin.ingest.crash.Inquest;
import io.moulin.ingest.crash.Poison;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DedupSpec;
import io.moulin.spec.project.EngineSpec;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.catalog.Catalog;
import org.apache.kafka.common.TopicPartition;

/**
 * The job of one dataset: source, ingest, commit, and what follows silver. It is made anew for
 * every attempt, because where it begins and what it has seen comes from the tables.
 */
public final class IngestJob {
  /** One commits, whatever the parallelism: a commit is one over all subtasks. */
  private static final int COMMITTERS = 1;

  /** How soon a job without end reads partitions that were added to its topic. */
  private static final Duration DISCOVERY = Duration.ofSeconds(5);

  private IngestJob() {}

  /**
   * The graph of the job. Finishes an interrupted commit first, so that the tables agree with each
   * other.
   *
   * @throws io.moulin.spec.MoulinException when the tables or the topic do not fit together
   */
  public static StreamGraph graph(IngestPlan plan) {
    Start start = recover(plan);
    Map<Integer, PartitionRange> positions = start.committed();
    DatasetSpec dataset = plan.dataset();
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration(plan));
    String name = dataset.name();
    int parallelism = parallelism(plan.dataset(), plan.engine());
    SingleOutputStreamOperator<Long> committed =
        env.fromSource(source(plan, positions), WatermarkStrategy.noWatermarks(), "source " + name)
            .uid(name + ".source")
            .setParallelism(parallelism)
            .transform(
                "ingest " + name,
                PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO,
                new IngestOperator(
                    dataset,
                    plan.engine(),
                    plan.connections(),
                    positions,
                    start.poison(),
                    plan.run()))
            .uid(name + ".ingest")
            .setParallelism(parallelism)
            .transform(
                "commit " + name,
                Types.LONG,
                new CommitOperator(
                    dataset,
                    plan.connections().catalog(),
                    plan.run(),
                    plan.connections().locks(),
                    start.epoch(),
                    new TableUpkeep(plan)))
            .uid(name + ".commit")
            .setParallelism(COMMITTERS)
            .setMaxParallelism(COMMITTERS);
    followed(plan, committed)
        .sinkTo(new DiscardingSink<>())
        .name("end " + name)
        .uid(name + ".end")
        .setParallelism(COMMITTERS);
    StreamGraph graph = env.getStreamGraph();
    graph.setJobName(name);
    return graph;
  }

  /** Whoever follows the commits: one each as well, in the same task. */
  private static SingleOutputStreamOperator<Long> followed(
      IngestPlan plan, SingleOutputStreamOperator<Long> committed) {
    SingleOutputStreamOperator<Long> last = committed;
    for (Following following : Followings.of(plan.dataset())) {
      String dataset = plan.dataset().name();
      last =
          last.transform(
                  following.name() + " " + dataset,
                  Types.LONG,
                  new FollowOperator(
                      following,
                      plan.engine().memoryBytes(),
                      plan.connections().catalog(),
                      Path.of(plan.connections().workFolder(), plan.run()).toString(),
                      plan.connections().locks()))
              .uid(dataset + "." + following.name())
              .setParallelism(COMMITTERS)
              .setMaxParallelism(COMMITTERS);
    }
    return last;
  }

  /** How many subtasks ingest. Rows that are equal across partitions have to meet in one memory. */
  public static int parallelism(DatasetSpec dataset, EngineSpec engine) {
    return DedupSpec.acrossTopic(dataset.dedup()) ? 1 : engine.parallelism();
  }

  /** What a job has to know of those before it. */
  private record Start(Map<Integer, PartitionRange> committed, long epoch, Poison poison) {}

  private static Start recover(IngestPlan plan) {
    Catalog catalog = CatalogUtil.buildIcebergCatalog("moulin", plan.connections().catalog(), null);
    try (Closeable closing = catalog instanceof Closeable closeable ? closeable : () -> {}) {
      CommitLock lock = CommitLock.of(plan.connections().locks(), plan.dataset().name());
      Optional<Ledger> head = new Committer(catalog, plan.dataset(), plan.run(), lock).recover();
      Map<Integer, PartitionRange> committed = head.map(Ledger::positions).orElse(Map.of());
      TopicIdentity.check(catalog, plan.dataset(), plan.connections().kafka(), committed);
      Inquest inquest =
          new Inquest(plan.dataset(), plan.engine(), plan.connections(), catalog, plan.run());
      return new Start(committed, head.map(Ledger::epoch).orElse(0L), inquest.hold(committed));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Configuration configuration(IngestPlan plan) {
    Configuration configuration = new Configuration();
    // Recovery is a new job from the tables, so Flink itself neither restarts nor keeps state.
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    configuration.set(
        CheckpointingOptions.CHECKPOINTING_INTERVAL,
        plan.dataset().commitInterval(plan.engine().commitInterval()));
    // A subtask that waits for the schema registry holds back the barrier, and nothing is wrong.
    configuration.set(
        CheckpointingOptions.CHECKPOINTING_TIMEOUT,
        plan.dataset().source().registry() == null ? Duration.ofMinutes(10) : Duration.ofDays(30));
    configuration.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, 0);
    // The end of a bounded input commits at once; waiting for one more checkpoint gains nothing.
    configuration.set(CheckpointingOptions.ENABLE_CHECKPOINTS_AFTER_TASKS_FINISH, false);
    configuration.set(PipelineOptions.OBJECT_REUSE, true);
    return configuration;
  }

  private static KafkaSource<RawRecord> source(
      IngestPlan plan, Map<Integer, PartitionRange> committed) {
    Map<TopicPartition, Long> start =
        StartPositions.of(plan.dataset(), plan.connections().kafka(), committed);
    String topic = plan.dataset().source().topic();
    Properties properties = new Properties();
    properties.putAll(plan.connections().kafka());
    // The ledger knows the positions; a second truth in the broker would only disagree with it.
    properties.setProperty("commit.offsets.on.checkpoint", "false");
    properties.setProperty("isolation.level", "read_committed");
    KafkaSourceBuilder<RawRecord> builder =
        KafkaSource.<RawRecord>builder()
            .setProperties(properties)
            .setTopics(topic)
            .setGroupId("moulin." + plan.dataset().name())
            .setClientIdPrefix("moulin-" + plan.run())
            .setDeserializer(new RecordReader())
            .setStartingOffsets(OffsetsInitializer.offsets(start));
    if (plan.until().isEmpty()) {
      builder.setProperty("partition.discovery.interval.ms", String.valueOf(DISCOVERY.toMillis()));
    } else {
      Map<TopicPartition, Long> until = new HashMap<>();
      plan.until()
          .forEach((partition, offset) -> until.put(new TopicPartition(topic, partition), offset));
      builder.setBounded(OffsetsInitializer.offsets(until));
    }
    return builder.build();
  }
}
