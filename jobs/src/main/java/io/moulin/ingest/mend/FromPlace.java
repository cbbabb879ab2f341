package io.moulin.ingest.mend;

import io.moulin.spec.MoulinException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * From where a topic is read again.
 *
 * @param offsets first offset by partition; partitions that are left out are not read
 * @param time first record time, for all partitions; then there are no offsets
 */
public record FromPlace(Map<Integer, Long> offsets, Optional<Instant> time) {
  public FromPlace {
    offsets = Map.copyOf(offsets);
  }

  /** Reads {@code P:O,P:O}. */
  public static FromPlace ofOffsets(String text) {
    Map<Integer, Long> offsets = new TreeMap<>();
    for (String part : text.split(",", -1)) {
      if (!part.strip().matches("\\d{1,9}:\\d{1,18}")) {
        throw MoulinException.user(
            "bad-offset",
            "'%s' is no offset of a partition".formatted(part.strip()),
            "write PARTITION:OFFSET, several with commas between: 0:100,1:250");
      }
      String[] both = part.strip().split(":", -1);
      offsets.put(Integer.parseInt(both[0]), Long.parseLong(both[1]));
    }
    return new FromPlace(offsets, Optional.empty());
  }

  public static FromPlace ofTime(Instant time) {
    return new FromPlace(Map.of(), Optional.of(time));
  }
}
