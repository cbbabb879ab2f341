package io.moulin.ingest.mend;

import io.moulin.commit.Tally;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What came of a correction.
 *
 * @param made whether the tables were changed
 * @param rows how many rows it was about
 * @param places where rows went, by the name of the place: {@code silver}, {@code quarantine}, …
 * @param unmended rows whose patch did not mend them, and which were left as they were
 * @param before the books before it
 * @param after the books after it; of a dry run, as they would be
 */
public record Outcome(
    boolean made, long rows, Map<String, Long> places, long unmended, Tally before, Tally after) {
  public Outcome {
    places = Collections.unmodifiableMap(new TreeMap<>(places));
  }
}
