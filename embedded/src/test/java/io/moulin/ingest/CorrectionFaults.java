package io.moulin.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.ingest.FaultyCatalog.Crash;
import io.moulin.ingest.FaultyCatalog.Fault;
import io.moulin.parquet.LocalDisk;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.MoulinException;
import io.moulin.spec.RuleSpec.Otherwise;
import io.moulin.spec.TableSpec;
import io.moulin.spec.TimeSpec;
import io.moulin.spec.TimeSpec.LatenessSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;

/**
 * A correction is killed, or loses the catalog's answer, at each of its commits. Whoever comes next
 * finds the tables wholly as before or wholly corrected, and nothing is left behind. {@code
 * -Dmoulin.seeds=2} tries every fault at every commit.
 *
 * @param folder for all files
 * @param stream makes tables and the stream that filled them
 * @param correction of the tables
 * @param rest what the stream reads afterwards
 */
record CorrectionFaults(Path folder, Stream stream, Correction correction, Rest rest) {
  private static final List<Fault> FAULTS =
      List.of(Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.UNKNOWN_NOT_MADE, Fault.UNKNOWN_MADE);
  private static final boolean ALL = Integer.getInteger("moulin.seeds", 1) > 1;
  private static final int SOME = 3;

  /** Makes tables in a folder and a catalog of their own. */
  @FunctionalInterface
  interface Stream {
    IngestBed bed(Path own, FaultyCatalog catalog) throws Exception;
  }

  /** Corrects the tables. */
  @FunctionalInterface
  interface Correction {
    void make(IngestBed bed, Path own) throws Exception;
  }

  /** Sends more records. */
  @FunctionalInterface
  interface Rest {
    void send(IngestBed bed) throws Exception;
  }

  /** A dataset with a rule, dedup and a table of late rows. */
  static DatasetSpec dataset(String rule) {
    return new TestDatasets()
        .column("id", "long")
        .column("ts", "timestamp")
        .rule("SMALL", rule, Otherwise.QUARANTINE)
        .dedup(Duration.ofHours(6), "id")
        .time(
            "ts",
            Duration.ofMinutes(1),
            new LatenessSpec(Duration.ofMinutes(10), TimeSpec.Then.ROUTE))
        .build();
  }

  private record Case(Fault fault, int commit) {}

  /**
   * Tries faults.
   *
   * @param least how many commits the correction makes at least
   */
  void everyFaultAtEveryCommit(int least) throws Exception {
    int[] commits = {0};
    Map<Layer, List<String>> before;
    List<String> problemsBefore;
    Map<Layer, List<String>> after;
    Map<Layer, List<String>> later;
    FaultyCatalog calm = new FaultyCatalog();
    Path undisturbed = folder.resolve("undisturbed");
    try (IngestBed bed = stream.bed(undisturbed, calm)) {
      before = contents(bed);
      problemsBefore = bed.balance().problems();
      calm.failBy(
          () -> {
            commits[0]++;
            return Fault.NONE;
          });
      correction.make(bed, undisturbed);
      after = contents(bed);
      later = goesOn(bed);
    }
    assertThat(after).isNotEqualTo(before);
    assertThat(commits[0]).as("commits of a correction").isGreaterThanOrEqualTo(least);
    long seed = Long.getLong("moulin.seed", System.nanoTime());
    for (Case one : cases(commits[0], new Random(seed))) {
      String when = "-Dmoulin.seed=%d, %s at commit %d".formatted(seed, one.fault, one.commit);
      FaultyCatalog catalog = new FaultyCatalog();
      Path place = folder.resolve(one.fault + "-" + one.commit);
      try (IngestBed bed = stream.bed(place, catalog)) {
        int[] commit = {0};
        catalog.dieBy(() -> commit[0]++ == one.commit ? one.fault : Fault.NONE);
        try {
          correction.make(bed, place);
        } catch (Crash | MoulinException e) {
          assertThat(e).as(when).isNotNull();
        }
        catalog.failBy(() -> Fault.NONE);
        bed.restart();
        assertThat(contents(bed)).as(when).isIn(before, after);
        assertThat(bed.balance().problems())
            .as(when)
            .isEqualTo(contents(bed).equals(before) ? problemsBefore : List.of());
        assertThat(branches(bed)).as(when + ": branches").isEmpty();
        correction.make(bed, place);
        assertThat(contents(bed)).as(when).isEqualTo(after);
        assertThat(bed.balance().problems()).as(when).isEmpty();
        assertThat(strangers(bed)).as(when + ": files that no snapshot knows").isEmpty();
        assertThat(goesOn(bed)).as(when).isEqualTo(later);
      }
    }
  }

  private static List<Case> cases(int commits, Random random) {
    List<Case> cases = new ArrayList<>();
    for (int commit = 0; commit < commits; commit++) {
      for (Fault fault : FAULTS) {
        cases.add(new Case(fault, commit));
      }
    }
    Collections.shuffle(cases, random);
    return ALL ? cases : cases.subList(0, SOME);
  }

  /** The stream begins anew from the tables: nothing is lost, nothing doubled. */
  private Map<Layer, List<String>> goesOn(IngestBed bed) throws Exception {
    bed.restart();
    rest.send(bed);
    bed.commit();
    assertThat(bed.balance().problems()).isEmpty();
    return contents(bed);
  }

  private static Map<Layer, List<String>> contents(IngestBed bed) throws Exception {
    Map<Layer, List<String>> contents = new EnumMap<>(Layer.class);
    for (Layer layer : List.of(Layer.BRONZE, Layer.QUARANTINE, Layer.LATE, Layer.SILVER)) {
      String columns = layer == Layer.QUARANTINE ? "_reasons, _status" : "id, ts";
      contents.put(
          layer, bed.rows(layer, "_partition, _offset, " + columns).stream().sorted().toList());
    }
    return contents;
  }

  private static List<String> branches(IngestBed bed) {
    List<String> branches = new ArrayList<>();
    for (Layer layer : layers(bed)) {
      bed.table(layer).refs().keySet().stream()
          .filter(name -> !name.equals("main"))
          .forEach(branches::add);
    }
    return branches;
  }

  private static List<Layer> layers(IngestBed bed) {
    return bed.dataset().tables().stream().map(TableSpec::layer).toList();
  }

  /** Data files in the warehouse that are part of no snapshot. */
  private static List<Path> strangers(IngestBed bed) throws Exception {
    Set<Path> known = new HashSet<>();
    for (Layer layer : layers(bed)) {
      Table table = bed.table(layer);
      for (Snapshot snapshot : table.snapshots()) {
        try (CloseableIterable<FileScanTask> tasks =
            table.newScan().useSnapshot(snapshot.snapshotId()).planFiles()) {
          for (FileScanTask task : tasks) {
            known.add(LocalDisk.path(task.file().location()).orElseThrow().toRealPath());
          }
        }
      }
    }
    List<Path> strangers = new ArrayList<>();
    for (Path file : bed.dataFiles()) {
      if (Files.exists(file) && !known.contains(file.toRealPath())) {
        strangers.add(file);
      }
    }
    return strangers;
  }
}
