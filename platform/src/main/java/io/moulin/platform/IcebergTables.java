package io.moulin.platform;

import io.moulin.plan.Actual.ActualTable;
import io.moulin.spec.DataType;
import io.moulin.spec.MoulinException;
import io.moulin.spec.TableSpec;
import io.moulin.spec.TableSpec.FieldSpec;
import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.catalog.Catalog;

/** Tables of an Iceberg catalog of any kind that Iceberg knows, reached by its properties. */
public final class IcebergTables implements Tables, AutoCloseable {
  private final CatalogTables tables;
  private final Closeable connections;

  private IcebergTables(CatalogTables tables, Closeable connections) {
    this.tables = tables;
    this.connections = connections;
  }

  /**
   * Those of a catalog of this process, which is not closed with them.
   *
   * @param catalogProperties with which any Iceberg client reaches it
   */
  public static IcebergTables of(Catalog catalog, Map<String, String> catalogProperties) {
    return new IcebergTables(new CatalogTables(catalog, catalogProperties), () -> {});
  }

  /**
   * Connects to a catalog.
   *
   * @param catalogProperties with which any Iceberg client reaches it
   */
  public static IcebergTables open(Map<String, String> catalogProperties) {
    try {
      Catalog catalog = CatalogUtil.buildIcebergCatalog("moulin", catalogProperties, null);
      return new IcebergTables(
          new CatalogTables(catalog, catalogProperties),
          catalog instanceof Closeable closeable ? closeable : () -> {});
    } catch (RuntimeException e) { // Iceberg's failures have no type of their own
      throw MoulinException.external(
          "catalog-failed",
          "Cannot open the catalog %s: %s"
              .formatted(catalogProperties.getOrDefault("uri", ""), e.getMessage()),
          "check that the catalog can be reached, and 'catalog' in moulin.yml",
          e);
    }
  }

  @Override
  public Optional<ActualTable> describe(String fullName) {
    return tables.describe(fullName);
  }

  @Override
  public void create(TableSpec table) {
    tables.create(table);
  }

  @Override
  public void addColumn(String fullName, FieldSpec field) {
    tables.addColumn(fullName, field);
  }

  @Override
  public void widenColumn(String fullName, String column, DataType to) {
    tables.widenColumn(fullName, column, to);
  }

  @Override
  public void documentColumn(String fullName, String column, String doc) {
    tables.documentColumn(fullName, column, doc);
  }

  @Override
  public Catalog catalog() {
    return tables.catalog();
  }

  @Override
  public Map<String, String> catalogProperties() {
    return tables.catalogProperties();
  }

  /** Ends the connections to the catalog. */
  @Override
  public void close() {
    try {
      connections.close();
    } catch (IOException e) {
      throw MoulinException.external(
          "catalog-failed", "Cannot close the catalog: " + e.getMessage(), "", e);
    }
  }
}
