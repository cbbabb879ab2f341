package io.moulin.spec.model;

import io.moulin.spec.Place;
import java.nio.file.Path;
import java.util.List;

/**
 * A small file of reference data that becomes a table.
 *
 * @param file CSV with a header line
 * @param columns all of them, with their types
 * @param key columns that are unique together; empty when none are declared
 * @param nulls texts that mean "no value"
 */
public record SeedSpec(
    String name,
    Path file,
    String description,
    List<ModelColumnSpec> columns,
    List<String> key,
    List<String> nulls,
    List<CheckSpec> checks,
    Place at) {

  /** The namespace of all seeds. */
  public static final String NAMESPACE = "seeds";

  public SeedSpec {
    columns = List.copyOf(columns);
    key = List.copyOf(key);
    nulls = List.copyOf(nulls);
    checks = List.copyOf(checks);
  }

  /** The table's name in the catalog, for example {@code seeds.zones}. */
  public String fullName() {
    return NAMESPACE + "." + name;
  }
}
