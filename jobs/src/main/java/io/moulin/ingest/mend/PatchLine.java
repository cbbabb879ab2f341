package io.moulin.ingest.mend;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moulin.spec.DatasetTables;
import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Values that replace those of one row.
 *
 * @param values a JSON object, by the names on the wire
 */
public record PatchLine(int partition, long offset, String values) {
  /** Numbers keep their digits. */
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  /**
   * Reads a file of JSON lines; each has {@code _partition} and {@code _offset} and the fields that
   * change.
   */
  public static List<PatchLine> read(Path file) {
    List<PatchLine> patches = new ArrayList<>();
    Set<List<Long>> seen = new HashSet<>();
    try {
      List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
      for (int i = 0; i < lines.size(); i++) {
        if (!lines.get(i).isBlank()) {
          PatchLine patch = of(lines.get(i), file + ":" + (i + 1));
          if (!seen.add(List.of((long) patch.partition(), patch.offset()))) {
            throw wrong(file + ":" + (i + 1), "the row is patched twice");
          }
          patches.add(patch);
        }
      }
    } catch (IOException e) {
      throw MoulinException.user(
          "patch-file",
          "Cannot read the patches in %s: %s".formatted(file, e.getMessage()),
          "give a file of JSON lines",
          e);
    }
    return patches;
  }

  private static PatchLine of(String line, String at) {
    JsonNode node;
    try {
      node = MAPPER.readTree(line);
    } catch (JsonProcessingException e) {
      throw wrong(at, "it is not JSON: " + e.getOriginalMessage());
    } catch (NumberFormatException e) { // an exponent that BigDecimal cannot hold
      throw wrong(at, "it has a number that cannot be read: " + e.getMessage());
    }
    if (!(node instanceof ObjectNode object)) {
      throw wrong(at, "it is not a JSON object");
    }
    JsonNode partition = object.remove(DatasetTables.PARTITION);
    JsonNode offset = object.remove(DatasetTables.OFFSET);
    if (partition == null
        || !partition.canConvertToInt()
        || offset == null
        || !offset.canConvertToLong()) {
      throw wrong(at, "it does not say which row: _partition and _offset");
    }
    if (object.isEmpty()) {
      throw wrong(at, "it changes nothing");
    }
    return new PatchLine(partition.asInt(), offset.asLong(), object.toString());
  }

  private static MoulinException wrong(String at, String why) {
    return MoulinException.user(
        "bad-patch",
        "The patch at %s cannot be used: %s".formatted(at, why),
        "write one line a row, such as {\"_partition\": 0, \"_offset\": 41, \"amount\": 12.5}");
  }
}
