package io.moulin.commit;

import io.moulin.spec.Layer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Rows that are written to files but not yet part of any table: what one subtask hands to the
 * committer at a checkpoint.
 *
 * @param files data files by layer, each as the JSON of Iceberg's content file parser
 * @param ranges by partition of the topic
 */
public record Committable(
    Map<Layer, List<String>> files, Map<Integer, PartitionRange> ranges, Tally tally) {

  /** Nothing to commit. */
  public static final Committable EMPTY = new Committable(Map.of(), Map.of(), Tally.ZERO);

  public Committable {
    Map<Layer, List<String>> byLayer = new EnumMap<>(Layer.class);
    files.forEach((layer, list) -> byLayer.put(layer, List.copyOf(list)));
    files = Collections.unmodifiableMap(byLayer);
    ranges = Collections.unmodifiableMap(new TreeMap<>(ranges));
  }

  /** This and what comes after it. */
  public Committable plus(Committable next) {
    Map<Layer, List<String>> allFiles = new EnumMap<>(Layer.class);
    files.forEach((layer, list) -> allFiles.put(layer, new ArrayList<>(list)));
    next.files.forEach(
        (layer, list) -> allFiles.computeIfAbsent(layer, l -> new ArrayList<>()).addAll(list));
    Map<Integer, PartitionRange> allRanges = new TreeMap<>(ranges);
    next.ranges.forEach(
        (partition, range) -> allRanges.merge(partition, range, PartitionRange::then));
    return new Committable(allFiles, allRanges, tally.plus(next.tally));
  }

  public boolean empty() {
    return ranges.isEmpty();
  }

  public byte[] toBytes() {
    return Json.writeBytes(this);
  }

  public static Committable fromBytes(byte[] bytes) {
    return Json.read(bytes, Committable.class);
  }
}
