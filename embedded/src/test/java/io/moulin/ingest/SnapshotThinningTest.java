package io.moulin.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.commit.Ledger;
import io.moulin.commit.SnapshotThinning;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.model.ModelSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.types.Types.LongType;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of the history of a table that is committed to often. */
class SnapshotThinningTest {
  private static final int COMMITS = 12;

  @TempDir private Path folder;

  @Test
  void nothingOfTheLastHourGoes() throws Exception {
    DatasetSpec dataset = new TestDatasets().column("id", "long").build();
    try (IngestBed bed = committed(dataset)) {
      assertThat(SnapshotThinning.thin(bed.catalog(), dataset, Instant.now())).isZero();
      assertThat(snapshots(bed)).isEqualTo(COMMITS);
    }
  }

  @Test
  void afterAnHourOneOfEachHourIsLeft() throws Exception {
    DatasetSpec dataset = new TestDatasets().column("id", "long").build();
    try (IngestBed bed = committed(dataset)) {
      List<String> before = bed.rows(Layer.SILVER, "*");
      Instant later = Instant.now().plus(Duration.ofHours(2));
      int expired = SnapshotThinning.thin(bed.catalog(), dataset, later);

      // The test itself may have run over the turn of an hour.
      assertThat(snapshots(bed)).isBetween(1, 2);
      assertThat(expired).isPositive();
      assertThat(SnapshotThinning.thin(bed.catalog(), dataset, later)).isZero();
      assertThat(bed.rows(Layer.SILVER, "*")).containsExactlyInAnyOrderElementsOf(before);
      assertThat(bed.balance().problems()).isEmpty();
      bed.restart();
      bed.send(0, "{\"id\": 99}").commit();
      assertThat(bed.balance().total().consumed()).isEqualTo(COMMITS + 1);
      assertThat(bed.balance().problems()).isEmpty();
    }
  }

  @Test
  void whatTheLedgerNeedsAndWhatATagNamesStays() throws Exception {
    DatasetSpec dataset = new TestDatasets().column("id", "long").build();
    try (IngestBed bed = committed(dataset)) {
      Table silver = bed.table(Layer.SILVER);
      long tagged = silver.snapshots().iterator().next().snapshotId();
      silver.manageSnapshots().createTag("month-end", tagged).commit();
      // Somebody else's snapshot without a ledger on top of ours.
      silver.newAppend().commit();
      SnapshotThinning.thin(bed.catalog(), dataset, Instant.now().plus(Duration.ofDays(30)));

      silver.refresh();
      assertThat(silver.snapshot(tagged)).isNotNull();
      assertThat(Ledger.newest(silver)).isPresent();
      assertThat(bed.balance().total().consumed()).isEqualTo(COMMITS);
    }
  }

  /** A build finds what has changed by comparing with what its models were made of. */
  @Test
  void whatAModelWasMadeOfStays() throws Exception {
    DatasetSpec dataset = new TestDatasets().column("id", "long").build();
    try (IngestBed bed = committed(dataset)) {
      Table silver = bed.table(Layer.SILVER);
      long madeOf = silver.currentSnapshot().parentId();
      model(
          bed.catalog(), "{\"%s\": %d, \"silver.gone\": 1}".formatted(silverName(silver), madeOf));
      model(bed.catalog(), "no JSON");
      SnapshotThinning.thin(bed.catalog(), dataset, Instant.now().plus(Duration.ofDays(30)));

      silver.refresh();
      assertThat(silver.snapshot(madeOf)).isNotNull();
      assertThat(snapshots(bed)).isEqualTo(2);
      assertThat(bed.balance().problems()).isEmpty();
    }
  }

  /** A stream may not be allowed to look at what others make of it. */
  @Test
  void whoMayNotSeeTheModelsThinsAllTheSame() throws Exception {
    DatasetSpec dataset = new TestDatasets().column("id", "long").build();
    InMemoryCatalog forbidding =
        new InMemoryCatalog() {
          @Override
          public List<TableIdentifier> listTables(Namespace namespace) {
            throw new ForbiddenException("not allowed: list %s", namespace);
          }
        };
    try (IngestBed bed = committed(dataset, forbidding)) {
      SnapshotThinning.thin(bed.catalog(), dataset, Instant.now().plus(Duration.ofDays(30)));

      assertThat(snapshots(bed)).isEqualTo(1);
    }
  }

  private static String silverName(Table silver) {
    return silver.name().substring(silver.name().indexOf("silver."));
  }

  /** A table of a model as builds leave it, and maintenance on top. */
  private static void model(Catalog catalog, String inputs) {
    Namespace gold = Namespace.of("gold");
    if (catalog instanceof SupportsNamespaces namespaces && !namespaces.namespaceExists(gold)) {
      namespaces.createNamespace(gold);
    }
    TableIdentifier name = TableIdentifier.of(gold, "m" + catalog.listTables(gold).size());
    Table table =
        catalog.createTable(name, new Schema(NestedField.optional(1, "n", LongType.get())));
    table.newAppend().set(ModelSpec.INPUTS, inputs).commit();
    table.newAppend().commit();
  }

  /** Of a run that goes on for weeks no snapshot is left that has added its early files. */
  @Test
  void theSweepOfADeadRunKeepsFilesWhoseSnapshotsAreGone() throws Exception {
    DatasetSpec dataset = new TestDatasets().column("id", "long").build();
    try (IngestBed bed = committed(dataset)) {
      List<String> before = bed.rows(Layer.SILVER, "*");
      SnapshotThinning.thin(bed.catalog(), dataset, Instant.now().plus(Duration.ofDays(30)));
      assertThat(snapshots(bed)).as("snapshots").isEqualTo(1);
      Set<Path> committed = Set.copyOf(bed.dataFiles());
      bed.send(0, "{\"id\": 99}").finish();
      assertThat(bed.dataFiles()).hasSizeGreaterThan(committed.size());

      bed.restart();

      assertThat(bed.dataFiles()).containsExactlyInAnyOrderElementsOf(committed);
      assertThat(bed.rows(Layer.SILVER, "*")).containsExactlyInAnyOrderElementsOf(before);
      bed.commit();
      assertThat(bed.balance().problems()).isEmpty();
      assertThat(bed.rows(Layer.SILVER, "id")).hasSize(COMMITS + 1).contains("99");
    }
  }

  private IngestBed committed(DatasetSpec dataset) throws Exception {
    return committed(dataset, new FaultyCatalog());
  }

  private IngestBed committed(DatasetSpec dataset, InMemoryCatalog catalog) throws Exception {
    IngestBed bed = new IngestBed(folder, dataset, catalog);
    for (int i = 0; i < COMMITS; i++) {
      bed.send(0, "{\"id\": " + i + "}").commit();
    }
    return bed;
  }

  private static int snapshots(IngestBed bed) {
    int count = 0;
    for (Snapshot unused : bed.table(Layer.SILVER).snapshots()) {
      count++;
    }
    return count;
  }
}
