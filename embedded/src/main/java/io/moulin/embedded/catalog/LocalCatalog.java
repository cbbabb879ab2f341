package io.moulin.embedded.catalog;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.UpdateRequirement;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.rest.requests.UpdateTableRequest;

/** Iceberg's JDBC catalog on a SQLite file, with safe folder names and atomic transactions. */
final class LocalCatalog extends JdbcCatalog {
  /** The name under which the tables are kept; part of the file's content. */
  private static final String NAME = "moulin";

  private static final String COMMIT =
      "UPDATE iceberg_tables SET metadata_location = ?, previous_metadata_location = ?"
          + " WHERE catalog_name = ? AND table_namespace = ? AND table_name = ?"
          + " AND metadata_location = ? AND (iceberg_type = 'TABLE' OR iceberg_type IS NULL)";

  private final String url;
  private final Path warehouse;

  private LocalCatalog(String url, Path warehouse) {
    super(properties -> new LocalFileIO(), null, true);
    this.url = url;
    this.warehouse = warehouse;
  }

  /**
   * The catalog kept in the file {@code database}, with new tables under {@code warehouse}.
   *
   * @param properties more of Iceberg's catalog properties, for example {@code table-default.…}
   */
  static LocalCatalog open(Path database, Path warehouse, Map<String, String> properties) {
    String url =
        "jdbc:sqlite:"
            + database.toAbsolutePath()
            + "?journal_mode=WAL&busy_timeout=10000&transaction_mode=IMMEDIATE";
    LocalCatalog catalog = new LocalCatalog(url, warehouse);
    Map<String, String> all = new HashMap<>(properties);
    all.put(CatalogProperties.URI, url);
    all.put(CatalogProperties.WAREHOUSE_LOCATION, LocalFileIO.location(warehouse));
    all.put(CatalogProperties.CLIENT_POOL_SIZE, "4");
    all.put("jdbc.schema-version", "V1"); // with views
    all.put("jdbc.strict-mode", "true"); // a table needs a namespace that exists
    catalog.initialize(NAME, all);
    return catalog;
  }

  @Override
  public void createNamespace(Namespace namespace, Map<String, String> metadata) {
    for (String level : namespace.levels()) {
      // They are kept joined by dots, so that 'a.b' would come back as two levels.
      if (level.contains(".")) {
        throw new IllegalArgumentException(
            "Invalid namespace: '" + level + "' contains a dot, which separates levels");
      }
    }
    super.createNamespace(namespace, metadata);
  }

  /** A folder of its own for every table: one that was renamed or dropped may still have files. */
  @Override
  protected String defaultWarehouseLocation(TableIdentifier table) {
    Path folder = warehouse.resolve(TableLocations.folder(table));
    if (Files.exists(folder)) {
      folder = folder.resolveSibling(folder.getFileName() + "-" + UUID.randomUUID());
    }
    return LocalFileIO.location(folder);
  }

  /** Commits changes of several tables: all of them, or none. */
  void commit(List<UpdateTableRequest> changes) {
    Set<TableIdentifier> seen = new HashSet<>();
    List<Change> prepared = new ArrayList<>();
    try {
      for (UpdateTableRequest change : changes) {
        if (!seen.add(change.identifier())) {
          throw new IllegalArgumentException(
              "Invalid transaction: it changes " + change.identifier() + " twice");
        }
        prepare(change, prepared);
      }
      swap(prepared);
    } catch (CommitStateUnknownException e) {
      throw e; // the files may be in use
    } catch (RuntimeException e) {
      prepared.forEach(change -> change.io().deleteFile(change.location()));
      throw e;
    }
    prepared.forEach(
        change ->
            CatalogUtil.deleteRemovedMetadataFiles(change.io(), change.base(), change.metadata()));
  }

  private void prepare(UpdateTableRequest change, List<Change> prepared) {
    TableIdentifier table = change.identifier();
    TableOperations operations = newTableOps(table);
    TableMetadata base = operations.refresh();
    if (base == null) {
      throw new NoSuchTableException("Table does not exist: %s", table);
    }
    for (UpdateRequirement requirement : change.requirements()) {
      requirement.validate(base);
    }
    TableMetadata.Builder builder = TableMetadata.buildFrom(base);
    for (MetadataUpdate update : change.updates()) {
      update.applyTo(builder);
    }
    TableMetadata metadata = builder.build();
    if (metadata.changes().isEmpty()) {
      return;
    }
    String location = operations.metadataFileLocation(fileName(base.metadataFileLocation()));
    prepared.add(new Change(table, operations.io(), base, metadata, location));
    TableMetadataParser.write(metadata, operations.io().newOutputFile(location));
  }

  /** Iceberg's own pattern: a version that counts up, and what makes it unique. */
  private static String fileName(String base) {
    String name = base.substring(base.lastIndexOf('/') + 1);
    String digits = name.replaceFirst("-.*$", "");
    int version = digits.matches("\\d{1,9}") ? Integer.parseInt(digits) + 1 : 0;
    return "%05d-%s.metadata.json".formatted(version, UUID.randomUUID());
  }

  private void swap(List<Change> changes) {
    try (Connection connection = DriverManager.getConnection(url)) {
      connection.setAutoCommit(false);
      try {
        for (Change change : changes) {
          swap(connection, change);
        }
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      }
      commit(connection);
    } catch (SQLException e) {
      throw new CommitFailedException(e, "Cannot commit the transaction: %s", e.getMessage());
    }
  }

  private static void commit(Connection connection) {
    try {
      connection.commit();
    } catch (SQLException e) {
      throw new CommitStateUnknownException(e);
    }
  }

  private static void swap(Connection connection, Change change) throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(COMMIT)) {
      Namespace namespace = change.table().namespace();
      String base = change.base().metadataFileLocation();
      List<String> values =
          List.of(
              change.location(),
              base,
              NAME,
              String.join(".", namespace.levels()),
              change.table().name(),
              base);
      for (int i = 0; i < values.size(); i++) {
        update.setString(i + 1, values.get(i));
      }
      if (update.executeUpdate() != 1) {
        throw new CommitFailedException(
            "Cannot commit to %s: it was changed since it was read", change.table());
      }
    }
  }

  /** One table's part of a transaction. */
  private record Change(
      TableIdentifier table,
      FileIO io,
      TableMetadata base,
      TableMetadata metadata,
      String location) {}
}
