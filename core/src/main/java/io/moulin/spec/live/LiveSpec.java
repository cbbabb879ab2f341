package io.moulin.spec.live;

import io.moulin.spec.DerivedSpec;
import io.moulin.spec.Place;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An aggregate over windows of silver's event time, kept up to date behind the commits. All names
 * are those of silver.
 *
 * @param name name of its table
 * @param window how long a window is
 * @param hop how often a window begins; as long as {@code window} where windows do not overlap
 * @param by columns whose values each have rows of their own
 * @param where DuckDB SQL that is true of a row which counts; null when every row does
 * @param values the aggregates, DuckDB SQL over the rows of a window
 * @param lateness how far the watermark may have passed the end of a window before its rows are too
 *     late; null when none ever is
 * @param idle how far the newest record of a partition of the topic may be behind the newest of all
 *     before the partition keeps no window from being final; null when each always does
 * @param every least time between two commits; null for after every commit to silver
 * @param keep how far behind the newest event time windows stay in the table; null for ever
 * @param at where {@code where} is written, or else where the block begins
 */
public record LiveSpec(
    String name,
    Duration window,
    Duration hop,
    List<String> by,
    @Nullable String where,
    List<DerivedSpec> values,
    @Nullable Duration lateness,
    @Nullable Duration idle,
    @Nullable Duration every,
    @Nullable Duration keep,
    Place at)
    implements Serializable {

  public LiveSpec {
    by = List.copyOf(by);
    values = List.copyOf(values);
  }

  /** What of the declaration decides about rows: neither a place, nor words, nor the pace. */
  public String shape() {
    return String.join(
        " | ",
        window.toString(),
        hop.toString(),
        by.toString(),
        String.valueOf(where),
        values.stream()
            .map(value -> "%s %s %s".formatted(value.name(), value.type(), value.sql()))
            .collect(Collectors.joining(", ")),
        String.valueOf(lateness),
        String.valueOf(idle),
        String.valueOf(keep));
  }
}
