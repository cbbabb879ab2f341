package io.moulin.spec.model;

import java.util.List;

/**
 * All that a project makes of its streams.
 *
 * @param checks of single queries
 * @param tableChecks of the streams' tables
 */
public record ModelsSpec(
    List<ModelSpec> models,
    List<SeedSpec> seeds,
    List<SingularCheckSpec> checks,
    List<TableChecksSpec> tableChecks) {
  /** Of a project that has none. */
  public static final ModelsSpec NONE = new ModelsSpec(List.of(), List.of(), List.of(), List.of());

  public ModelsSpec {
    models = List.copyOf(models);
    seeds = List.copyOf(seeds);
    checks = List.copyOf(checks);
    tableChecks = List.copyOf(tableChecks);
  }

  /** Whether there is anything to build or check. */
  public boolean none() {
    return models.isEmpty() && seeds.isEmpty() && checks.isEmpty() && tableChecks.isEmpty();
  }
}
