package io.moulin.ingest;

import static org.assertj.core.api.Assertions.assertThat;

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
            new SchemaFile("schemas/order.avsc", SCHEMA, Place.of("datasets/test.yml")),
            null);
    DatasetSpec dataset = declared.build();
    try (IngestBed bed = new IngestBed(folder, dataset)) {
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
