package io.moulin.ingest;

import io.moulin.commit.Committable;
import io.moulin.commit.PartitionRange;
import io.moulin.decode.Undecodable;
import io.moulin.ingest.crash.Marks;
import io.moulin.ingest.crash.Poison;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.project.EngineSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * The ingest operator: gathers records into batches, passes each batch through DuckDB, and hands
 * the files on before every checkpoint barrier. It keeps no state in Flink; what it has to remember
 * it reads from the tables.
 */
public final class IngestOperator extends AbstractStreamOperator<byte[]>
    implements OneInputStreamOperator<RawRecord, byte[]>, BoundedOneInput {
  private static final long serialVersionUID = 1L;
  private static final Clock CLOCK = Clock.systemUTC();

  private final DatasetSpec dataset;
  private final EngineSpec engine;
  private final Connections connections;
  private final Map<Integer, PartitionRange> positions;
  private final String run;
  private final Poison poison;

  private transient @Nullable Catalog catalog;
  private transient @Nullable Ingestion ingestion;
  private transient @Nullable DeadLetterTopic deadLetters;
  private transient Progress.@Nullable Subtask progress;

  /**
   * @param positions where the last commit ended, by partition
   * @param poison records that are dead letters whatever they hold
   */
  public IngestOperator(
      DatasetSpec dataset,
      EngineSpec engine,
      Connections connections,
      Map<Integer, PartitionRange> positions,
      Poison poison,
      String run) {
    this.dataset = dataset;
    this.engine = engine;
    this.connections = connections;
    this.positions = new TreeMap<>(positions);
    this.poison = poison;
    this.run = run;
  }

  @Override
  public void open() throws Exception {
    super.open();
    int subtask = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
    Catalog opened = CatalogUtil.buildIcebergCatalog("moulin", connections.catalog(), null);
    catalog = opened;
    Ingestion way =
        Ingestion.open(
            dataset,
            engine,
            opened,
            positions,
            Path.of(connections.workFolder(), run, "subtask-" + subtask),
            run + "-subtask-" + subtask,
            CLOCK);
    ingestion = way;
    TableIdentifier bronze = TableIdentifier.of(Layer.BRONZE.namespace(), dataset.table());
    way.guard(Marks.of(opened.loadTable(bronze), run, subtask), poison);
    deadLetters = new DeadLetterTopic(dataset, connections.kafka());
    progress = Progress.of(run).subtask(subtask);
  }

  @Override
  public void processElement(StreamRecord<RawRecord> element) throws Exception {
    RawRecord record = element.getValue();
    Undecodable reason = opened(ingestion).add(record);
    if (reason != null) {
      opened(deadLetters).send(record, reason, Instant.now(CLOCK));
    }
    opened(progress).took(record.partition, record.offset);
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    super.prepareSnapshotPreBarrier(checkpointId);
    handOver();
  }

  @Override
  public void endInput() throws Exception {
    handOver();
  }

  private void handOver() throws SQLException, IOException {
    Committable made = opened(ingestion).finish();
    opened(progress).handedOver(made, opened(ingestion).keys(), opened(ingestion).keyBytes());
    if (!made.empty()) {
      opened(deadLetters).flush();
      output.collect(new StreamRecord<>(made.toBytes()));
    }
  }

  private static <T> T opened(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("Cannot ingest: the operator is not open");
    }
    return part;
  }

  @Override
  public void close() throws Exception {
    try (DeadLetterTopic topic = deadLetters;
        Ingestion ingesting = ingestion;
        AutoCloseable tables = catalog instanceof AutoCloseable closeable ? closeable : null) {
      super.close();
    }
  }
}
