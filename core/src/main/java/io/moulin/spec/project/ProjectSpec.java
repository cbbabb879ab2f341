package io.moulin.spec.project;

import io.moulin.spec.DatasetSpec;
import java.util.List;

/**
 * A project: where things run, and its datasets.
 *
 * @param profile name of the profile in force, for example {@code local}
 * @param settings every setting of {@code moulin.yml} with the source of its value, for {@code
 *     moulin config}
 */
public record ProjectSpec(
    String name,
    String profile,
    BrokerSpec broker,
    CatalogSpec catalog,
    StorageSpec storage,
    EngineSpec engine,
    LineageSpec lineage,
    List<DatasetSpec> datasets,
    List<Setting> settings) {

  public ProjectSpec {
    datasets = List.copyOf(datasets);
    settings = List.copyOf(settings);
  }
}
