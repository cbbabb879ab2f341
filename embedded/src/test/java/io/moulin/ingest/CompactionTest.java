package io.moulin.ingest;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moulin.commit.CommitLock;
import io.moulin.commit.Ledger;
import io.moulin.compact.Compaction;
import io.moulin.compact.CompactionWork;
import io.moulin.ingest.FaultyCatalog.Crash;
import io.moulin.ingest.FaultyCatalog.Fault;
import io.moulin.ingest.mend.Range;
import io.moulin.ingest.mend.Rebuilding;
import io.moulin.parquet.LocalDisk;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.PartitionSpec.Transform;
import io.moulin.spec.RuleSpec.Otherwise;
import io.moulin.spec.TableSpec;
import io.moulin.spec.TableSpec.FieldSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types.StringType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many small files become few: the same rows, the same books, whatever happens meanwhile. {@code
 * -Dmoulin.seed=1} repeats what is random.
 */
class CompactionTest {
  private static final int COMMITS = 5;
  private static final int TABLES = 4;

  @TempDir private Path folder;

  private static TestDatasets declared() {
    return declared("id % 2 = 0");
  }

  private static TestDatasets declared(String rule) {
    return new TestDatasets()
        .column("id", "long")
        .column("day", "date")
        .rule("RULE", rule, Otherwise.QUARANTINE)
        .dedup(Duration.ofHours(1), "id")
        .partition("day", Transform.IDENTITY);
  }

  private IngestBed streamed(DatasetSpec dataset) throws Exception {
    IngestBed bed = new IngestBed(folder.resolve("bed"), dataset, new FaultyCatalog());
    for (int i = 0; i < COMMITS; i++) {
      commit(bed, i);
    }
    return bed;
  }

  /** In every table something, of two days, and a row that was there before. */
  private static void commit(IngestBed bed, int i) throws Exception {
    bed.send(0, row(i * 10, 1), row(i * 10 + 1, 1), row(i * 10 + 2, 2), row(i * 10, 1), "bad" + i)
        .commit();
  }

  private static String row(int id, int day) {
    return "{\"id\": %d, \"day\": \"2024-01-0%d\"}".formatted(id, day);
  }

  private long compact(IngestBed bed) {
    return compact(bed, () -> false);
  }

  private long compact(IngestBed bed, BooleanSupplier ending) {
    return new Compaction(
            bed.catalog(),
            bed.dataset(),
            new CompactionWork(
                folder.resolve("compact").toString(), locks().toString(), 128_000_000, 4))
        .run(ending);
  }

  private Path locks() {
    return folder.resolve("bed/locks");
  }

  @Test
  void manySmallFilesBecomeOneAPartition() throws Exception {
    try (IngestBed bed = streamed(declared().build())) {
      Map<Layer, List<String>> before = contents(bed);

      long less = compact(bed);

      assertThat(contents(bed)).isEqualTo(before);
      assertThat(bed.balance().problems()).isEmpty();
      assertThat(files(bed.table(Layer.SILVER))).hasSize(2);
      assertThat(files(bed.table(Layer.QUARANTINE))).hasSize(1);
      assertThat(files(bed.table(Layer.DEAD_LETTERS))).hasSize(1);
      assertThat(files(bed.table(Layer.BRONZE))).hasSizeLessThan(3);
      assertThat(less).isGreaterThanOrEqualTo(5L * COMMITS - 7);
      Snapshot made = bed.table(Layer.SILVER).currentSnapshot();
      assertThat(made.operation()).isEqualTo(DataOperations.REPLACE);
      assertThat(made.summary()).containsEntry(Ledger.OPERATION_PROPERTY, "compact");
      assertThat(strangers(bed)).isEmpty();
      assertThat(compact(bed)).as("a second time").isZero();
      assertThat(folder.resolve("compact")).as("its folder").isEmptyDirectory();
    }
  }

