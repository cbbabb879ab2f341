package io.moulin.control.mend;

import io.moulin.commit.Tally;
import io.moulin.ingest.mend.Outcome;
import io.moulin.spec.Layer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a correction did.
 *
 * @param changed whether it changes the tables
 * @param rows how many rows it was about
 * @param places where rows went, by the name of the place
 * @param unmended rows whose patch did not mend them, and which were left as they were
 * @param before rows of the dataset by their place, before it
 * @param after the same after it
 */
public record MendReport(
    String dataset,
    boolean changed,
    long rows,
    Map<String, Long> places,
    long unmended,
    Map<String, Long> before,
    Map<String, Long> after) {

  static MendReport of(String dataset, Outcome outcome) {
    return new MendReport(
        dataset,
        outcome.made(),
        outcome.rows(),
        outcome.places(),
        outcome.unmended(),
        counts(outcome.before()),
        counts(outcome.after()));
  }

  /** How many rows it has put into a table of that layer, or changed there. */
  long written(Layer layer) {
    if (!changed) {
      return 0;
    }
    return places.getOrDefault("discarded", 0L)
        + switch (layer) {
          case SILVER, QUARANTINE, LATE -> places.getOrDefault(layer.namespace(), 0L);
          case DEAD_LETTERS -> places.getOrDefault("dead letters", 0L);
          case BRONZE ->
              places.getOrDefault("bronze, put back", 0L)
                  + Math.max(0, bronze(after) - bronze(before));
          case HISTORY, LIVE -> throw new IllegalArgumentException("Invalid layer: " + layer);
        };
  }

  private static long bronze(Map<String, Long> counts) {
    return counts.getOrDefault("bronze", 0L);
  }

  private static Map<String, Long> counts(Tally tally) {
    Map<String, Long> counts = new LinkedHashMap<>();
    counts.put("bronze", tally.bronze());
    counts.put("silver", tally.silver());
    counts.put("quarantine", tally.quarantine());
    counts.put("duplicate", tally.duplicate());
    counts.put("late", tally.lateRouted() + tally.lateDropped());
    counts.put("filtered", tally.filtered());
    return Collections.unmodifiableMap(counts);
  }
}
