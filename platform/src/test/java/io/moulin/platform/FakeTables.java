package io.moulin.platform;

import io.moulin.plan.Actual.ActualTable;
import io.moulin.spec.DataType;
import io.moulin.spec.TableSpec;
import io.moulin.spec.TableSpec.FieldSpec;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.inmemory.InMemoryCatalog;

/** Iceberg tables of which the metadata is in memory. */
final class FakeTables implements Tables {
  private final InMemoryCatalog catalog = new InMemoryCatalog();
  private final CatalogTables tables = new CatalogTables(catalog, Map.of());
  private final Fault.Source faults;

  FakeTables(Fault.Source faults) {
    this.faults = faults;
    catalog.initialize("fake", Map.of());
  }

  @Override
  public Optional<ActualTable> describe(String fullName) {
    String operation = "describe table " + fullName;
    return faults.next(operation).answer(operation, () -> tables.describe(fullName));
  }

  @Override
  public void create(TableSpec table) {
    run("create table " + table.fullName(), () -> tables.create(table));
  }

  @Override
  public void addColumn(String fullName, FieldSpec field) {
    run("add column " + field.name(), () -> tables.addColumn(fullName, field));
  }

  @Override
  public void widenColumn(String fullName, String column, DataType to) {
    run("widen column " + column, () -> tables.widenColumn(fullName, column, to));
  }

  @Override
  public void documentColumn(String fullName, String column, String doc) {
    run("document column " + column, () -> tables.documentColumn(fullName, column, doc));
  }

  @Override
  public Catalog catalog() {
    return catalog;
  }

  @Override
  public Map<String, String> catalogProperties() {
    return tables.catalogProperties();
  }

  private void run(String operation, Runnable body) {
    faults.next(operation).run(operation, body);
  }
}
