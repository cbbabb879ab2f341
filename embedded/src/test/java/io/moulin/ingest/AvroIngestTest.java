package io.moulin.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.ingest.mend.DeadLetterReplay;
import io.moulin.ingest.mend.Outcome;
import io.moulin.ingest.mend.PatchLine;
import io.moulin.ingest.mend.QuarantineReplay;
import io.moulin.ingest.mend.RowChoice;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DedupSpec.Across;
import io.moulin.spec.Layer;
import io.moulin.spec.Place;
import io.moulin.spec.SourceSpec;
import io.moulin.spec.SourceSpec.SchemaFile;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Avro records into real tables: every one ends in exactly one place. */
class AvroIngestTest {
  private static final String SCHEMA =
      """
      {"type": "record", "name": "order", "fields": [
        {"name": "id", "type": "string"},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "amount", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}},
        {"name": "lines", "type": {"type": "array", "items": "int"}},
        {"name": "more", "type": ["null", "string"]}
      ]}
      """;
  private static final Schema ORDER = new Schema.Parser().parse(SCHEMA);
  private static final long NOW = IngestBed.NOW.toEpochMilli();

  @TempDir Path folder;

  @Test
  void goodBadAndUnreadableRecordsAreTold() throws Exception {
    try (IngestBed bed = new IngestBed(folder, dataset(SCHEMA))) {
      byte[] good = order("a", 0, "12.34", null);
      bed.send(0, NOW, good).send(0, NOW, good);
      bed.send(0, NOW, order("b", Long.MAX_VALUE, "1.00", "kept"));
      bed.send(0, NOW, new byte[] {1, 2, 3});
      bed.commit();
      assertThat(bed.rows(Layer.SILVER, "id, \"at\", amount, lines"))
          .containsExactly("a|1970-01-01 00:00:00+00|12.34|[1, 2]");
      assertThat(bed.rows(Layer.QUARANTINE, "id, _reason, _malformed, _extra"))
          .containsExactly(
              "b|CAST_AT|{\"at\":\"+292278994-08-17T07:12:55.807Z\"}|{\"more\":\"kept\"}");
      assertThat(bed.rows(Layer.DEAD_LETTERS, "error_type")).containsExactly("MALFORMED_AVRO");
      assertThat(bed.balance().total().duplicate()).isEqualTo(1);
      assertThat(bed.balance().problems()).isEmpty();
    }
  }

  @Test
  void aPatchIsJsonAndAnUnpatchedDeadLetterIsReadByTheSchemaOfNow() throws Exception {
    String strange = SCHEMA.replace("\"type\": \"string\"}", "\"type\": \"boolean\"}");
    try (IngestBed bed = new IngestBed(folder, dataset(strange))) {
      bed.send(0, NOW, order("a", 0, "12.34", null)); // readable once the schema is right
      bed.send(0, NOW, new byte[] {1, 2, 3});
      bed.send(0, NOW, new byte[] {9});
      bed.commit();
      assertThat(bed.balance().total().dead()).isEqualTo(3);
      bed.redeclare(dataset(SCHEMA));
      bed.send(0, NOW, order("b", Long.MAX_VALUE, "1.00", null)).commit();

      RowChoice dead = RowChoice.all(Layer.DEAD_LETTERS);
      PatchLine whole =
          new PatchLine(
              0, 1, "{\"id\":\"c\",\"at\":\"2024-06-01T12:00:00Z\",\"amount\":5.10,\"lines\":[7]}");
      Outcome patched = DeadLetterReplay.run(bed.mendJob(100), dead, List.of(whole));
      assertThat(patched.places()).isEqualTo(Map.of("silver", 1L));
      Outcome read = DeadLetterReplay.run(bed.mendJob(100), dead, List.of());
      assertThat(read.places()).isEqualTo(Map.of("silver", 1L));
      assertThat(read.unmended()).as("one byte is no record by any schema").isEqualTo(1);
      Outcome mended =
          QuarantineReplay.run(
              bed.mendJob(100),
              RowChoice.all(Layer.QUARANTINE),
              List.of(new PatchLine(0, 3, "{\"at\":\"2024-06-02T12:00:00Z\"}")));
      assertThat(mended.places()).isEqualTo(Map.of("silver", 1L));

      assertThat(bed.rows(Layer.SILVER, "id, \"at\", amount, lines"))
          .containsExactlyInAnyOrder(
              "a|1970-01-01 00:00:00+00|12.34|[1, 2]",
              "b|2024-06-02 12:00:00+00|1.00|[1, 2]",
              "c|2024-06-01 12:00:00+00|5.10|[7]");
      assertThat(bed.balance().problems()).isEmpty();
    }
  }

  private static DatasetSpec dataset(String schema) {
    TestDatasets declared =
        new TestDatasets()
            .column("id", "string")
            .column("at", "timestamptz")
            .column("amount", "decimal(9,2)")
            .column("lines", "list<int>")
            .dedup(Duration.ofHours(1), Across.PARTITION, "id");
    declared.source =
        new SourceSpec(
            "test.events.raw",
            4,
            Duration.ofDays(3),
            SourceSpec.Format.AVRO,
            null,
            new SchemaFile("schemas/order.avsc", schema, Place.of("datasets/test.yml")),
            null);
    return declared.build();
  }

  private static byte[] order(String id, long at, String amount, @Nullable String more)
      throws Exception {
    GenericRecord record = new GenericData.Record(ORDER);
    record.put("id", id);
    record.put("at", at);
    record.put("amount", ByteBuffer.wrap(new BigDecimal(amount).unscaledValue().toByteArray()));
    record.put("lines", List.of(1, 2));
    record.put("more", more);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(ORDER).write(record, encoder);
    encoder.flush();
    return out.toByteArray();
  }
}
