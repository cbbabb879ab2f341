package io.moulin.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.model.audit.Result;
import io.moulin.model.build.BuildReport;
import io.moulin.model.build.ModelReport.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queries of wrong rows are made of the partitions that have changed, where that is enough. */
class BuildQueriesTest {
  /** Orders of the facts beside those of the days, by a column that comes through unchanged. */
  private static final String ADDS_UP =
      """
      WITH days AS (
        SELECT day, count(*) AS orders, NULL AS counted FROM fct GROUP BY day
        UNION ALL
        SELECT day, NULL, orders FROM daily
      )
      SELECT day, max(orders) AS facts, max(counted) AS days
      FROM days GROUP BY day HAVING facts IS DISTINCT FROM days
      """;

  private static final String FACTS =
      """
      /*
      materialise: incremental
      partition: [day]
      key: [day, id]
      */
      SELECT id, customer, amount, day FROM stg_orders
      """;

  private ModelBed bed;

  @BeforeEach
  void start(@TempDir Path folder) throws IOException, SQLException {
    bed = new ModelBed(folder);
    bed.file("models/staging/stg_orders.sql", ModelBed.STAGING)
        .file("models/marts/fct.sql", FACTS)
        .file("models/marts/daily.sql", ModelBed.DAILY)
        .file("checks/adds_up.sql", ADDS_UP);
    bed.orders(
        "(1, 'a', 10, '2024-01-01 10:00:00')",
        "(2, 'b', 20, '2024-01-02 10:00:00')",
        "(3, 'b', 5, '2024-01-03 10:00:00')");
    assertThat(bed.build().good()).isTrue();
  }

  @AfterEach
  void stop() {
    bed.close();
  }

  /** Whoever reads the second day of the facts fails from now on. */
  private void breakTheSecondDayOfFacts() throws IOException {
    try (Stream<Path> files = Files.walk(bed.data("gold.fct"))) {
      List<Path> second =
          files.filter(file -> file.toString().matches(".*day=2024-01-02/.*parquet")).toList();
      assertThat(second).hasSize(1);
      Files.writeString(second.get(0), "this is no Parquet");
    }
  }

  @Test
  void onlyThePartitionsThatHaveChangedAreRead() throws IOException, SQLException {
    breakTheSecondDayOfFacts();
    bed.orders("(4, 'a', 1, '2024-01-03 11:00:00')");

    BuildReport report = bed.build();

    assertThat(report.good()).as(report.toString()).isTrue();
    assertThat(ModelBed.of(report, "fct").partitions()).isEqualTo(1);
    assertThat(results(report)).containsExactly("adds_up 0");
  }

  @Test
  void aWrongRowThereIsFound() throws IOException, SQLException {
    // Its SQL stays, so it is the same model; what it reads is not.
    bed.file("checks/adds_up.sql", ADDS_UP.replace("facts IS DISTINCT FROM days", "facts > 2"));
    assertThat(bed.build().good()).isTrue();
    breakTheSecondDayOfFacts();
    bed.orders("(4, 'a', 1, '2024-01-03 11:00:00')", "(5, 'a', 1, '2024-01-03 11:00:00')");

    BuildReport report = bed.build();

    assertThat(ModelBed.of(report, "fct").outcome()).isEqualTo(Outcome.HELD_BACK);
    assertThat(results(report)).containsExactly("adds_up 1");
  }

  @Test
  void anotherQueryLooksAtEverything() throws IOException, SQLException {
    bed.file("checks/adds_up.sql", ADDS_UP + " OR facts = 1");
    bed.orders("(4, 'a', 1, '2024-01-03 11:00:00')");

    assertThat(results(bed.build())).as("of the days before").containsExactly("adds_up 2");
  }

  /** The number of borne rows is of all days. */
  @Test
  void whatMayFailToADegreeLooksAtEverything() throws IOException, SQLException {
    bed.file(
        "checks/adds_up.sql", "/*\nwarn-above: 5\n*/\n" + ADDS_UP.replace("IS DISTINCT FROM", "="));
    assertThat(results(bed.build())).containsExactly("adds_up 3");
    bed.orders("(4, 'a', 1, '2024-01-03 11:00:00')");

    assertThat(results(bed.build())).containsExactly("adds_up 3");
  }

  /** A seed may matter to any day. */
  @Test
  void whatElseItReadsMayChangeEveryPartition() throws IOException, SQLException {
    bed.file("seeds/customers.yml", "columns:\n  - {name: customer, type: string}\n");
    bed.file("seeds/customers.csv", "customer\na\nb\n");
    bed.file(
        "checks/adds_up.sql", "SELECT day, id FROM fct WHERE customer NOT IN (FROM customers)");
    assertThat(bed.build().good()).isTrue();

    bed.file("seeds/customers.csv", "customer\nb\n");
    bed.orders("(4, 'b', 1, '2024-01-03 11:00:00')");

    BuildReport report = bed.build();
    assertThat(results(report)).as(report.toString()).containsExactly("adds_up 1");
  }

  /** What is not of the partitions that are read comes of reading a part, and is not told. */
  @Test
  void rowsOfOtherPartitionsDoNotCount() throws IOException, SQLException {
    bed.file("seeds/days.yml", "columns:\n  - {name: day, type: date}\n");
    bed.file("seeds/days.csv", "day\n2024-01-01\n2024-01-02\n2024-01-03\n");
    bed.file(
        "checks/adds_up.sql",
        "SELECT d.day FROM days d LEFT JOIN fct f ON f.day = d.day WHERE f.id IS NULL");
    assertThat(bed.build().good()).isTrue();
    bed.orders("(4, 'b', 1, '2024-01-03 11:00:00')");

    BuildReport report = bed.build();

    assertThat(report.good()).as(report.toString()).isTrue();
    assertThat(results(report)).containsExactly("adds_up 0");
  }

  private static List<String> results(BuildReport report) {
    return report.results().stream()
        .filter(result -> result.check().equals("adds_up"))
        .map((Result result) -> result.check() + " " + result.failing())
        .toList();
  }
}
