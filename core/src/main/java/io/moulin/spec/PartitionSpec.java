package io.moulin.spec;

import java.io.Serializable;
import java.util.Locale;

/** One field of a table's partitioning: a column, or a part of its time. */
public record PartitionSpec(String column, Transform transform) implements Serializable {

  /** Iceberg's partition transforms that Moulin writes. */
  public enum Transform {
    IDENTITY,
    YEAR,
    MONTH,
    DAY,
    HOUR
  }

  /** As users write it: {@code pickup_date} or {@code day(pickup_datetime)}. */
  @Override
  public String toString() {
    return transform == Transform.IDENTITY
        ? column
        : transform.name().toLowerCase(Locale.ROOT) + "(" + column + ")";
  }
}
