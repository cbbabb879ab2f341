package io.moulin.history;

import io.moulin.spec.history.HistorySpec;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/**
 * What the summary of a history's snapshot says of where it comes from. It is part of the same
 * atomic commit as the versions, so that no row of silver counts twice or not at all.
 *
 * @param silver id of the snapshot of silver that the history is made of
 * @param shape what was declared
 * @param orphans whether a row has ended a key of which no version is known: then an earlier row of
 *     an unknown key is looked for in silver
 */
record HistoryMark(long silver, String shape, boolean orphans) {
  static final String SILVER = "moulin.history.silver-snapshot";
  private static final String SHAPE = "moulin.history.shape";
  private static final String ORPHANS = "moulin.history.orphans";

  /** What of a declaration decides about rows; a history of another one is made anew. */
  static String shape(HistorySpec history) {
    return String.join(
        " | ",
        history.mode().name(),
        history.key().toString(),
        history.track().toString(),
        history.order(),
        String.valueOf(history.deletes()),
        Integer.toString(history.buckets()));
  }

  /** The newest mark; others may have rewritten files since. */
  static Optional<HistoryMark> newest(Table history) {
    for (Snapshot snapshot = history.currentSnapshot(); snapshot != null; ) {
      Map<String, String> summary = snapshot.summary();
      String silver = summary.get(SILVER);
      if (silver != null) {
        return Optional.of(
            new HistoryMark(
                Long.parseLong(silver),
                summary.getOrDefault(SHAPE, ""),
                Boolean.parseBoolean(summary.get(ORPHANS))));
      }
      Long parent = snapshot.parentId();
      snapshot = parent == null ? null : history.snapshot(parent);
    }
    return Optional.empty();
  }

  Map<String, String> properties() {
    return Map.of(SILVER, Long.toString(silver), SHAPE, shape, ORPHANS, Boolean.toString(orphans));
  }
}
