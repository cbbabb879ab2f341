package io.moulin.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moulin.commit.Ledger;
import io.moulin.parquet.LocalDisk;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.MoulinException;
import io.moulin.spec.RuleSpec.Otherwise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What other engines do to the tables while Moulin streams into them. */
class ForeignEngineTest {
  @TempDir Path folder;

  private static DatasetSpec dataset() {
    return new TestDatasets()
        .column("id", "long")
        .rule("EVEN", "id % 2 = 0", Otherwise.QUARANTINE)
        .dedup(Duration.ofHours(1), "id")
        .build();
  }

  private IngestBed streamed() throws Exception {
    IngestBed bed = new IngestBed(folder, dataset(), new FaultyCatalog());
    bed.send(0, "{\"id\":2}", "{\"id\":3}", "bad").commit();
    bed.send(0, "{\"id\":4}", "{\"id\":2}").commit();
    return bed;
  }

  private static void goesOn(IngestBed bed) throws Exception {
    bed.restart();
    bed.send(0, "{\"id\":4}", "{\"id\":6}", "{\"id\":7}").commit();
    assertThat(bed.balance().problems()).isEmpty();
    assertThat(bed.rows(Layer.SILVER, "id")).containsExactlyInAnyOrder("2", "4", "6");
    assertThat(bed.rows(Layer.QUARANTINE, "id")).containsExactlyInAnyOrder("3", "7");
    assertThat(bed.balance().total().duplicate()).isEqualTo(2);
  }

  @Test
  void snapshotsAreExpiredButTheLast() throws Exception {
    try (IngestBed bed = streamed()) {
      for (Layer layer : layers()) {
        expire(bed.table(layer));
      }
      goesOn(bed);
    }
  }

  @Test
  void filesAreCompacted() throws Exception {
    try (IngestBed bed = streamed()) {
      for (Layer layer : layers()) {
        rewrite(bed.table(layer));
      }
      assertThat(bed.balance().problems()).isEmpty();
      goesOn(bed);
    }
  }

  @Test
  void rowsOfAnotherWriterAreAnImbalance() throws Exception {
    try (IngestBed bed = streamed()) {
      Table silver = bed.table(Layer.SILVER);
      silver.newAppend().appendFile(copyOf(silver, files(silver).get(0))).commit();
      assertThat(bed.balance().problems())
          .singleElement()
          .asString()
          .contains("silver.events holds 3 rows, the ledger says 2");
    }
  }

  @Test
  void aTableThatHasLostItsLedgerIsRefused() throws Exception {
    for (Layer layer : layers()) {
      try (IngestBed bed =
          new IngestBed(folder.resolve(layer.name()), dataset(), new FaultyCatalog())) {
        bed.send(0, "{\"id\":2}", "{\"id\":3}", "bad").commit();
        Table table = bed.table(layer);
        rewrite(table);
        expire(table);
        assertThat(Ledger.newest(bed.table(layer))).isEmpty();
        bed.send(0, "{\"id\":8}");
        assertThatThrownBy(bed::commit)
            .as("a run that goes on beside it")
            .isInstanceOfSatisfying(
                MoulinException.class, e -> assertThat(e.code()).isEqualTo("ledger-missing"));
        assertThatThrownBy(bed::restart)
            .as("%s", layer)
            .isInstanceOfSatisfying(
                MoulinException.class,
                e -> {
                  assertThat(e.code()).isEqualTo("ledger-missing");
                  assertThat(e.getMessage()).contains(layer.namespace() + ".events");
                  assertThat(e.fix()).contains("moulin.ledger", "moulin apply");
                });
      }
    }
  }

  private static List<Layer> layers() {
    return List.of(Layer.DEAD_LETTERS, Layer.BRONZE, Layer.QUARANTINE, Layer.SILVER);
  }

  private static void expire(Table table) {
    table.refresh();
    table.expireSnapshots().expireOlderThan(System.currentTimeMillis() + 1).retainLast(1).commit();
  }

  private static List<DataFile> files(Table table) throws IOException {
    List<DataFile> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = table.newScan().includeColumnStats().planFiles()) {
      tasks.forEach(task -> files.add(task.file().copy()));
    }
    return files;
  }

  /** Puts another file in the place of each, as a compaction does. */
  private static void rewrite(Table table) throws IOException {
    table.refresh();
    RewriteFiles rewrite = table.newRewrite();
    for (DataFile file : files(table)) {
      rewrite.deleteFile(file);
      rewrite.addFile(copyOf(table, file));
    }
    rewrite.commit();
  }

  private static DataFile copyOf(Table table, DataFile file) throws IOException {
    Path from = LocalDisk.path(file.location()).orElseThrow();
    Path to = from.resolveSibling("foreign-" + from.getFileName());
    Files.copy(from, to);
    return DataFiles.builder(table.spec()).copy(file).withPath(to.toString()).build();
  }
}
