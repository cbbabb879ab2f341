package io.moulin.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moulin.ingest.FaultyCatalog.Crash;
import io.moulin.ingest.FaultyCatalog.Fault;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.MoulinException;
import io.moulin.spec.RuleSpec.Otherwise;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever happens to a commit: nothing is lost, nothing is doubled, the books balance. */
class ExactlyOnceTest {
  /** Dead letters, bronze, quarantine, silver: the tables that a commit touches, in this order. */
  private static final int TABLES = 4;

  private static final List<Fault> FAULTS = List.of(Fault.values());

  @TempDir Path folder;

  private static DatasetSpec dataset() {
    return new TestDatasets()
        .column("id", "long")
        .rule("EVEN", "id % 2 = 0", Otherwise.QUARANTINE)
        .dedup(Duration.ofHours(1), "id")
        .build();
  }

  @Test
  void everyFaultAtEveryTable() throws Exception {
    for (Fault fault : Fault.values()) {
      for (int table = 0; table < TABLES; table++) {
        FaultyCatalog catalog = new FaultyCatalog();
        Path own = folder.resolve(fault + "-" + table);
        try (IngestBed bed = new IngestBed(own, dataset(), catalog)) {
          bed.send(0, "{\"id\":2}", "{\"id\":3}", "bad").commit();
          int[] commit = {0};
          int target = table;
          catalog.failBy(() -> commit[0]++ == target ? fault : Fault.NONE);
          bed.send(0, "{\"id\":4}", "{\"id\":2}", "{\"id\":5}").send(1, "{\"id\":6}", "worse");
          boolean failed = commitFails(bed);
          assertThat(failed)
              .as("%s at table %d", fault, table)
              .isEqualTo(fault != Fault.NONE && fault != Fault.UNKNOWN_MADE);
          bed.restart();
          bed.commit();
          expectExactly(
              bed, fault + " at table " + table, List.of(2L, 4L, 6L), List.of(3L, 5L), 2, 1);
        }
      }
    }
  }

  @Test
  void filesOfAnUnfinishedRunAreSweptByName() throws Exception {
    try (IngestBed bed = new IngestBed(folder, dataset(), new FaultyCatalog())) {
      bed.send(0, "{\"id\":2}").commit();
      bed.send(0, "{\"id\":4}", "{\"id\":5}").finish();
      assertThat(bed.dataFiles()).hasSize(5);
      bed.restart();
      assertThat(bed.dataFiles()).hasSize(2);
      bed.commit();
      expectExactly(bed, "after the sweep", List.of(2L, 4L), List.of(5L), 0, 0);
    }
  }

  @Test
  void aStateOlderThanTheTablesIsRefusedWithTheWayOut() throws Exception {
    try (IngestBed bed = new IngestBed(folder, dataset(), new FaultyCatalog())) {
      bed.send(0, "{\"id\":2}").commit();
      bed.send(0, "{\"id\":4}").commit();
      Table silver = bed.table(Layer.SILVER);
      silver.manageSnapshots().rollbackTo(silver.currentSnapshot().parentId()).commit();
      assertThatThrownBy(bed::restart)
          .isInstanceOfSatisfying(
              MoulinException.class,
              e -> {
                assertThat(e.code()).isEqualTo("tables-out-of-step");
                assertThat(e.getMessage()).contains("bronze.events", "silver.events");
                assertThat(e.fix()).isNotBlank();
              });
    }
  }

  private static boolean commitFails(IngestBed bed) throws Exception {
    try {
      bed.commit();
      return false;
    } catch (Crash | MoulinException e) {
      return true;
    }
  }

  private static void expectExactly(
      IngestBed bed,
      String when,
      List<Long> silver,
      List<Long> quarantine,
      long dead,
      long duplicate)
      throws Exception {
    assertThat(bed.balance().problems()).as(when).isEmpty();
    assertThat(bed.rows(Layer.SILVER, "id"))
        .as(when)
        .containsExactlyInAnyOrderElementsOf(silver.stream().map(String::valueOf).toList());
    assertThat(bed.rows(Layer.QUARANTINE, "id"))
        .as(when)
        .containsExactlyInAnyOrderElementsOf(quarantine.stream().map(String::valueOf).toList());
    assertThat(bed.rows(Layer.DEAD_LETTERS, "_offset")).as(when).hasSize((int) dead);
    assertThat(bed.balance().total().duplicate()).as(when).isEqualTo(duplicate);
  }

  @Test
  void manyFaultsInARow() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    FaultyCatalog catalog = new FaultyCatalog();
    List<Long> sent = new ArrayList<>();
    long duplicates = 0;
    try (IngestBed bed = new IngestBed(folder, dataset(), catalog)) {
      catalog.failBy(
          () -> random.nextInt(3) == 0 ? FAULTS.get(random.nextInt(FAULTS.size())) : Fault.NONE);
      for (int round = 0; round < 25; round++) {
        for (int i = 0; i < 20; i++) {
          boolean again = !sent.isEmpty() && random.nextInt(10) == 0;
          long id = again ? sent.get(random.nextInt(sent.size())) : sent.size();
          // The same key goes to the same partition, as the loader sees to.
          bed.send((int) (id % 3), "{\"id\":" + id + "}");
          duplicates += again && id % 2 == 0 ? 1 : 0;
          if (!again) {
            sent.add(id);
          }
        }
        while (commitFails(bed)) {
          boolean up = restarted(bed);
          while (!up) {
            up = restarted(bed);
          }
        }
      }
      catalog.failBy(() -> Fault.NONE);
      bed.restart();
      bed.commit();
      assertThat(bed.balance().problems()).as("seed %d", seed).isEmpty();
      List<String> even =
          LongStream.range(0, sent.size())
              .filter(id -> id % 2 == 0)
              .mapToObj(String::valueOf)
              .toList();
      assertThat(bed.rows(Layer.SILVER, "id"))
          .as("seed %d", seed)
          .containsExactlyInAnyOrderElementsOf(even);
      assertThat(bed.balance().total().duplicate()).as("seed %d", seed).isEqualTo(duplicates);
    }
  }

  /** Recovery itself may meet the next fault. */
  private static boolean restarted(IngestBed bed) throws Exception {
    try {
      bed.restart();
      return true;
    } catch (Crash | MoulinException e) {
      return false;
    }
  }
}