  /** Rows stand in the order in which they came, so that readers still skip what they can. */
  @Test
  void rowsStayInTheirOrderAndFilesKeepTheirStatistics() throws Exception {
    try (IngestBed bed = streamed(declared().build())) {
      compact(bed);
      List<String> offsets = bed.rows(Layer.DEAD_LETTERS, "_offset");
      assertThat(offsets).isSortedAccordingTo(Comparator.comparingLong(Long::parseLong));
      for (DataFile file : files(bed.table(Layer.SILVER))) {
        assertThat(file.lowerBounds()).isNotEmpty();
        assertThat(file.upperBounds()).isNotEmpty();
      }
    }
  }

  @Test
  void theStreamGoesOnAndKnowsWhatItHasSeen() throws Exception {
    try (IngestBed bed = streamed(declared().build())) {
      compact(bed);
      commit(bed, COMMITS);
      bed.restart();
      bed.send(0, row(0, 1), row(1_000, 1)).commit();

      assertThat(bed.balance().problems()).isEmpty();
      assertThat(bed.rows(Layer.SILVER, "id"))
          .hasSize(2 * (COMMITS + 1) + 1)
          .doesNotHaveDuplicates();
      assertThat(bed.balance().total().duplicate()).isEqualTo(COMMITS + 2);
    }
  }

  @Test
  void whatComesMeanwhileIsKept() throws Exception {
    try (IngestBed bed = streamed(declared().build())) {
      int[] more = {COMMITS};
      long less =
          compact(
              bed,
              () -> {
                try {
                  commit(bed, more[0]++);
                } catch (Exception e) {
                  throw new AssertionError(e);
                }
                return more[0] > COMMITS + 8;
              });

      assertThat(less).isPositive();
      assertThat(bed.balance().problems()).isEmpty();
      assertThat(bed.rows(Layer.SILVER, "id")).hasSize(2 * more[0]).doesNotHaveDuplicates();
      assertThat(bed.rows(Layer.QUARANTINE, "id")).hasSize(more[0]);
    }
  }

  /** Another engine has taken one of the files away: that table is left as it is. */
  @Test
  void whatOthersReplaceMeanwhileIsLeftToThem() throws Exception {
    try (IngestBed bed = streamed(declared().build())) {
      Map<Layer, List<String>> before = contents(bed);
      boolean[] done = {false};
      compact(
          bed,
          () -> {
            if (!done[0]) {
              done[0] = true;
              replaceOne(bed.table(Layer.SILVER));
            }
            return false;
          });

      assertThat(contents(bed)).isEqualTo(before);
      assertThat(bed.balance().problems()).isEmpty();
      assertThat(files(bed.table(Layer.SILVER))).as("at the second try").hasSize(2);
      assertThat(strangers(bed)).isEmpty();
    }
  }

  @Test
  void aCorrectionIsNotDisturbed() throws Exception {
    try (IngestBed bed = streamed(declared().build())) {
      try (CommitLock.Held held =
          CommitLock.ofCompaction(locks().toString(), bed.dataset().name()).take()) {
        assertThat(compact(bed)).isZero();
      }
      compact(bed);
      bed.redeclare(declared("id >= 0").build());
      Rebuilding.run(bed.mendJob(5), Range.ALL, Rebuilding.Mode.MAKE);

      assertThat(bed.balance().problems()).isEmpty();
      assertThat(bed.rows(Layer.SILVER, "id")).hasSize(3 * COMMITS).doesNotHaveDuplicates();
      assertThat(bed.rows(Layer.QUARANTINE, "id")).isEmpty();
    }
  }

  /** Files of before a column was added have no value of it, and neither has what they become. */
  @Test
  void columnsThatWereAddedAreNullBeforeThem() throws Exception {
    try (IngestBed bed = streamed(declared().build())) {
      bed.redeclare(declared().column("note", "string").build());
      bed.send(0, "{\"id\": 500, \"day\": \"2024-01-01\", \"note\": \"new\"}").commit();
      compact(bed);

      assertThat(bed.balance().problems()).isEmpty();
      assertThat(files(bed.table(Layer.SILVER))).hasSize(2);
      assertThat(bed.rows(Layer.SILVER, "id, note"))
          .hasSize(2 * COMMITS + 1)
          .contains("500|new", "10|null");
    }
  }

