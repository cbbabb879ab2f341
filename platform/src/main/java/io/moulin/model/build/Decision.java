package io.moulin.model.build;

import java.util.List;

/** What has to be computed of a table. */
sealed interface Decision {
  /** Why, for people; empty when there is nothing to say. */
  String why();

  /** Nothing: what is published is what a build would make. */
  record Nothing(String why) implements Decision {}

  /** All of it. */
  record Whole(String why) implements Decision {}

  /**
   * Some partitions.
   *
   * @param values of the partition column, as Iceberg keeps them
   * @param behind values of those beyond the lookback that are left as they are
   */
  record Partitions(String why, List<Object> values, List<Object> behind) implements Decision {
    public Partitions {
      values = List.copyOf(values);
      behind = List.copyOf(behind);
    }
  }
}
