package io.moulin.embedded;

import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DataType;
import io.moulin.spec.DataType.Scalar;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DeadLetterSpec;
import io.moulin.spec.Place;
import io.moulin.spec.SourceSpec;
import java.time.Duration;
import java.util.List;

/** Datasets for tests. */
final class Datasets {
  private Datasets() {}

  /** Two columns, an id and a text, four partitions, nothing else. */
  static DatasetSpec trips() {
    return new DatasetSpec(
        "taxi.trips",
        "trips",
        "",
        new SourceSpec("taxi.raw_trips", 4, Duration.ofDays(3), SourceSpec.Format.JSON, null),
        new DeadLetterSpec("taxi.raw_trips.dlq", 1, Duration.ofDays(3), 0),
        null,
        List.of(column("id", Scalar.LONG), column("note", Scalar.STRING)),
        DatasetSpec.UnknownFields.IGNORE,
        List.of(),
        List.of(),
        List.of(),
        null,
        null,
        List.of(),
        List.of(),
        Place.of("datasets/trips.yml"));
  }

  private static ColumnSpec column(String name, DataType type) {
    return new ColumnSpec(
        name, type, name, type, "", false, false, List.of(), null, Place.of("datasets/trips.yml"));
  }
}
