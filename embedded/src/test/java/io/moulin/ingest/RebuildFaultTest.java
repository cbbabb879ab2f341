package io.moulin.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.ingest.FaultyCatalog.Crash;
import io.moulin.ingest.FaultyCatalog.Fault;
import io.moulin.ingest.mend.MendJob;
import io.moulin.ingest.mend.Range;
import io.moulin.ingest.mend.Rebuilding;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.MoulinException;
import io.moulin.spec.RuleSpec.Otherwise;
import io.moulin.spec.TimeSpec;
import io.moulin.spec.TimeSpec.LatenessSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A rebuild is killed, or loses the catalog's answer, at each of its commits: those of the staging
 * branch, of every table, and of tidying up. Whoever comes next finds the tables wholly as before
 * or wholly rebuilt, and nothing is left behind. {@code -Dmoulin.seeds=2} tries every fault at
 * every commit.
 */
class RebuildFaultTest {
  private static final List<Fault> FAULTS =
      List.of(Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.UNKNOWN_NOT_MADE, Fault.UNKNOWN_MADE);
  private static final boolean ALL = Integer.getInteger("moulin.seeds", 1) > 1;
  private static final int SOME = 4;

  /** The hour from which a range is rebuilt. */
  private static final Range PART =
      new Range(Optional.of(IngestBed.NOW.plus(Duration.ofHours(1))), Optional.empty());

  @TempDir Path folder;

  private record Case(Fault fault, int commit) {}

  private static DatasetSpec dataset(String rule) {
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

  private IngestBed streamed(Path own, FaultyCatalog catalog) throws Exception {
    IngestBed bed = new IngestBed(own, dataset("id < 10"), catalog);
    for (int hour = 0; hour < 3; hour++) {
      for (int i = 0; i < 8; i++) {
        send(bed, i % 2, hour, hour * 4 + i, i % 3 == 2 ? 30 : 0);
      }
      bed.commit();
    }
    bed.redeclare(dataset("id < 12"));
    return bed;
  }

  private static void send(IngestBed bed, int partition, int hour, int id, int minutesBehind)
      throws Exception {
    String payload =
        "{\"id\":%d,\"ts\":\"2024-06-01T%02d:%02d:00\"}"
            .formatted(id, 12 + hour, 59 - minutesBehind);
    bed.send(
        partition,
        IngestBed.NOW.plus(Duration.ofHours(hour)).plusSeconds(3_540).toEpochMilli(),
        payload.getBytes(StandardCharsets.UTF_8));
  }

  private void rebuild(IngestBed bed, Range range, Path own) {
    MendJob job =
        new MendJob(
            bed.dataset(),
            KilledStream.engine(5),
            bed.catalog(),
            own.resolve("mend"),
            own.resolve("locks").toString(),
            "tester",
            Clock.fixed(IngestBed.NOW.plus(Duration.ofDays(1)), ZoneOffset.UTC));
    Rebuilding.run(job, range, Rebuilding.Mode.MAKE);
  }

  @Test
  void everyFaultAtEveryCommitOfARebuild() throws Exception {
    everyFaultAtEveryCommit(Range.ALL, folder.resolve("all"));
  }

  @Test
  void everyFaultAtEveryCommitOfARebuildOfARange() throws Exception {
    everyFaultAtEveryCommit(PART, folder.resolve("part"));
  }

  private void everyFaultAtEveryCommit(Range range, Path own) throws Exception {
    int[] commits = {0};
    Map<Layer, List<String>> before;
    Map<Layer, List<String>> after;
    Map<Layer, List<String>> later;
    FaultyCatalog calm = new FaultyCatalog();
    Path undisturbed = own.resolve("undisturbed");
    try (IngestBed bed = streamed(undisturbed, calm)) {
      before = contents(bed);
      calm.failBy(
          () -> {
            commits[0]++;
            return Fault.NONE;
          });
      rebuild(bed, range, undisturbed);
      after = contents(bed);
      later = goesOn(bed);
    }
    assertThat(after).isNotEqualTo(before);
    assertThat(commits[0]).as("commits of a rebuild").isGreaterThan(10);
    long seed = Long.getLong("moulin.seed", System.nanoTime());
    for (Case one : cases(commits[0], new Random(seed))) {
      String when = "-Dmoulin.seed=%d, %s at commit %d".formatted(seed, one.fault, one.commit);
      FaultyCatalog catalog = new FaultyCatalog();
      Path place = own.resolve(one.fault + "-" + one.commit);
      try (IngestBed bed = streamed(place, catalog)) {
        int[] commit = {0};
        catalog.dieBy(() -> commit[0]++ == one.commit ? one.fault : Fault.NONE);
        try {
          rebuild(bed, range, place);
        } catch (Crash | MoulinException e) {
          assertThat(e).as(when).isNotNull();
        }
        catalog.failBy(() -> Fault.NONE);
        bed.restart();
        assertThat(bed.balance().problems()).as(when).isEmpty();
        assertThat(contents(bed)).as(when).isIn(before, after);
        assertThat(branches(bed)).as(when + ": branches").isEmpty();
        rebuild(bed, range, place);
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
  private static Map<Layer, List<String>> goesOn(IngestBed bed) throws Exception {
    bed.restart();
    for (int i = 0; i < 8; i++) {
      send(bed, i % 2, 3, 8 + i, i % 3 == 2 ? 30 : 0);
    }
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
    for (Layer layer : Layer.values()) {
      bed.table(layer).refs().keySet().stream()
          .filter(name -> !name.equals("main"))
          .forEach(branches::add);
    }
    return branches;
  }

  /** Data files in the warehouse that are part of no snapshot. */
  private static List<Path> strangers(IngestBed bed) throws Exception {
    Set<Path> known = new HashSet<>();
    for (Layer layer : Layer.values()) {
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