  /**
   * Each row of 40 KB of noise: as many as the engine would hold at once are twenty times the
   * memory.
   */
  @Test
  void rowsOfAnySizeAreMergedInBoundedMemory() throws Exception {
    long seed = Long.getLong("moulin.seed", System.nanoTime());
    Random random = new Random(seed);
    DatasetSpec dataset = new TestDatasets().column("id", "long").column("text", "string").build();
    try (IngestBed bed = new IngestBed(folder.resolve("bed"), dataset, new FaultyCatalog())) {
      for (int id = 0; id < 40_000; id++) {
        byte[] noise = new byte[3_000];
        random.nextBytes(noise);
        String text = Base64.getEncoder().encodeToString(noise);
        bed.send(0, "{\"id\": %d, \"text\": \"%s\"}".formatted(id, text));
        if (id % 4_000 == 3_999) {
          bed.commit();
        }
      }
      String sums = "count(*), count(DISTINCT id), sum(hash(id, text))";
      List<String> before = bed.rows(Layer.SILVER, sums);
      long less = compact(bed);

      assertThat(less).as("-Dmoulin.seed=%d", seed).isPositive();
      assertThat(bed.rows(Layer.SILVER, sums)).isEqualTo(before);
      assertThat(bed.balance().problems()).isEmpty();
    }
  }

  @Test
  void tablesWithColumnsOfOthersAreLeftAlone() throws Exception {
    try (IngestBed bed = streamed(declared().build())) {
      Table silver = bed.table(Layer.SILVER);
      silver.updateSchema().addColumn("theirs", StringType.get()).commit();
      compact(bed);

      assertThat(files(bed.table(Layer.SILVER))).hasSize(2 * COMMITS);
      assertThat(files(bed.table(Layer.QUARANTINE))).hasSize(1);
    }
  }

  /** Killed, or left without the catalog's answer, at each of its commits. */
  @Test
  void whateverFailsTheRowsAreTheSameAndNothingIsLeftBehind() throws Exception {
    long seed = Long.getLong("moulin.seed", System.nanoTime());
    for (Case one : cases(new Random(seed))) {
      String when = "-Dmoulin.seed=%d, %s at commit %d".formatted(seed, one.fault, one.commit);
      FaultyCatalog catalog = new FaultyCatalog();
      Path own = folder.resolve(one.fault + "-" + one.commit);
      try (IngestBed bed = new IngestBed(own, declared().build(), catalog)) {
        for (int i = 0; i < COMMITS; i++) {
          commit(bed, i);
        }
        Map<Layer, List<String>> before = contents(bed);
        int[] commits = {0};
        catalog.dieBy(() -> commits[0]++ == one.commit ? one.fault : Fault.NONE);
        assertThatThrownBy(() -> compact(bed))
            .as(when)
            .isInstanceOfAny(Crash.class, CommitStateUnknownException.class);
        catalog.failBy(() -> Fault.NONE);
        bed.restart();
        assertThat(contents(bed)).as(when).isEqualTo(before);
        for (int i = COMMITS; i < COMMITS + 4; i++) {
          commit(bed, i);
        }
        compact(bed);

        assertThat(bed.balance().problems()).as(when).isEmpty();
        assertThat(bed.rows(Layer.SILVER, "id")).as(when).hasSize(2 * (COMMITS + 4));
        assertThat(files(bed.table(Layer.SILVER))).as(when).hasSize(2);
        assertThat(strangers(bed)).as(when + ": files of no snapshot").isEmpty();
      }
    }
  }

  /** The catalog may make the commit later, and then the table needs them. */
  @Test
  void filesThatTheTableMayStillGetStay() throws Exception {
    FaultyCatalog catalog = new FaultyCatalog();
    try (IngestBed bed = new IngestBed(folder.resolve("bed"), declared().build(), catalog)) {
      for (int i = 0; i < COMMITS; i++) {
        commit(bed, i);
      }
      catalog.failBy(() -> Fault.UNKNOWN_NOT_MADE);
      assertThatThrownBy(() -> compact(bed)).isInstanceOf(CommitStateUnknownException.class);
      assertThat(strangers(bed)).isNotEmpty();

      catalog.failBy(() -> Fault.NONE);
      commit(bed, COMMITS);
      compact(bed);
      assertThat(strangers(bed)).isEmpty();
      assertThat(bed.balance().problems()).isEmpty();
    }
  }

