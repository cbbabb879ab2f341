package io.moulin.control.proof;

import io.moulin.control.Project;
import io.moulin.spec.DatasetSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What to verify.
 *
 * @param datasets one or more
 * @param kills how often to hurt the run
 * @param seed of the schedule and of the generated input
 * @param rows lines of input to generate, over all datasets; without meaning when a file is given
 * @param input a file to load into the only dataset; empty to generate rows
 * @param scratch what becomes of the copy of the project
 */
public record VerifyRequest(
    Project project,
    List<DatasetSpec> datasets,
    int kills,
    long seed,
    long rows,
    Optional<Path> input,
    Scratch scratch) {

  public VerifyRequest {
    datasets = List.copyOf(datasets);
  }

  /** What becomes of the copy of the project. */
  public enum Scratch {
    REMOVED,
    KEPT
  }
}
