package io.moulin.ingest.crash;

import io.moulin.commit.PartitionRange;
import io.moulin.ingest.Connections;
import io.moulin.ingest.RawRecord;
import io.moulin.ingest.crash.Evidence.Shape;
import io.moulin.ingest.crash.Poison.Place;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.TableSpec;
import io.moulin.spec.project.EngineSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.iceberg.PartitionSpecParser;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks, before a run begins, at what the dead runs before it had in native code. A batch that was
 * there at two deaths in a row is tried in a process of its own; the records that end that process
 * are dead letters from then on, and the rest goes on.
 */
public final class Inquest {
  private static final Logger LOG = LoggerFactory.getLogger(Inquest.class);

  private final DatasetSpec dataset;
  private final EngineSpec engine;
  private final Connections connections;
  private final Catalog catalog;
  private final String run;

  public Inquest(
      DatasetSpec dataset,
      EngineSpec engine,
      Connections connections,
      Catalog catalog,
      String run) {
    this.dataset = dataset;
    this.engine = engine;
    this.connections = connections;
    this.catalog = catalog;
    this.run = run;
  }

  /**
   * Holds it. Nobody else may be at work on the dataset.
   *
   * @param committed where the last commit ended, by partition
   */
  public Poison hold(Map<Integer, PartitionRange> committed) {
    Table bronze = table(Layer.BRONZE);
    Suspects known = Suspects.NOTE.read(bronze).orElse(Suspects.NONE);
    Suspects now = known;
    for (BatchMark mark : Marks.left(bronze)) {
      LOG.info("The run {} ended with these records in native code: {}", mark.run(), mark.spans());
      now = now.with(mark);
    }
    now = now.beyond(committed);
    keep(bronze, known, now);
    Marks.clear(bronze);
    for (Suspects.Batch batch : now.batches()) {
      if (batch.due()) {
        Suspects judged = now.judged(batch, tried(batch));
        keep(bronze, now, judged);
        now = judged;
      }
    }
    return new Poison(now.poison());
  }

  private static void keep(Table bronze, Suspects before, Suspects after) {
    if (!after.equals(before)) {
      Suspects.NOTE.write(bronze, after);
    }
  }

  private List<Place> tried(Suspects.Batch batch) {
    LOG.warn(
        "{} processes in a row have ended with these records in native code, which are tried now"
            + " in a process of their own: {}",
        batch.deaths(),
        batch.spans());
    List<RawRecord> records = records(batch.spans());
    Path folder = Path.of(connections.workFolder(), run, "trial");
    try (Trials trials = new Trials(evidence(records), folder)) {
      List<Place> found =
          Search.poisonous(records.size(), trials).stream()
              .map(records::get)
              .map(record -> new Place(record.partition, record.offset))
              .toList();
      LOG.warn("Of {} records these end a process: {}", records.size(), found);
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Evidence evidence(List<RawRecord> records) {
    Map<Layer, Shape> shapes = new EnumMap<>(Layer.class);
    for (TableSpec spec : dataset.tables()) {
      Table table = table(spec.layer());
      shapes.put(
          spec.layer(),
          new Shape(SchemaParser.toJson(table.schema()), PartitionSpecParser.toJson(table.spec())));
    }
    return new Evidence(dataset, engine, shapes, records);
  }

  private Table table(Layer layer) {
    return catalog.loadTable(TableIdentifier.of(layer.namespace(), dataset.table()));
  }

  private List<RawRecord> records(List<Span> spans) {
    Properties config = new Properties();
    config.putAll(connections.kafka());
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    List<RawRecord> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      for (Span span : spans) {
        TopicPartition partition = new TopicPartition(dataset.source().topic(), span.partition());
        consumer.assign(List.of(partition));
        consumer.seek(partition, span.from());
        while (consumer.position(partition) < span.to()) {
          for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
            if (record.offset() < span.to()) {
              records.add(
                  new RawRecord(
                      record.partition(),
                      record.offset(),
                      record.timestamp(),
                      record.key(),
                      record.value()));
            }
          }
        }
      }
    }
    return records;
  }
}
