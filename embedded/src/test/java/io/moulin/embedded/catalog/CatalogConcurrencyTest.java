package io.moulin.embedded.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableCommit;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogConcurrencyTest {
  private static final int THREADS = 6;
  private static final int COMMITS = 15;
  private static final Namespace SILVER = Namespace.of("silver");
  private static final Schema SCHEMA =
      new Schema(Types.NestedField.optional(1, "id", Types.LongType.get()));

  @Test
  void losesNoCommitOnOwnTablesNorOnOne(@TempDir Path folder) throws Exception {
    try (RestCatalogServer server = start(folder);
        RESTCatalog catalog = client(server)) {
      catalog.createNamespace(SILVER);
      TableIdentifier shared = create(catalog, "shared");
      ExecutorService threads = Executors.newFixedThreadPool(THREADS);
      try {
        List<Future<?>> work = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
          TableIdentifier own = create(catalog, "own" + i);
          work.add(
              threads.submit(
                  () -> {
                    for (int n = 0; n < COMMITS; n++) {
                      append(catalog.loadTable(own));
                      append(catalog.loadTable(shared));
                    }
                  }));
        }
        for (Future<?> future : work) {
          future.get();
        }
      } finally {
        threads.shutdownNow();
      }
      assertThat(catalog.loadTable(shared).snapshots()).hasSize(THREADS * COMMITS);
      for (int i = 0; i < THREADS; i++) {
        assertThat(catalog.loadTable(TableIdentifier.of(SILVER, "own" + i)).snapshots())
            .hasSize(COMMITS);
      }
    }
  }

  @Test
  void commitsATransactionToAllTablesOrToNone(@TempDir Path folder) throws Exception {
    try (RestCatalogServer server = start(folder);
        RESTCatalog catalog = client(server)) {
      catalog.createNamespace(SILVER);
      TableIdentifier one = create(catalog, "one");
      TableIdentifier two = create(catalog, "two");
      catalog.commitTransaction(List.of(pending(catalog, one), pending(catalog, two)));
      assertThat(catalog.loadTable(one).snapshots()).hasSize(1);
      assertThat(catalog.loadTable(two).snapshots()).hasSize(1);

      List<TableCommit> stale = List.of(pending(catalog, one), pending(catalog, two));
      append(catalog.loadTable(two));
      assertThatThrownBy(() -> catalog.commitTransaction(stale))
          .isInstanceOf(CommitFailedException.class);
      assertThat(catalog.loadTable(one).snapshots()).hasSize(1);
      assertThat(catalog.loadTable(two).snapshots()).hasSize(2);
    }
  }

  @Test
  void keepsTablesOverARestart(@TempDir Path folder) throws Exception {
    try (RestCatalogServer server = start(folder);
        RESTCatalog catalog = client(server)) {
      catalog.createNamespace(SILVER);
      append(catalog.loadTable(create(catalog, "odd /..%20 name")));
    }
    try (RestCatalogServer server = start(folder);
        RESTCatalog catalog = client(server)) {
      Table table = catalog.loadTable(TableIdentifier.of(SILVER, "odd /..%20 name"));
      assertThat(table.currentSnapshot()).isNotNull();
      assertThat(table.location()).matches("file:///[-./~\\w]+");
    }
  }

  private static RestCatalogServer start(Path folder) {
    return RestCatalogServer.start(
        folder.resolve("catalog.db"), folder.resolve("warehouse"), 0, java.util.Map.of());
  }

  private static RESTCatalog client(RestCatalogServer server) {
    RESTCatalog catalog = new RESTCatalog();
    catalog.initialize("test", server.catalogProperties());
    return catalog;
  }

  private static TableIdentifier create(RESTCatalog catalog, String name) {
    TableIdentifier identifier = TableIdentifier.of(SILVER, name);
    catalog
        .buildTable(identifier, SCHEMA)
        .withProperty(TableProperties.COMMIT_NUM_RETRIES, "50")
        .create();
    return identifier;
  }

  private static void append(Table table) {
    table.newAppend().appendFile(file(table)).commit();
  }

  private static TableCommit pending(RESTCatalog catalog, TableIdentifier identifier) {
    Table table = catalog.loadTable(identifier);
    Transaction transaction = table.newTransaction();
    transaction.newAppend().appendFile(file(table)).commit();
    return TableCommit.create(
        identifier,
        ((org.apache.iceberg.BaseTransaction) transaction).startMetadata(),
        ((org.apache.iceberg.BaseTransaction) transaction).currentMetadata());
  }

  private static DataFile file(Table table) {
    return DataFiles.builder(PartitionSpec.unpartitioned())
        .withPath(table.location() + "/data/" + java.util.UUID.randomUUID() + ".parquet")
        .withFileSizeInBytes(10)
        .withRecordCount(1)
        .build();
  }
}
