package io.moulin.model;

import java.util.Map;
import java.util.Optional;

/**
 * How the partitions of a model depend on those of its inputs.
 *
 * @param inputs by full name, those inputs of which a row can only matter to the partition whose
 *     value it has in this column
 * @param groups whether the rows are groups of others, so that there are likely few of them
 */
public record PartitionWise(Map<String, String> inputs, boolean groups) {
  /** Any row may matter to any partition. */
  public static final PartitionWise NOTHING = new PartitionWise(Map.of(), false);

  public PartitionWise {
    inputs = Map.copyOf(inputs);
  }

  /** The column of an input that tells to which partition its rows matter, if there is one. */
  public Optional<String> column(String input) {
    return Optional.ofNullable(inputs.get(input));
  }
}