  private record Case(Fault fault, int commit) {}

  /** Some of all cases; {@code -Dmoulin.seeds=2} tries every one. */
  private static List<Case> cases(Random random) {
    List<Case> cases = new ArrayList<>();
    for (Fault fault : Fault.values()) {
      for (int commit = 0; commit < TABLES && fault != Fault.NONE; commit++) {
        cases.add(new Case(fault, commit));
      }
    }
    Collections.shuffle(cases, random);
    return Integer.getInteger("moulin.seeds", 1) > 1 ? cases : cases.subList(0, TABLES);
  }

  /** Commits, compactions, restarts and corrections in any order give what commits alone give. */
  @Test
  void inAnyOrderOfEventsTheRowsAreThoseOfTheTopic() throws Exception {
    long seed = Long.getLong("moulin.seed", System.nanoTime());
    Random random = new Random(seed);
    try (IngestBed bed =
        new IngestBed(folder.resolve("any"), declared().build(), new FaultyCatalog())) {
      Set<Integer> good = new HashSet<>();
      for (int step = 0; step < 30; step++) {
        int id = random.nextInt(100);
        bed.send(0, row(id, 1 + random.nextInt(3)));
        if (id % 2 == 0) {
          good.add(id);
        }
        switch (random.nextInt(6)) {
          case 0 -> compact(bed);
          case 1 -> bed.restart();
          case 2 -> {
            bed.commit();
            Rebuilding.run(bed.mendJob(3), Range.ALL, Rebuilding.Mode.MAKE);
            bed.restart();
          }
          default -> bed.commit();
        }
      }
      bed.commit();
      compact(bed);
      assertThat(bed.balance().problems()).as("-Dmoulin.seed=%d", seed).isEmpty();
      assertThat(bed.rows(Layer.SILVER, "id").stream().map(Integer::valueOf))
          .as("-Dmoulin.seed=%d", seed)
          .containsExactlyInAnyOrderElementsOf(good);
    }
  }

  private static void replaceOne(Table table) {
    try {
      DataFile one = files(table).get(0);
      Path from = LocalDisk.path(one.location()).orElseThrow();
      Path to = from.resolveSibling("foreign-" + from.getFileName());
      Files.copy(from, to);
      DataFile copy = DataFiles.builder(table.spec()).copy(one).withPath(to.toString()).build();
      table.newRewrite().deleteFile(one).addFile(copy).commit();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<Layer, List<String>> contents(IngestBed bed) throws Exception {
    Map<Layer, List<String>> contents = new EnumMap<>(Layer.class);
    for (TableSpec spec : bed.dataset().tables()) {
      String columns = spec.fields().stream().map(FieldSpec::name).collect(joining(", "));
      contents.put(spec.layer(), bed.rows(spec.layer(), columns).stream().sorted().toList());
    }
    return contents;
  }

  private static List<DataFile> files(Table table) throws IOException {
    List<DataFile> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = table.newScan().includeColumnStats().planFiles()) {
      tasks.forEach(task -> files.add(task.file().copy()));
    }
    return files;
  }

  /** Data files in the warehouse that are part of no snapshot. */
  private static List<Path> strangers(IngestBed bed) throws Exception {
    Set<Path> known = new HashSet<>();
    for (TableSpec spec : bed.dataset().tables()) {
      Table table = bed.table(spec.layer());
      for (Snapshot snapshot : table.snapshots()) {
        try (CloseableIterable<FileScanTask> tasks =
            table.newScan().useSnapshot(snapshot.snapshotId()).planFiles()) {
          for (FileScanTask task : tasks) {
            known.add(LocalDisk.path(task.file().location()).orElseThrow().toRealPath());
          }
        }
      }
    }
    List<Path> strangers = new ArrayList<>(bed.dataFiles());
    strangers.removeIf(file -> known.contains(file.toAbsolutePath()));
    return strangers;
  }
}
