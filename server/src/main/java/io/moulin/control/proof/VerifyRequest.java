package io.moulin.control.proof;

import io.moulin.control.Project;
import io.moulin.spec.DatasetSpec;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What to verify.
 *
 * @param kills how often to hurt the run
 * @param seed of the schedule and of the generated input
 * @param rows lines of input to generate; without meaning when a file is given
 * @param input a file to load; empty to generate one
 * @param scratch what becomes of the copy of the project
 */
public record VerifyRequest(
    Project project,
    DatasetSpec dataset,
    int kills,
    long seed,
    long rows,
    Optional<Path> input,
    Scratch scratch) {

  /** What becomes of the copy of the project. */
  public enum Scratch {
    REMOVED,
    KEPT
  }
}
