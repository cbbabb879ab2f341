package io.moulin.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Object container files of Avro, as real topics then hold their rows. */
class LoadAvroFilesTest {
  private static final Schema ROW =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "r", "fields": [
                {"name": "id", "type": "long"},
                {"name": "at", "type": ["null", {"type": "long", "logicalType": "timestamp-millis"}]},
                {"name": "wall", "type": {"type": "long", "logicalType": "local-timestamp-micros"}},
                {"name": "day", "type": {"type": "int", "logicalType": "date"}},
                {"name": "amount", "type": {"type": "bytes", "logicalType": "decimal", "precision": 20, "scale": 2}},
                {"name": "raw", "type": "bytes"},
                {"name": "note", "type": ["null", "string"]},
                {"name": "real", "type": "double"},
                {"name": "lines", "type": {"type": "array", "items": {"type": "record", "name": "l", "fields": [
                  {"name": "n", "type": "int"},
                  {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}}]}}},
                {"name": "tags", "type": {"type": "map", "values": ["null", "string"]}}
              ]}
              """);

  private final LoadTarget target;
  private final Path folder;

  LoadAvroFilesTest(@TempDir Path folder) {
    this.folder = folder;
    this.target = new LoadTarget(folder);
  }

  private static GenericRecord row(long id) {
    GenericRecord line = new GenericData.Record(ROW.getField("lines").schema().getElementType());
    line.put("n", 3);
    line.put("at", 1_000_001L);
    GenericRecord row = new GenericData.Record(ROW);
    row.put("id", id);
    row.put("at", id == 1 ? 1_717_243_200_123L : null);
    row.put("wall", -1L);
    row.put("day", 19_782);
    byte[] cents = new BigDecimal("123456789012345678.90").unscaledValue().toByteArray();
    row.put("amount", ByteBuffer.wrap(cents));
    row.put("raw", ByteBuffer.wrap(new byte[] {0, 1, -1}));
    row.put("note", id == 1 ? "é\n" : null);
    row.put("real", id == 1 ? 0.1 : Double.NaN);
    row.put("lines", List.of(line));
    row.put("tags", Map.of("k", "v"));
    return row;
  }

  private Path file(CodecFactory codec, int rows) throws IOException {
    Path file = folder.resolve("rows-" + codec + ".avro");
    try (DataFileWriter<GenericRecord> out =
        new DataFileWriter<>(new GenericDatumWriter<GenericRecord>(ROW))) {
      out.setCodec(codec).create(ROW, file.toFile());
      for (int id = 1; id <= rows; id++) {
        out.append(row(id));
      }
    }
    return file;
  }

  private Datasets dataset() {
    return target
        .dataset()
        .column("id", "long")
        .column("at", "timestamptz")
        .column("wall", "timestamp")
        .column("day", "date")
        .column("amount", "decimal(20,2)")
        .column("raw", "binary")
        .column("note", "string")
        .column("real", "double")
        .column("lines", "list<struct<n: int, at: timestamptz>>")
        .column("tags", "map<string, string>");
  }

  @Test
  void everyTypeTakesTheFormOfTheWire() throws Exception {
    LoadSummary summary = target.load(dataset().spec(), file(CodecFactory.deflateCodec(6), 2));
    assertThat(summary.produced()).isEqualTo(2);
    assertThat(summary.warnings()).isEmpty();
    assertThat(target.values())
        .containsExactly(
            "{\"id\":1,\"at\":\"2024-06-01T12:00:00.123Z\",\"wall\":\"1969-12-31T23:59:59.999999\","
                + "\"day\":\"2024-02-29\",\"amount\":123456789012345678.90,\"raw\":\"AAH/\","
                + "\"note\":\"é\\n\",\"real\":0.1,"
                + "\"lines\":[{\"n\":3,\"at\":\"1970-01-01T00:00:01.000001Z\"}],\"tags\":{\"k\":\"v\"}}",
            "{\"id\":2,\"at\":null,\"wall\":\"1969-12-31T23:59:59.999999\","
                + "\"day\":\"2024-02-29\",\"amount\":123456789012345678.90,\"raw\":\"AAH/\","
                + "\"note\":null,\"real\":\"NaN\","
                + "\"lines\":[{\"n\":3,\"at\":\"1970-01-01T00:00:01.000001Z\"}],\"tags\":{\"k\":\"v\"}}");
  }

  @Test
  void everyCodecIsUnpacked() throws Exception {
    List<CodecFactory> codecs =
        List.of(
            CodecFactory.nullCodec(),
            CodecFactory.snappyCodec(),
            CodecFactory.zstandardCodec(3),
            CodecFactory.bzip2Codec());
    for (CodecFactory codec : codecs) {
      assertThat(target.load(dataset().spec(), file(codec, 5)).produced())
          .as("%s", codec)
          .isEqualTo(5);
    }
  }

  @Test
  void aFileThatIsCutOffIsRefusedBeforeAnythingIsLoaded() throws Exception {
    Path file = file(CodecFactory.nullCodec(), 1_000);
    byte[] whole = Files.readAllBytes(file);
    for (int length : new int[] {3, 10, whole.length / 2, whole.length - 1}) {
      Path cut = Files.write(folder.resolve("cut.avro"), Arrays.copyOf(whole, length));
      assertThat(catchThrowable(() -> target.load(dataset().spec(), cut)))
          .as("cut to %d of %d", length, whole.length)
          .isInstanceOfSatisfying(
              MoulinException.class, e -> assertThat(e.code()).isEqualTo("file-broken"));
    }
    assertThat(target.produced()).isZero();
  }
}
