package io.moulin.decode;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import io.moulin.decode.Undecodable.Kind;
import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DatasetSpec.UnknownFields;
import io.moulin.spec.SourceSpec;
import io.moulin.spec.TimeSpec;
import io.moulin.spec.project.RegistrySpec;
import io.moulin.spec.project.RegistrySpec.OnError;
import java.nio.ByteBuffer;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Decodes Avro: records that begin with a zero byte and the id of their schema at a registry, or
 * bare ones of the one schema that the project has in a file. Fields become columns by name,
 * whatever their order; a schema may have more of them, or fewer.
 */
final class AvroDecoder implements Decoder {
  /** The zero byte and the id. */
  private static final int HEADER_BYTES = 5;

  /** Ids of one topic; beyond it what was known is learned anew. */
  private static final int MOST_SCHEMAS = 1_000;

  private final @Nullable SchemaRegistry registry;
  private final @Nullable List<Slot> single;
  private final Map<Integer, List<Slot>> byId = new HashMap<>();
  private final List<String> names = new ArrayList<>();
  private final AvroColumn[] columns;
  private final @Nullable NestedJson[] nested;
  private final boolean keepUnknown;

  private AvroDecoder(
      DatasetSpec dataset, @Nullable SchemaRegistry registry, @Nullable Schema single) {
    TimeSpec time = dataset.time();
    List<String> formats = time == null ? List.of("iso") : time.formats();
    ZoneId zone = time == null ? ZoneOffset.UTC : time.zone();
    Set<String> nulls = Set.copyOf(dataset.nulls());
    columns = new AvroColumn[dataset.columns().size()];
    nested = new NestedJson[columns.length];
    for (int i = 0; i < columns.length; i++) {
      ColumnSpec spec = dataset.columns().get(i);
      List<String> own = spec.formats().isEmpty() ? formats : spec.formats();
      names.add(spec.name());
      columns[i] = new AvroColumn(spec.type(), new TimeFormats(own, zone), zone, nulls);
      List<String> iso = new ArrayList<>(own);
      iso.add("iso"); // in which times of Avro's own types are written out
      nested[i] =
          spec.type().nested() ? new NestedJson(spec.type(), new TimeFormats(iso, zone)) : null;
    }
    keepUnknown = dataset.unknownFields() != UnknownFields.IGNORE;
    this.registry = registry;
    this.single = single == null ? null : slots(single);
  }

  /** What becomes of a record whose schema the registry does not give is as it declares. */
  static AvroDecoder of(DatasetSpec dataset) {
    RegistrySpec registry = dataset.source().registry();
    return of(dataset, registry == null ? OnError.DEAD_LETTER : registry.onError());
  }

  static AvroDecoder of(DatasetSpec dataset, OnError onError) {
    SourceSpec source = dataset.source();
    if (source.schema() != null) {
      return new AvroDecoder(dataset, null, AvroSchemas.parse(source.schema()));
    }
    return new AvroDecoder(
        dataset, new SchemaRegistry(AvroSchemas.registry(dataset), onError), null);
  }

  /**
   * A field of a schema, against the columns.
   *
   * @param column -1 where none has its name
   */
  private record Slot(Schema.Field field, int column) {}

  private List<Slot> slots(Schema schema) {
    return schema.getFields().stream()
        .map(field -> new Slot(field, names.indexOf(field.name())))
        .toList();
  }

  @Override
  public @Nullable Undecodable decode(byte @Nullable [] payload, DecodedRows row) {
    row.clear();
    if (payload == null || (payload.length == 0 && single == null)) {
      return new Undecodable(
          Kind.EMPTY, payload == null ? "the record has no value" : "the record has no bytes");
    }
    try {
      List<Slot> slots = single == null ? slotsOf(payload) : single;
      AvroInput in = new AvroInput(payload, single == null ? HEADER_BYTES : 0);
      for (Slot slot : slots) {
        read(in, slot.field, slot.column, row);
      }
      return in.atEnd()
          ? null
          : new Undecodable(
              Kind.MALFORMED_AVRO,
              "%d bytes after the end of the record".formatted(payload.length - in.at()));
    } catch (AvroInput.Refused e) {
      return e.reason;
    }
  }

  private List<Slot> slotsOf(byte[] payload) {
    SchemaRegistry from = registry;
    if (from == null || payload.length < HEADER_BYTES || payload[0] != 0) {
      throw new AvroInput.Refused(
          Kind.MALFORMED_AVRO, "it does not begin with a zero byte and the id of a schema");
    }
    int id = ByteBuffer.wrap(payload).getInt(1);
    List<Slot> known = byId.get(id);
    if (known != null) {
      return known;
    }
    List<Slot> slots = slots(schemaOf(id, from));
    if (byId.size() >= MOST_SCHEMAS) {
      byId.clear();
    }
    byId.put(id, slots);
    return slots;
  }

  private static Schema schemaOf(int id, SchemaRegistry from) {
    RegistryClient.Answer answer = from.schema(id);
    if (answer.schema() == null) {
      throw new AvroInput.Refused(answer.kind(), answer.message());
    }
    return answer.schema();
  }

  private void read(AvroInput in, Schema.Field field, int column, DecodedRows row) {
    if (column < 0) {
      JsonNode value = in.json(field.schema());
      if (keepUnknown && !value.isNull()) {
        row.addExtra(quote(field.name()), value.toString());
      }
      return;
    }
    int start = in.at();
    NestedJson whole = nested[column];
    if (whole == null) {
      if (columns[column].read(in, in.branch(field.schema()), column, row)) {
        return;
      }
      row.forget(column);
      in.back(start);
    }
    String json = in.json(field.schema()).toString();
    String canonical = whole == null || json.equals("null") ? null : whole.canonical(json);
    if (canonical != null) {
      row.putObject(column, canonical);
    } else if (!json.equals("null")) {
      row.addMalformed(quote(field.name()), json);
    }
  }

  private static String quote(String name) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(name)) + '"';
  }
}
