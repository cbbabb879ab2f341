package io.moulin.model.build;

import io.moulin.model.Node;
import io.moulin.platform.IcebergSchemas;
import io.moulin.spec.MoulinException;
import io.moulin.spec.PartitionSpec;
import io.moulin.spec.PartitionSpec.Transform;
import io.moulin.spec.TableSpec.FieldSpec;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Catalog.TableBuilder;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.jspecify.annotations.Nullable;

/** The tables of models in the catalog. */
final class ModelCatalog {
  /** The table property that names the model which a table belongs to. */
  static final String MODEL = "moulin.model";

  private static final String COMMENT = "comment";

  private final Catalog catalog;
  private final Map<String, Optional<Table>> pinned = new ConcurrentHashMap<>();

  ModelCatalog(Catalog catalog) {
    this.catalog = catalog;
  }

  /**
   * From now on these are as they are now for whoever loads them: a stream that goes on commits
   * while models are built, and what two of them say of it has to agree.
   */
  void pin(Collection<String> fullNames) {
    fullNames.forEach(name -> pinned.put(name, loadNow(name)));
  }

  /** The table of that full name. */
  Optional<Table> load(String fullName) {
    Optional<Table> table = pinned.get(fullName);
    return table == null ? loadNow(fullName) : table;
  }

  private Optional<Table> loadNow(String fullName) {
    try {
      return Optional.of(catalog.loadTable(IcebergSchemas.identifier(fullName)));
    } catch (NoSuchTableException e) {
      return Optional.empty();
    } catch (MoulinException e) {
      throw e;
    } catch (RuntimeException e) { // Iceberg's failures have no type of their own
      throw MoulinException.external(
          "catalog-failed",
          "Cannot read table %s: %s".formatted(fullName, e.getMessage()),
          "check that the catalog can be reached",
          e);
    }
  }

  /** How the table of a node is partitioned. */
  static List<PartitionSpec> partition(Node node) {
    return node.partition().stream()
        .map(column -> new PartitionSpec(column, Transform.IDENTITY))
        .toList();
  }

  /**
   * Begins a change of the table of a node: nobody sees it before it is committed. Where the
   * columns or partitions have changed, the table is replaced by one that has the node's, with the
   * same history.
   *
   * @param table null when there is none yet
   */
  Transaction begin(Node node, @Nullable Table table) {
    if (table != null && fits(node, table)) {
      return table.newTransaction();
    }
    Schema schema = IcebergSchemas.schema(node.fields());
    TableIdentifier identifier = IcebergSchemas.identifier(node.fullName());
    Map<String, String> properties = new HashMap<>(IcebergSchemas.properties());
    properties.put(MODEL, node.name());
    if (!node.description().isEmpty()) {
      properties.put(COMMENT, node.description());
    }
    createNamespace(identifier);
    TableBuilder builder =
        catalog
            .buildTable(identifier, schema)
            .withPartitionSpec(IcebergSchemas.partition(partition(node), schema))
            .withProperties(properties);
    return table == null ? builder.createTransaction() : builder.replaceTransaction();
  }

  /** The same for a table of our own, which is made when there is none. */
  Transaction beginOwn(String fullName, List<FieldSpec> fields, List<PartitionSpec> partition) {
    Optional<Table> table = load(fullName);
    if (table.isPresent()) {
      return table.get().newTransaction();
    }
    TableIdentifier identifier = IcebergSchemas.identifier(fullName);
    createNamespace(identifier);
    Schema schema = IcebergSchemas.schema(fields);
    return catalog
        .buildTable(identifier, schema)
        .withPartitionSpec(IcebergSchemas.partition(partition, schema))
        .withProperties(IcebergSchemas.properties())
        .createTransaction();
  }

  /** Whether a table has the columns and partitions of a node. */
  static boolean fits(Node node, Table table) {
    List<FieldSpec> fields = IcebergSchemas.fields(table.schema());
    if (fields.size() != node.fields().size()
        || !IcebergSchemas.partition(table.spec()).equals(partition(node))) {
      return false;
    }
    for (int i = 0; i < fields.size(); i++) {
      FieldSpec wanted = node.fields().get(i);
      if (!fields.get(i).name().equals(wanted.name())
          || !fields.get(i).type().equals(wanted.type())) {
        return false;
      }
    }
    return true;
  }

  /** One at a time: models of one namespace begin side by side. */
  private synchronized void createNamespace(TableIdentifier identifier) {
    if (catalog instanceof SupportsNamespaces namespaces
        && !namespaces.namespaceExists(identifier.namespace())) {
      try {
        namespaces.createNamespace(identifier.namespace());
      } catch (AlreadyExistsException e) {
        // Another process was quicker, which is as good.
      }
    }
  }

  /** Makes what is said about a table that stays as it is what the node says. */
  static void document(Node node, Table table) {
    UpdateSchema update = table.updateSchema();
    boolean changed = false;
    for (FieldSpec field : node.fields()) {
      String doc = Objects.requireNonNullElse(table.schema().findField(field.name()).doc(), "");
      if (!doc.equals(field.doc())) {
        update.updateColumnDoc(field.name(), field.doc());
        changed = true;
      }
    }
    if (changed) {
      update.commit();
    }
    String comment = table.properties().getOrDefault(COMMENT, "");
    if (!comment.equals(node.description())) {
      table.updateProperties().set(COMMENT, node.description()).commit();
    }
  }
}
