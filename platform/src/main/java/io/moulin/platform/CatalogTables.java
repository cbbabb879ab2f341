package io.moulin.platform;

import io.moulin.plan.Actual.ActualTable;
import io.moulin.spec.DataType;
import io.moulin.spec.MoulinException;
import io.moulin.spec.TableSpec;
import io.moulin.spec.TableSpec.FieldSpec;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.types.Type;

/** The tables of any Iceberg catalog. */
public final class CatalogTables implements Tables {
  private final Catalog catalog;
  private final Map<String, String> properties;

  /**
   * @param properties with which any Iceberg client reaches {@code catalog}
   */
  public CatalogTables(Catalog catalog, Map<String, String> properties) {
    this.catalog = catalog;
    this.properties = Map.copyOf(properties);
  }

  @Override
  public Optional<ActualTable> describe(String fullName) {
    return answer(
        "describe table " + fullName,
        () -> {
          try {
            Table table = catalog.loadTable(IcebergSchemas.identifier(fullName));
            return Optional.of(IcebergSchemas.describe(fullName, table));
          } catch (NoSuchTableException e) {
            return Optional.empty();
          }
        });
  }

  @Override
  public void create(TableSpec table) {
    TableIdentifier identifier = IcebergSchemas.identifier(table.fullName());
    change(
        "create table " + table.fullName(),
        () -> {
          createNamespace(identifier.namespace());
          if (catalog.tableExists(identifier)) {
            return;
          }
          Schema schema = IcebergSchemas.schema(table);
          try {
            catalog
                .buildTable(identifier, schema)
                .withPartitionSpec(IcebergSchemas.partition(table, schema))
                .withProperties(IcebergSchemas.properties(table))
                .create();
          } catch (AlreadyExistsException e) {
            // Another process was quicker, which is as good.
          }
        });
  }

  private void createNamespace(Namespace namespace) {
    if (catalog instanceof SupportsNamespaces namespaces
        && !namespaces.namespaceExists(namespace)) {
      try {
        namespaces.createNamespace(namespace);
      } catch (AlreadyExistsException e) {
        // Another process was quicker, which is as good.
      }
    }
  }

  @Override
  public void addColumn(String fullName, FieldSpec field) {
    if (field.required()) {
      throw new IllegalArgumentException(
          "Invalid column: " + field.name() + " is required and " + fullName + " exists");
    }
    change(
        "add column " + field.name() + " to " + fullName,
        () -> {
          Table table = load(fullName);
          if (table.schema().asStruct().field(field.name()) == null) {
            String doc = field.doc().isEmpty() ? null : field.doc();
            Type type = IcebergSchemas.type(field.type());
            // With a parent, or a dot in the name would be refused.
            table.updateSchema().addColumn(null, field.name(), type, doc).commit();
          }
        });
  }

  @Override
  public void widenColumn(String fullName, String column, DataType to) {
    change(
        "widen column " + column + " of " + fullName,
        () -> {
          Type type = IcebergSchemas.type(to);
          if (type instanceof Type.PrimitiveType primitive) {
            load(fullName).updateSchema().updateColumn(column, primitive).commit();
          } else {
            throw new IllegalArgumentException("Invalid type: " + to + " is not a number");
          }
        });
  }

  @Override
  public void documentColumn(String fullName, String column, String doc) {
    change(
        "document column " + column + " of " + fullName,
        () -> load(fullName).updateSchema().updateColumnDoc(column, doc).commit());
  }

  private Table load(String fullName) {
    return catalog.loadTable(IcebergSchemas.identifier(fullName));
  }

  @Override
  public Catalog catalog() {
    return catalog;
  }

  @Override
  public Map<String, String> catalogProperties() {
    return properties;
  }

  private static void change(String what, Runnable body) {
    answer(
        what,
        () -> {
          body.run();
          return "";
        });
  }

  private static <T> T answer(String what, Supplier<T> body) {
    try {
      return body.get();
    } catch (MoulinException | IllegalArgumentException e) {
      throw e;
    } catch (RuntimeException e) { // Iceberg's failures have no type of their own
      throw MoulinException.external(
          "catalog-failed",
          "Cannot " + what + ": " + e.getMessage(),
          "check that the catalog can be reached and that its warehouse is writable",
          e);
    }
  }
}
