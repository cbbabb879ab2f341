package io.moulin.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.model.build.Build;
import io.moulin.model.build.BuildReport;
import io.moulin.model.build.ModelReport.Outcome;
import io.moulin.model.build.Selection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.ExpireSnapshots;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What models make of streams and tables whose older snapshots are gone. */
class BuildExpiryTest {
  private static final String BEST =
      """
      /*
      materialise: incremental
      partition: [day]
      */
      SELECT day, revenue FROM daily WHERE revenue > 0
      """;

  private ModelBed bed;

  @BeforeEach
  void start(@TempDir Path folder) throws IOException {
    bed = ModelBed.ofDays(folder).file("models/marts/best.sql", BEST);
  }

  @AfterEach
  void stop() {
    bed.close();
  }

  /** A stream commits every few seconds, and only one of its snapshots an hour is kept. */
  @Test
  void whereSnapshotsInBetweenAreGoneOnlyWhatChangedIsComputed() throws SQLException, IOException {
    bed.orders(
        "(1, 'a', 10, '2024-01-01 10:00:00')",
        "(2, 'a', 10, '2024-01-02 10:00:00')",
        "(3, 'a', 10, '2024-01-03 10:00:00')");
    bed.build();
    long madeOf = bed.table(ModelBed.SILVER).currentSnapshot().snapshotId();
    bed.orders("(4, 'a', 5, '2024-01-02 11:00:00')");
    bed.forget("2024-01-03");
    bed.orders("(5, 'a', 5, '2024-01-04 11:00:00')");
    expireAllBut(bed.table(ModelBed.SILVER), Set.of(madeOf));

    BuildReport report = bed.build();

    assertThat(ModelBed.of(report, "daily").partitions()).as("%s", report).isEqualTo(3);
    assertThat(ModelBed.of(report, "best").partitions()).as("%s", report).isEqualTo(3);
    assertThat(bed.rows("FROM gold.daily ORDER BY day"))
        .containsExactly("2024-01-01|1|10.00", "2024-01-02|2|15.00", "2024-01-04|1|5.00");
    assertThat(ModelBed.outcomes(bed.build())).doesNotContain(Outcome.BUILT);
  }

  @Test
  void ofManySnapshotsWhatIsThereAtBothEndsIsCompared() throws SQLException, IOException {
    bed.orders("(1, 'a', 10, '2024-01-01 10:00:00')", "(2, 'a', 10, '2024-01-02 10:00:00')");
    bed.build();
    for (int i = 0; i < 40; i++) {
      bed.orders("(%d, 'a', 1, '2024-01-02 11:00:00')".formatted(3 + i));
    }

    BuildReport report = bed.build();

    assertThat(ModelBed.of(report, "daily").partitions()).as("%s", report).isEqualTo(1);
    assertThat(bed.rows("FROM gold.daily ORDER BY day"))
        .containsExactly("2024-01-01|1|10.00", "2024-01-02|41|50.00");
  }

  @Test
  void whereTheSnapshotItWasMadeOfIsGoneEverythingIsComputed() throws SQLException, IOException {
    bed.orders("(1, 'a', 10, '2024-01-01 10:00:00')");
    bed.build();
    bed.orders("(2, 'a', 10, '2024-01-02 10:00:00')");
    expireAllBut(bed.table(ModelBed.SILVER), Set.of());

    BuildReport report = bed.build();

    assertThat(ModelBed.of(report, "daily").why()).contains("not known which partitions changed");
    assertThat(bed.rows("FROM gold.daily ORDER BY day"))
        .containsExactly("2024-01-01|1|10.00", "2024-01-02|1|10.00");
  }

  /** Its files of before have other values in their partitions than those of now. */
  @Test
  void aTableThatWasReplacedByOneOfOtherPartitionsIsComputedWhole()
      throws SQLException, IOException {
    bed.file(
        "models/marts/daily.sql",
        ModelBed.DAILY.replace("SELECT day,", "SELECT CAST(day AS VARCHAR) AS day,"));
    bed.file(
        "models/marts/best.sql", BEST.replace("SELECT day,", "SELECT CAST(day AS DATE) AS day,"));
    bed.orders("(1, 'a', 10, '2024-01-01 10:00:00')", "(2, 'a', 10, '2024-01-02 10:00:00')");
    assertThat(bed.build().good()).isTrue();
    bed.file("models/marts/daily.sql", ModelBed.DAILY);

    BuildReport report = bed.build();

    assertThat(report.good()).as("%s", report).isTrue();
    assertThat(bed.rows("FROM gold.best ORDER BY day"))
        .containsExactly("2024-01-01|10.00", "2024-01-02|10.00");
  }

  @Test
  void whatWasReplacedGoesAfterAnHour() throws SQLException, IOException {
    bed.later(Duration.between(Instant.parse("2024-06-01T12:00:00Z"), Instant.now()));
    for (int i = 0; i < 4; i++) {
      bed.orders("(%d, 'a', 1, '2024-01-01 10:00:00')".formatted(i));
      bed.build();
    }
    assertThat(files("gold.daily")).hasSize(4);
    assertThat(snapshots("gold.daily")).hasSize(4);

    bed.later(Duration.ofHours(3));
    bed.orders("(7, 'a', 1, '2024-01-02 10:00:00')");
    assertThat(bed.build().good()).isTrue();

    for (String table : List.of("gold.daily", "gold.total", "gold.best", "checks.results")) {
      // The test itself may have run over midnight.
      assertThat(snapshots(table)).as(table).hasSizeBetween(1, 2);
      assertThat(files(table)).as(table).isEqualTo(planned(table));
    }
    assertThat(bed.rows("FROM gold.daily ORDER BY day"))
        .containsExactly("2024-01-01|4|4.00", "2024-01-02|1|1.00");
    assertThat(bed.rows("SELECT count(DISTINCT build) FROM checks.results")).containsExactly("5");
    assertThat(ModelBed.outcomes(bed.build())).doesNotContain(Outcome.BUILT);
  }

