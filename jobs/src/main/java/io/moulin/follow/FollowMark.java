package io.moulin.follow;

import io.moulin.spec.Layer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/**
 * What the summary of a snapshot says of where its rows come from. It is part of the same atomic
 * commit as the rows, so that no row of silver counts twice or not at all.
 *
 * @param silver id of the snapshot of silver that the table is made of
 * @param shape what was declared
 * @param more what else the next step has to know, by short names
 */
public record FollowMark(long silver, String shape, Map<String, String> more) {
  private static final String SILVER = "silver-snapshot";
  private static final String SHAPE = "shape";

  public FollowMark {
    more = Map.copyOf(more);
  }

  private static String prefix(Layer layer) {
    return "moulin." + layer.namespace() + ".";
  }

  /** The newest mark; others may have rewritten files since. */
  static Optional<FollowMark> newest(Table table, Layer layer) {
    String prefix = prefix(layer);
    for (Snapshot snapshot = table.currentSnapshot(); snapshot != null; ) {
      Map<String, String> summary = snapshot.summary();
      String silver = summary.get(prefix + SILVER);
      if (silver != null) {
        Map<String, String> more = new HashMap<>();
        summary.forEach(
            (key, value) -> {
              if (key.startsWith(prefix)) {
                more.put(key.substring(prefix.length()), value);
              }
            });
        more.remove(SILVER);
        String shape = more.remove(SHAPE);
        return Optional.of(
            new FollowMark(Long.parseLong(silver), shape == null ? "" : shape, more));
      }
      Long parent = snapshot.parentId();
      snapshot = parent == null ? null : table.snapshot(parent);
    }
    return Optional.empty();
  }

  /** As the summary of a snapshot of a table of that layer has it. */
  Map<String, String> properties(Layer layer) {
    Map<String, String> properties = new HashMap<>();
    more.forEach((key, value) -> properties.put(prefix(layer) + key, value));
    properties.put(prefix(layer) + SILVER, Long.toString(silver));
    properties.put(prefix(layer) + SHAPE, shape);
    return properties;
  }
}
