package io.moulin.model.build;

import io.moulin.model.audit.Result;
import io.moulin.spec.model.CheckSpec.Verdict;
import java.util.List;
import java.util.stream.Stream;

/**
 * What came of a build.
 *
 * @param id unique to the build; the snapshots that it made name it
 * @param models seeds and models in the order of their references
 * @param checks of streams' tables, and queries that belong to no model that was built
 */
public record BuildReport(
    String id, List<ModelReport> models, List<Result> checks, double seconds) {
  public BuildReport {
    models = List.copyOf(models);
    checks = List.copyOf(checks);
  }

  /** All checks that were made. */
  public List<Result> results() {
    return Stream.concat(
            checks.stream(), models.stream().flatMap(model -> model.results().stream()))
        .toList();
  }

  /** How many checks came out so. */
  public long count(Verdict verdict) {
    return results().stream().filter(result -> result.verdict() == verdict).count();
  }

  /** Whether everything is published and no check failed. */
  public boolean good() {
    return models.stream().noneMatch(ModelReport::bad) && count(Verdict.FAILED) == 0;
  }
}
