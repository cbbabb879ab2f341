package io.moulin.bench.micro;

import io.moulin.load.trips.TripFixture;
import io.moulin.manifest.ProjectReader;
import io.moulin.manifest.ProjectReading;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.project.ProjectSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A hundred taxi trips, and what the example's manifest says of them. */
final class Trips {
  static final int ROWS = TripFixture.ROWS;

  private Trips() {}

  /** The dataset of {@code examples/taxi}, below the folder where the process was started. */
  static DatasetSpec dataset() {
    ProjectReading reading =
        ProjectReader.read(Path.of("examples/taxi"), Optional.empty(), Map.of());
    ProjectSpec project = reading.project();
    if (project == null) {
      throw new IllegalStateException("Cannot read examples/taxi: " + reading.diagnostics());
    }
    return project.datasets().get(0);
  }

  static byte[][] lines() {
    return TripFixture.lines().stream()
        .map(line -> line.getBytes(StandardCharsets.UTF_8))
        .toArray(byte[][]::new);
  }
}
