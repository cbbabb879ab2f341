package io.moulin.commit;

import io.moulin.spec.Layer;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The books of a dataset, as the metadata of its tables proves them.
 *
 * @param total every row that was ever consumed
 * @param mended what was dealt with in quarantine and dead letters
 * @param rows what each table's newest snapshot says it holds
 * @param positions where the next commit begins, by partition
 * @param problems what does not balance; empty when all does
 */
public record Balance(
    String dataset,
    Tally total,
    Mended mended,
    Map<Layer, Long> rows,
    Map<Integer, PartitionRange> positions,
    List<String> problems) {

  public Balance {
    rows = Collections.unmodifiableMap(new EnumMap<>(rows));
    positions = Collections.unmodifiableMap(new TreeMap<>(positions));
    problems = List.copyOf(problems);
  }

  /** Whether every row is accounted for. */
  public boolean balanced() {
    return problems.isEmpty();
  }
}
