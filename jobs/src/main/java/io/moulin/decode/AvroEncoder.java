package io.moulin.decode;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.moulin.decode.AvroDatum.Unfit;
import io.moulin.decode.RegistryClient.Answer;
import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.MoulinException;
import io.moulin.spec.SourceSpec;
import io.moulin.spec.TimeSpec;
import io.moulin.spec.project.RegistrySpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/**
 * Writes rows, each one JSON object as a record of a JSON dataset would be, as Avro: by the schema
 * that the project has in a file, or by the newest one that the registry has for the topic, under
 * the subject {@code TOPIC-value}. What {@link AvroDecoder} then reads are the same columns. One
 * thread at a time.
 */
public final class AvroEncoder {
  /** The first byte of a record whose schema is at a registry. */
  private static final byte MAGIC = 0;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(JsonFactory.builder().build())
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final Schema schema;
  private final byte[] header;
  private final List<Member> members = new ArrayList<>();
  private final Set<String> nulls;
  private final GenericDatumWriter<Object> writer;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final BinaryEncoder out = EncoderFactory.get().directBinaryEncoder(bytes, null);

  /** A field of the schema and how its values are written. */
  private record Member(Schema.Field field, AvroDatum datum) {}

  /** A row that is none, or does not fit the schema, and why. */
  public static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String why) {
      super(why, null, false, false);
    }

    public String why() {
      return String.valueOf(getMessage());
    }
  }

  private AvroEncoder(DatasetSpec dataset, Schema schema, byte[] header) {
    this.schema = schema;
    this.header = header;
    this.nulls = Set.copyOf(dataset.nulls());
    this.writer = new GenericDatumWriter<>(schema, new GenericData());
    TimeSpec time = dataset.time();
    ZoneId zone = time == null ? ZoneOffset.UTC : time.zone();
    List<String> declared = time == null ? List.of("iso") : time.formats();
    for (Schema.Field field : schema.getFields()) {
      List<String> formats = new ArrayList<>(formats(dataset, field.name(), declared));
      formats.add("iso");
      members.add(new Member(field, new AvroDatum(new TimeFormats(formats, zone))));
    }
  }

  private static List<String> formats(DatasetSpec dataset, String field, List<String> otherwise) {
    return dataset.columns().stream()
        .filter(column -> column.name().equals(field) && !column.formats().isEmpty())
        .map(ColumnSpec::formats)
        .findFirst()
        .orElse(otherwise);
  }

  /**
   * An encoder for a dataset of format Avro.
   *
   * @throws MoulinException when the schema cannot be used, or the registry does not give it
   */
  public static AvroEncoder of(DatasetSpec dataset) {
    SourceSpec source = dataset.source();
    if (source.schema() != null) {
      return new AvroEncoder(dataset, AvroSchemas.parse(source.schema()), new byte[0]);
    }
    RegistrySpec registry = AvroSchemas.registry(dataset);
    String subject = source.topic() + "-value";
    Answer answer = new RegistryClient(registry).latest(subject);
    Schema schema = answer.schema();
    if (schema == null) {
      throw refused(answer, subject);
    }
    byte[] header = ByteBuffer.allocate(1 + Integer.BYTES).put(MAGIC).putInt(answer.id()).array();
    return new AvroEncoder(dataset, schema, header);
  }

  private static MoulinException refused(Answer answer, String subject) {
    return switch (answer.kind()) {
      case UNKNOWN_SCHEMA ->
          MoulinException.user(
              "schema-not-registered",
              "There is no schema to write by: " + answer.message(),
              "register one under the subject '%s', as a producer's serialiser does"
                  .formatted(subject));
      case INCOMPATIBLE_SCHEMA ->
          MoulinException.user(
              "schema-unusable",
              "The newest schema cannot be written by: " + answer.message(),
              "register an Avro schema of a record under the subject '%s'".formatted(subject));
      default ->
          MoulinException.external(
              "registry-failed",
              answer.message(),
              "see that it runs, and what registry.url says in moulin.yml");
    };
  }

  /** The value of the record that is made of a row. */
  public byte[] encode(byte[] row) throws Refused {
    JsonNode json;
    try {
      json = MAPPER.readTree(row);
    } catch (JsonProcessingException e) {
      throw new Refused("not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new Refused("not JSON: " + e.getMessage());
    } catch (NumberFormatException e) { // an exponent that BigDecimal cannot hold
      throw new Refused("not JSON that can be read: " + e.getMessage());
    }
    if (!json.isObject()) {
      throw new Refused("not a JSON object");
    }
    try {
      return bytes(record(json));
    } catch (Unfit e) {
      throw new Refused("does not fit the schema: " + e.getMessage());
    }
  }

  private GenericData.Record record(JsonNode json) {
    GenericData.Record record = new GenericData.Record(schema);
    for (Member member : members) {
      Schema.Field field = member.field;
      JsonNode value = json.get(field.name());
      record.put(
          field.pos(),
          AvroDatum.isNothing(value, field.schema(), nulls)
              ? AvroDatum.absent(field, value)
              : member.datum.of(value, field.schema(), field.name()));
    }
    AvroDatum.refuseUnknown(json, schema, "");
    return record;
  }

  private byte[] bytes(GenericData.Record record) {
    bytes.reset();
    bytes.writeBytes(header);
    try {
      writer.write(record, out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
