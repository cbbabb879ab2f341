package io.moulin.verify;

import io.moulin.control.generate.Generating;
import io.moulin.control.proof.VerifyRequest;
import io.moulin.load.trips.TripGenerator;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.generate.GeneratorSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is loaded: the file that the user gives; or rows of the generators of the project, and for
 * datasets without one rows that are made of their columns.
 */
final class Inputs {
  private static final String TRIPS = "taxi.trips";

  private Inputs() {}

  /** A file for each dataset, in {@code folder} where it is generated. */
  static Map<DatasetSpec, Path> of(VerifyRequest request, Path folder) throws IOException {
    Map<DatasetSpec, Path> inputs = new LinkedHashMap<>();
    List<DatasetSpec> datasets = request.datasets();
    for (DatasetSpec dataset : datasets) {
      long rows = Math.max(1, request.rows() / datasets.size());
      inputs.put(
          dataset,
          request.input().isPresent()
              ? request.input().get().toAbsolutePath()
              : generated(request, dataset, rows, folder));
    }
    return inputs;
  }

  private static Path generated(VerifyRequest request, DatasetSpec dataset, long rows, Path folder)
      throws IOException {
    Path file = folder.resolve(dataset.name() + ".jsonl");
    Optional<GeneratorSpec> generator =
        request.project().generators().stream()
            .filter(each -> each.dataset().name().equals(dataset.name()))
            .findFirst();
    if (generator.isPresent()) {
      new Generating(Clock.systemUTC())
          .write(
              generator.get(),
              new Generating.Changes(
                  Optional.of(request.seed()), Optional.empty(), Optional.empty(), 0),
              new Generating.Amount.Rows(rows),
              file,
              folder.resolve(dataset.name() + ".planted.jsonl"));
    } else if (dataset.name().equals(TRIPS)) {
      new TripGenerator(rows, request.seed(), LocalDate.of(2024, 1, 1)).write(file);
    } else {
      new SyntheticRows(dataset, request.seed()).write(rows, file);
    }
    return file;
  }
}
