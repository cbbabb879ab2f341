package io.moulin.commit;

import io.moulin.spec.Layer;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A change of what was committed before: rows that get another place, because a rule, a row or a
 * decision has changed. Every table of the dataset gets one snapshot of it.
 *
 * @param kind what it is
 * @param changes what changes in each table; a table without changes is left out
 * @param basis id of the snapshot of each table that the correction was worked out from; a table
 *     that had none is left out
 * @param after the books once it is made
 * @param audit who, why and how many, for the snapshots' summaries; names begin with {@code
 *     moulin.}
 */
public record Correction(
    Kind kind,
    Map<Layer, Changes> changes,
    Map<Layer, Long> basis,
    After after,
    Map<String, String> audit) {

  /** The kinds of correction. */
  public enum Kind {
    REBUILD,
    REPLAY,
    DISCARD,
    REWIND
  }

  /**
   * What changes in a table.
   *
   * @param added data files, each as the JSON of Iceberg's content file parser
   * @param deleted data files that were in the table, likewise
   */
  public record Changes(List<String> added, List<String> deleted) {
    public Changes {
      added = added == null ? List.of() : List.copyOf(added);
      deleted = deleted == null ? List.of() : List.copyOf(deleted);
    }

    boolean empty() {
      return added.isEmpty() && deleted.isEmpty();
    }
  }

  /** The books once a correction is made. */
  public record After(Tally total, Mended mended, Map<Integer, PartitionRange> positions) {
    public After {
      positions = Collections.unmodifiableMap(new TreeMap<>(positions));
    }
  }

  public Correction {
    changes = copy(changes);
    basis = copy(basis);
    audit = Collections.unmodifiableMap(new TreeMap<>(audit));
  }

  private static <V> Map<Layer, V> copy(@Nullable Map<Layer, V> map) {
    Map<Layer, V> copy = new EnumMap<>(Layer.class);
    if (map != null) {
      copy.putAll(map);
    }
    return Collections.unmodifiableMap(copy);
  }
}
