package io.moulin.ingest;

import io.moulin.embedded.EmbeddedBroker;
import io.moulin.ingest.mend.FromPlace;
import io.moulin.ingest.mend.MendJob;
import io.moulin.ingest.mend.Rewinding;
import io.moulin.ingest.mend.TopicReplay;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DatasetTables;
import io.moulin.spec.Layer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.expressions.Expressions;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A topic is read again, and that fails at any of its commits: see {@link CorrectionFaults}. */
@NullUnmarked
class RereadFaultTest {
  private static final int PARTITIONS = 2;
  private static final int COMMITS = 3;
  private static final int ROWS_OF_A_COMMIT = 8;

  /** The times of the records are long ago. */
  private static final Map<String, String> FOR_EVER = Map.of("retention.ms", "-1");

  private static final DatasetSpec DATASET = CorrectionFaults.dataset("id < 20");

  private static EmbeddedBroker broker;
  private static Map<String, String> kafka;

  @TempDir Path folder;

  /** A record of the topic, before the broker has it. */
  private record Sent(int partition, long time, String json) {
    byte[] payload() {
      return json.getBytes(StandardCharsets.UTF_8);
    }
  }

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    broker = EmbeddedBroker.start(folder, 0);
    kafka = Map.of("bootstrap.servers", broker.bootstrap());
    String topic = DATASET.source().topic();
    try (Admin admin = Admin.create(Map.copyOf(kafka));
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(
                Map.copyOf(kafka), new ByteArraySerializer(), new ByteArraySerializer())) {
      admin
          .createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1).configs(FOR_EVER)))
          .all()
          .get();
      for (int i = 0; i < COMMITS * ROWS_OF_A_COMMIT; i++) {
        Sent sent = sent(i);
        producer
            .send(new ProducerRecord<>(topic, sent.partition, sent.time, null, sent.payload()))
            .get();
      }
    }
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  /** Every fifth is a copy, every third is late, the last are too great. */
  private static Sent sent(int i) {
    int hour = i / ROWS_OF_A_COMMIT;
    Instant time = IngestBed.NOW.plus(Duration.ofHours(hour)).plusSeconds(3_540);
    String json =
        "{\"id\":%d,\"ts\":\"2024-06-01T%02d:%02d:00\"}"
            .formatted(i % 5 == 4 ? i - 4 : i, 12 + hour, i % 3 == 2 ? 29 : 59);
    return new Sent(i % PARTITIONS, time.toEpochMilli(), json);
  }

  private static IngestBed streamed(Path own, FaultyCatalog catalog) throws Exception {
    IngestBed bed = new IngestBed(own, DATASET, catalog);
    for (int i = 0; i < COMMITS * ROWS_OF_A_COMMIT; i++) {
      send(bed, sent(i));
      if (i % ROWS_OF_A_COMMIT == ROWS_OF_A_COMMIT - 1) {
        bed.commit();
      }
    }
    return bed;
  }

  private static void send(IngestBed bed, Sent sent) throws Exception {
    bed.send(sent.partition, sent.time, sent.payload());
  }

  private static IngestBed withoutTheFirstHour(Path own, FaultyCatalog catalog) throws Exception {
    IngestBed bed = streamed(own, catalog);
    long hour = TimeUnit.MILLISECONDS.toMicros(sent(ROWS_OF_A_COMMIT).time);
    bed.table(Layer.BRONZE)
        .newDelete()
        .deleteFromRowFilter(Expressions.lessThan(DatasetTables.RECORD_TIME, hour))
        .commit();
    return bed;
  }

  private static void more(IngestBed bed) throws Exception {
    for (int i = 0; i < ROWS_OF_A_COMMIT; i++) {
      send(bed, sent(COMMITS * ROWS_OF_A_COMMIT + i));
    }
  }

  private static MendJob job(IngestBed bed) {
    return bed.mendJob(5);
  }

  @Test
  void everyFaultAtEveryCommitOfARewind() throws Exception {
    new CorrectionFaults(
            folder,
            RereadFaultTest::streamed,
            (bed, own) -> Rewinding.run(job(bed), FromPlace.ofOffsets("0:4,1:5"), kafka),
            RereadFaultTest::more)
        .everyFaultAtEveryCommit(4);
  }

  @Test
  void everyFaultAtEveryCommitOfAReplay() throws Exception {
    new CorrectionFaults(
            folder,
            RereadFaultTest::withoutTheFirstHour,
            (bed, own) -> TopicReplay.run(job(bed), FromPlace.ofTime(Instant.EPOCH), kafka),
            RereadFaultTest::more)
        .everyFaultAtEveryCommit(1);
  }
}
