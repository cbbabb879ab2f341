package io.moulin.verify;

import io.moulin.spec.Layer;
import java.io.Closeable;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * The catalog of the project as seen by jobs that are hurt: the same tables, but commits and files
 * fail as {@link Suffering} says. Iceberg makes it by its name, so that the code of the jobs is the
 * real one.
 */
public final class HurtCatalog implements Catalog, Closeable {
  private static final String REAL_TYPE = "moulin.verify.real-type";

  private @Nullable Catalog real;

  /** Properties of this catalog from those of the one that it stands before. */
  public static Map<String, String> before(Map<String, String> real) {
    Map<String, String> properties = new HashMap<>(real);
    String type = properties.remove(CatalogUtil.ICEBERG_CATALOG_TYPE);
    if (type == null) {
      throw new IllegalArgumentException("Invalid catalog: it has no type");
    }
    properties.put(REAL_TYPE, type);
    properties.put(CatalogProperties.CATALOG_IMPL, HurtCatalog.class.getName());
    return properties;
  }

  @Override
  public void initialize(String name, Map<String, String> given) {
    Map<String, String> properties = new HashMap<>(given);
    properties.remove(CatalogProperties.CATALOG_IMPL);
    properties.put(CatalogUtil.ICEBERG_CATALOG_TYPE, properties.remove(REAL_TYPE));
    real = CatalogUtil.buildIcebergCatalog(name, properties, null);
  }

  private Catalog real() {
    if (real == null) {
      throw new IllegalStateException("Cannot use the catalog: it is not initialised");
    }
    return real;
  }

  @Override
  public Table loadTable(TableIdentifier identifier) {
    Table table = real().loadTable(identifier);
    boolean last = identifier.namespace().equals(Namespace.of(Layer.SILVER.namespace()));
    return new BaseTable(
        new HurtOperations(((HasTableOperations) table).operations(), identifier.toString(), last),
        table.name());
  }

  @Override
  public List<TableIdentifier> listTables(Namespace namespace) {
    return real().listTables(namespace);
  }

  @Override
  public boolean dropTable(TableIdentifier identifier, boolean purge) {
    return real().dropTable(identifier, purge);
  }

  @Override
  public void renameTable(TableIdentifier from, TableIdentifier to) {
    real().renameTable(from, to);
  }

  @Override
  public void close() throws IOException {
    if (real instanceof Closeable closeable) {
      closeable.close();
    }
  }
}
