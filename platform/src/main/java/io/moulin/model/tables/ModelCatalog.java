package io.moulin.model.tables;

import io.moulin.model.Node;
import io.moulin.parquet.LocalDisk;
import io.moulin.platform.IcebergSchemas;
import io.moulin.spec.MoulinException;
import io.moulin.spec.PartitionSpec;
import io.moulin.spec.PartitionSpec.Transform;
import io.moulin.spec.TableSpec.FieldSpec;
import io.moulin.sql.TablePlan;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
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

/**
 * The tables of models in the catalog, for one build: nobody else builds meanwhile, so each is
 * loaded, planned and compared once.
 */
public final class ModelCatalog {
  /** The table property that names the model which a table belongs to. */
  public static final String MODEL = "moulin.model";

  private static final String COMMENT = "comment";

  private final Catalog catalog;
  private final Map<String, Optional<Table>> tables = new ConcurrentHashMap<>();
  private final Map<String, TablePlan> plans = new ConcurrentHashMap<>();
  private final Map<String, Changes> changes = new ConcurrentHashMap<>();

  public ModelCatalog(Catalog catalog) {
    this.catalog = catalog;
  }

  /**
   * Loads these now: a stream that goes on commits while models are built, and what two of them say
   * of it has to agree.
   */
  public void pin(Collection<String> fullNames) {
    fullNames.forEach(this::load);
  }

  /** The table of that full name, as it was when it was first asked for, or last published. */
  public Optional<Table> load(String fullName) {
    return tables.computeIfAbsent(fullName, this::loadNow);
  }

  /**
   * The same after it was published.
   *
   * @param before as it was before; null when there was none
   * @param plan of what was published
   */
  public Table published(String fullName, @Nullable Table before, TablePlan plan) {
    Optional<Table> table = loadNow(fullName);
    tables.put(fullName, table);
    Table now = table.orElseThrow();
    // Where somebody else has committed in between, its manifests have to be read.
    if (Objects.equals(now.currentSnapshot().parentId(), snapshot(before))) {
      plans.put(key(fullName, now.currentSnapshot()), plan.with(now, List.of()));
    }
    return now;
  }

  private static @Nullable Long snapshot(@Nullable Table table) {
    Snapshot snapshot = table == null ? null : table.currentSnapshot();
    return snapshot == null ? null : snapshot.snapshotId();
  }

  private static String key(String fullName, Snapshot snapshot) {
    return fullName + "@" + snapshot.snapshotId();
  }

  /**
   * Folders of this machine's disk below which the tables lie that were asked for so far. Catalogs
   * put a table below its namespace unless they are told otherwise, and then its neighbours too.
   */
  public Set<Path> roots() {
    Set<Path> roots = new LinkedHashSet<>();
    tables.forEach(
        (name, table) ->
            table
                .flatMap(known -> LocalDisk.path(known.location()))
                .map(Path::normalize)
                .ifPresent(location -> roots.add(root(name, location))));
    return roots;
  }

  private static Path root(String fullName, Path location) {
    Path usual = Path.of(fullName.replace('.', '/'));
    Path above = location.resolve("../..").normalize();
    return location.endsWith(usual) && above.getNameCount() > 0 ? above : location;
  }

  /** What a table consists of, as it stands in {@code table}. */
  public TablePlan plan(String fullName, Table table) {
    Snapshot snapshot = table.currentSnapshot();
    return snapshot == null
        ? TablePlan.none(table)
        : plans.computeIfAbsent(key(fullName, snapshot), each -> TablePlan.of(table));
  }

  /** What has changed in a table since its snapshot {@code from}, as it stands in {@code table}. */
  public Changes changes(String fullName, Table table, long from) {
    Snapshot snapshot = table.currentSnapshot();
    long now = snapshot == null ? 0 : snapshot.snapshotId();
    return changes.computeIfAbsent(
        "%s@%d..%d".formatted(fullName, from, now),
        each -> new Changes(table, from, () -> plan(fullName, table)));
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
  public static List<PartitionSpec> partition(Node node) {
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
  public Transaction begin(Node node, @Nullable Table table) {
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
  public Transaction beginOwn(
      String fullName, List<FieldSpec> fields, List<PartitionSpec> partition) {
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
  public static boolean fits(Node node, Table table) {
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
  public static void document(Node node, Table table) {
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
