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
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Partitions that are large enough are computed each by itself, and give the same rows. */
final class PortionsTest {
  /** Random customers do not compress: a day is more than a quarter of a megabyte. */
  private static final String THREE_DAYS =
      "SELECT i, md5(CAST(i AS VARCHAR)), i %% 1000, TIMESTAMP '2024-01-01 00:00:01' + to_days(CAST(i %% 3 AS INTEGER)) FROM range(%d, %d) r(i)";

  private static final String INCREMENTAL =
      "/*\nmaterialise: incremental\npartition: [day]\n%s*/\n%s\n";

  private ModelBed bed;
  private Path warehouse;

  @BeforeEach
  void start(@TempDir Path folder) throws IOException, SQLException {
    warehouse = folder.resolve("warehouse");
    bed = new ModelBed(folder).file("models/staging/stg_orders.sql", ModelBed.STAGING);
    bed.ordersOf(THREE_DAYS.formatted(0, 60_000));
  }

  @AfterEach
  void stop() {
    bed.close();
  }

  private void model(String name, String header, String sql) throws IOException {
    bed.file("models/marts/%s.sql".formatted(name), INCREMENTAL.formatted(header, sql));
  }

  private BuildReport build(boolean whole) {
    return bed.build(new Build.Request(Selection.ALL, whole, false, 2));
  }

  private List<String> files(String table) throws IOException {
    try (CloseableIterable<FileScanTask> tasks = bed.table(table).newScan().planFiles()) {
      return StreamSupport.stream(tasks.spliterator(), false)
          .map(FileScanTask::file)
          .map(file -> file.partition().get(0, Object.class) + " " + file.recordCount())
          .sorted()
          .toList();
    }
  }

  @Test
  void eachDayIsAFileOfItsOwn() throws IOException {
    model("fct_orders", "", "SELECT id, customer, amount, day FROM stg_orders");

    assertThat(build(false).good()).isTrue();

    assertThat(files("gold.fct_orders"))
        .containsExactly("19723 20000", "19724 20000", "19725 20000");
    assertThat(
            bed.rows(
                "SELECT (SELECT count(*) FROM (SELECT id, customer, amount, day FROM silver.orders EXCEPT FROM gold.fct_orders)),"
                    + " (SELECT count(*) FROM gold.fct_orders)"))
        .containsExactly("0|60000");
  }

  @Test
  void twoLargeModelsAtATimeAreBothRight() throws IOException {
    model("fct_orders", "", "SELECT id, customer, day FROM stg_orders");
    model("fct_amounts", "", "SELECT id, amount, customer, day FROM stg_orders");

    assertThat(build(false).good()).isTrue();

    assertThat(files("gold.fct_orders")).hasSize(3);
    assertThat(files("gold.fct_amounts")).hasSize(3);
    assertThat(
            bed.rows(
                "SELECT count(*), sum(amount) FROM gold.fct_orders JOIN gold.fct_amounts USING (id, customer, day)"))
        .containsExactly("60000|29970000.00");
  }

  @Test
  void rowsThatNoInputHasAreThereToo() throws IOException {
    model(
        "fct_orders",
        "",
        """
        SELECT id, customer, day FROM stg_orders
        UNION ALL SELECT -1, 'of nothing', DATE '1999-12-31'
        UNION ALL SELECT -2, 'of nothing', DATE '2024-01-02'
        """);

    assertThat(build(false).good()).isTrue();

    assertThat(bed.rows("SELECT day, count(*) FROM gold.fct_orders GROUP BY day ORDER BY day"))
        .containsExactly(
            "1999-12-31|1", "2024-01-01|20000", "2024-01-02|20001", "2024-01-03|20000");
  }

  @Test
  void aDayWithoutRowsHasNoFile() throws IOException {
    model(
        "fct_orders",
        "",
        "SELECT id, customer, day FROM stg_orders WHERE day <> DATE '2024-01-02'");

    assertThat(build(false).good()).isTrue();

    assertThat(files("gold.fct_orders")).containsExactly("19723 20000", "19725 20000");
  }

  @Test
  void aJoinOfTwoInputsIsComputedByTheDay() throws IOException, SQLException {
    bed.file("models/marts/daily.sql", ModelBed.DAILY);
    model(
        "shares",
        "",
        "SELECT o.id, o.customer, o.day, o.amount / d.revenue AS share FROM stg_orders o JOIN daily d ON d.day = o.day");
    build(false);
    List<String> first =
        bed.rows(
            "SELECT day, count(*), round(sum(share), 6) FROM gold.shares GROUP BY day ORDER BY day");
    bed.ordersOf(THREE_DAYS.formatted(60_000, 60_010));
    build(false);
    List<String> changed = bed.rows("SELECT * FROM gold.shares ORDER BY id, day");
    build(true);

    assertThat(first)
        .containsExactly("2024-01-01|20000|1.0", "2024-01-02|20000|1.0", "2024-01-03|20000|1.0");
    assertThat(bed.rows("SELECT * FROM gold.shares ORDER BY id, day")).isEqualTo(changed);
    assertThat(bed.rows("SELECT count(*) FROM gold.shares")).containsExactly("60010");
  }

  @Test
  void rowsThatAnOuterJoinLeavesWithoutADayAreKeptRight() throws IOException, SQLException {
    model(
        "followed",
        "",
        "SELECT a.id, a.customer, b.day FROM stg_orders a LEFT JOIN stg_orders b ON a.day = b.day AND b.id = a.id + 3");
    build(false);
    bed.ordersOf(THREE_DAYS.formatted(60_000, 60_003));
    build(false);
    List<String> changed =
        bed.rows("SELECT day, count(*) FROM gold.followed GROUP BY day ORDER BY day");
    build(true);

    assertThat(bed.rows("SELECT day, count(*) FROM gold.followed GROUP BY day ORDER BY day"))
        .isEqualTo(changed)
        .contains("NULL|3");
  }

  @Test
  void whatFailsInOneDayLeavesNoFile() throws IOException {
    model(
        "fct_orders",
        "",
        "SELECT id, customer, day, CAST(CASE WHEN id = 59999 THEN 'x' ELSE '1' END AS INTEGER) AS n FROM stg_orders");

    BuildReport report = build(false);

    assertThat(ModelBed.of(report, "fct_orders").outcome()).isEqualTo(Outcome.BROKEN);
    assertThat(bed.exists("gold.fct_orders")).isFalse();
    try (Stream<Path> files = Files.walk(warehouse)) {
      assertThat(files.filter(Files::isRegularFile).map(Path::toString))
          .noneMatch(file -> file.contains("fct_orders"));
    }
  }
}