  /** A watch makes a file of results with each build, thousands a day. */
  @Test
  void resultsOfADayBecomeOneFileAtTheNext() throws SQLException, IOException {
    for (int i = 0; i < 3; i++) {
      bed.orders("(%d, 'a', 1, '2024-01-01 10:00:00')".formatted(i));
      bed.build();
    }
    List<String> results = bed.rows("FROM checks.results ORDER BY ALL");
    assertThat(current("checks.results")).hasSize(3);
    expireAllBut(bed.table("checks.results"), Set.of());

    bed.later(Duration.ofDays(1));
    bed.orders("(7, 'a', 1, '2024-01-02 10:00:00')");
    assertThat(bed.build().good()).isTrue();

    assertThat(current("checks.results")).hasSize(2);
    assertThat(bed.rows("FROM checks.results WHERE day = DATE '2024-06-01' ORDER BY ALL"))
        .isEqualTo(results);
    assertThat(ModelBed.outcomes(bed.build())).doesNotContain(Outcome.BUILT);
    assertThat(current("checks.results")).as("nothing is checked again").hasSize(2);

    bed.later(Duration.ofDays(120));
    bed.orders("(8, 'a', 1, '2024-01-02 10:00:00')");
    bed.build();
    assertThat(current("checks.results")).as("what is old is gone").hasSize(1);
  }

  @Test
  void whatAModelWasMadeOfStays() throws SQLException, IOException {
    bed.later(Duration.between(Instant.parse("2024-06-01T12:00:00Z"), Instant.now()));
    bed.orders("(1, 'a', 10, '2024-01-01 10:00:00')", "(2, 'a', 10, '2024-01-02 10:00:00')");
    bed.build();
    Build.Request daily = new Build.Request(Selection.of("daily"), false, false, 2);
    for (int i = 0; i < 3; i++) {
      bed.orders("(%d, 'a', 5, '2024-01-02 11:00:00')".formatted(3 + i));
      bed.build(daily);
      bed.later(Duration.ofHours(3));
    }
    assertThat(snapshots("gold.daily")).hasSizeBetween(2, 3);

    BuildReport report = bed.build();

    assertThat(ModelBed.of(report, "best").partitions()).as("%s", report).isEqualTo(1);
    assertThat(bed.rows("FROM gold.best ORDER BY day"))
        .containsExactly("2024-01-01|10.00", "2024-01-02|25.00");
  }

  @Test
  void whatAKilledBuildPublishedStaysWhereItsSnapshotIsGone() throws SQLException, IOException {
    bed.orders("(1, 'a', 10, '2024-01-01 10:00:00')", "(2, 'a', 10, '2024-01-02 10:00:00')");
    bed.build();
    bed.orders("(3, 'a', 5, '2024-01-02 11:00:00')");
    bed.build();
    expireAllBut(bed.table("gold.daily"), Set.of());

    assertThat(bed.removeLeftovers("build-0")).isZero();
    assertThat(bed.rows("FROM gold.daily ORDER BY day"))
        .containsExactly("2024-01-01|1|10.00", "2024-01-02|2|15.00");
  }

  private static void expireAllBut(Table table, Set<Long> kept) {
    ExpireSnapshots expire = table.expireSnapshots().expireOlderThan(0);
    for (Snapshot snapshot : table.snapshots()) {
      if (!kept.contains(snapshot.snapshotId())
          && snapshot.snapshotId() != table.currentSnapshot().snapshotId()) {
        expire.expireSnapshotId(snapshot.snapshotId());
      }
    }
    expire.commit();
  }

  private List<Long> snapshots(String table) {
    List<Long> ids = new ArrayList<>();
    bed.table(table).snapshots().forEach(snapshot -> ids.add(snapshot.snapshotId()));
    return ids;
  }

  /** Names of the files that a table has on disk. */
  private Set<String> files(String table) throws IOException {
    try (Stream<Path> files = Files.walk(bed.data(table))) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .collect(Collectors.toSet());
    }
  }

  /** Names of the files that one of its snapshots has. */
  private Set<String> planned(String table) throws IOException {
    Set<String> names = new HashSet<>();
    for (long id : snapshots(table)) {
      names.addAll(planned(table, id));
    }
    return names;
  }

  /** Names of the files that its current snapshot has. */
  private Set<String> current(String table) throws IOException {
    return planned(table, bed.table(table).currentSnapshot().snapshotId());
  }

  private Set<String> planned(String table, long snapshot) throws IOException {
    Set<String> names = new HashSet<>();
    try (CloseableIterable<FileScanTask> tasks =
        bed.table(table).newScan().useSnapshot(snapshot).planFiles()) {
      tasks.forEach(task -> names.add(Path.of(task.file().location()).getFileName().toString()));
    }
    return names;
  }
}
