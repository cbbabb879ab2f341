package io.moulin.model.tables;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.moulin.spec.model.ModelSpec;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/**
 * What a table says about how it was built: kept in the summary of its snapshot, so that it is as
 * atomic as the rows.
 *
 * @param version of the model
 * @param inputs by full name, the snapshot of each stored input; 0 for one that had none
 * @param behind values of partitions whose inputs changed beyond the lookback, as Iceberg keeps
 *     them in JSON
 */
public record Published(String version, Map<String, Long> inputs, List<String> behind) {
  public static final String VERSION = "moulin.model.version";
  public static final String BUILD = "moulin.model.build";
  public static final String BEHIND = "moulin.model.behind";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<TreeMap<String, Long>> IDS = new TypeReference<>() {};
  private static final TypeReference<List<String>> TEXTS = new TypeReference<>() {};

  public Published {
    inputs = Map.copyOf(inputs);
    behind = List.copyOf(behind);
  }

  /** Of a table; null when it has no snapshot that a build has made. */
  public static @Nullable Published of(Table table) {
    Snapshot snapshot = table.currentSnapshot();
    // Compaction and expiry make snapshots of their own, and change no row.
    while (snapshot != null && !snapshot.summary().containsKey(VERSION)) {
      Long parent = snapshot.parentId();
      boolean sameRows = "replace".equals(snapshot.operation());
      snapshot = parent == null || !sameRows ? null : table.snapshot(parent);
    }
    if (snapshot == null) {
      return null;
    }
    Map<String, String> summary = snapshot.summary();
    try {
      return new Published(
          summary.getOrDefault(VERSION, ""),
          JSON.readValue(summary.getOrDefault(ModelSpec.INPUTS, "{}"), IDS),
          JSON.readValue(summary.getOrDefault(BEHIND, "[]"), TEXTS));
    } catch (JsonProcessingException e) {
      return null; // whoever wrote it, it was no build: the table is built anew
    }
  }

  /** As a snapshot's summary keeps it. */
  public Map<String, String> summary(String build) {
    try {
      Map<String, String> summary = new TreeMap<>();
      summary.put(VERSION, version);
      summary.put(ModelSpec.INPUTS, JSON.writeValueAsString(new TreeMap<>(inputs)));
      summary.put(BUILD, build);
      if (!behind.isEmpty()) {
        summary.put(BEHIND, JSON.writeValueAsString(behind));
      }
      return summary;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write " + this, e);
    }
  }
}
