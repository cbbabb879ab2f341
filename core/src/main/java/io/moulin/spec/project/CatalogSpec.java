package io.moulin.spec.project;

import java.util.Map;

/**
 * The Iceberg catalog.
 *
 * @param uri empty for the embedded one
 * @param warehouse root of the tables; empty for the storage's own
 * @param properties the catalog's own properties, by their Iceberg names
 */
public record CatalogSpec(Kind kind, String uri, String warehouse, Map<String, Secret> properties) {
  public CatalogSpec {
    properties = Map.copyOf(properties);
  }

  /** Which catalog. */
  public enum Kind {
    EMBEDDED,
    REST,
    JDBC,
    HADOOP,
    HIVE
  }
}
