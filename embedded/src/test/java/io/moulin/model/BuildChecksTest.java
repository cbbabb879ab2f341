package io.moulin.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.model.audit.Result;
import io.moulin.model.build.Build;
import io.moulin.model.build.BuildReport;
import io.moulin.model.build.ModelReport.Outcome;
import io.moulin.model.build.Selection;
import io.moulin.spec.model.CheckSpec.Kind;
import io.moulin.spec.model.CheckSpec.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks of what was built, and of what it was built of. */
class BuildChecksTest {
  private ModelBed bed;

  @BeforeEach
  void start(@TempDir Path folder) throws IOException {
    bed = ModelBed.ofDays(folder);
  }

  @AfterEach
  void stop() {
    bed.close();
  }

  @Test
  void aFailingCheckLeavesTheVersionBeforeInPlace() throws SQLException, IOException {
    bed.file(
        "models/marts/daily.sql",
        ModelBed.DAILY.replace(
            "*/", "checks:\n  - {check: expression, name: GAIN, expect: revenue > 0}\n*/"));
    bed.orders("(1, 'a', 10, '2024-01-01 10:00:00')");
    bed.build();

    bed.orders("(2, 'b', -3, '2024-01-02 10:00:00')");
    BuildReport report = bed.build();

    assertThat(ModelBed.of(report, "daily").outcome()).isEqualTo(Outcome.HELD_BACK);
    assertThat(ModelBed.of(report, "total").outcome()).isEqualTo(Outcome.SKIPPED);
    assertThat(report.good()).isFalse();
    assertThat(bed.rows("FROM gold.daily")).containsExactly("2024-01-01|1|10.00");
    assertThat(bed.rows("SELECT model, check_name, failing_row FROM checks.failures"))
        .hasSize(1)
        .first()
        .asString()
        .startsWith("gold.daily|GAIN|")
        .contains("\"revenue\":-3.00");

    bed.file("models/marts/daily.sql", ModelBed.DAILY);
    assertThat(bed.build().good()).isTrue();
    assertThat(bed.rows("FROM gold.total")).containsExactly("2|7.00");
  }

  @Test
  void noRowsNeverPass() {
    BuildReport report = bed.build();

    assertThat(ModelBed.of(report, "daily").outcome()).isEqualTo(Outcome.HELD_BACK);
    assertThat(bed.exists("gold.daily")).isFalse();
    assertThat(report.results())
        .filteredOn(result -> result.verdict() == Verdict.FAILED)
        .extracting(result -> result.check())
        .containsExactly("not-empty");
  }

  @Test
  void aQueryOfWrongRowsHoldsTheLastOfItsModelsBack() throws SQLException, IOException {
    bed.file(
        "checks/adds_up.sql",
        "SELECT * FROM total t WHERE t.revenue <> (SELECT sum(revenue) FROM daily) OR t.revenue > 100\n");
    bed.orders("(1, 'a', 10, '2024-01-01 10:00:00')");
    assertThat(bed.build().good()).isTrue();

    bed.orders("(2, 'a', 1000, '2024-01-01 10:00:00')");
    BuildReport report = bed.build();

    assertThat(ModelBed.of(report, "daily").outcome()).isEqualTo(Outcome.BUILT);
    assertThat(ModelBed.of(report, "total").outcome()).isEqualTo(Outcome.HELD_BACK);
    assertThat(bed.rows("FROM gold.total")).containsExactly("1|10.00");
  }

  @Test
  void aFailingCheckOfAStreamsTableSkipsWhatReadsIt() throws SQLException, IOException {
    bed.file(
        "checks/orders.yml",
        "on: silver.orders\nchecks:\n  - {check: not-null, columns: [customer]}\n");
    bed.orders("(1, NULL, 10, '2024-01-01 10:00:00')");

    BuildReport report = bed.build();

    assertThat(ModelBed.of(report, "daily").outcome()).isEqualTo(Outcome.SKIPPED);
    assertThat(report.good()).isFalse();
  }

  @Test
  void aWarningIsReportedAndKeepsNothingBack() throws SQLException, IOException {
    bed.file(
        "checks/orders.yml",
        "on: silver.orders\nchecks:\n  - {check: accepted-values, columns: [customer], values: [a, b]}\n");
    bed.orders("(1, 'z', 10, '2024-01-01 10:00:00')");

    BuildReport report = bed.build();

    assertThat(report.good()).isTrue();
    assertThat(report.count(Verdict.WARNED)).isEqualTo(1);
    assertThat(bed.rows("SELECT result, failing_rows FROM checks.results WHERE result <> 'passed'"))
        .containsExactly("warned|1");
  }

  @Test
  void everyKindOfCheckFindsItsRows() throws SQLException, IOException {
    bed.file(
        "models/marts/total.sql",
        """
        /*
        checks:
          - {check: unique, columns: [customer], severity: warn}
          - {check: not-null, columns: [customer, amount], severity: warn}
          - {check: accepted-values, columns: [id], values: [1, 2], severity: warn}
          - {check: relationships, columns: [day], to: daily, severity: warn}
          - {check: expression, name: SMALL, expect: amount < 100, where: "id > 1", severity: warn}
          - {check: row-count-change, columns: [day], within: 50%}
          - {check: freshness, columns: [placed_at], within: 1d, severity: warn}
        */
        SELECT * FROM stg_orders
        """);
    bed.file(
        "models/marts/daily.sql",
        ModelBed.DAILY.replace("GROUP BY day", "WHERE id <> 4 GROUP BY day"));
    bed.orders(
        "(1, 'a', 500, '2024-01-01 10:00:00')",
        "(2, 'a', 500, '2024-01-01 10:00:00')",
        "(3, NULL, 3, '2024-01-01 10:00:00')",
        "(4, 'b', 3, '2024-01-02 10:00:00')");

    BuildReport report = bed.build();

    assertThat(report.good()).as("%s", report).isTrue();
    assertThat(ModelBed.of(report, "total").results())
        .extracting(result -> result.check() + "=" + result.failing())
        .containsExactlyInAnyOrder(
            "not-empty=0",
            "unique(customer)=2",
            "not-null(customer, amount)=1",
            "accepted-values(id)=2",
            "relationships(day)=1",
            "SMALL=1",
            "row-count-change(day)=1",
            "freshness(placed_at)=1");
  }

  /** How many rows a partition has stands in metadata, and comes out as counting them does. */
  @Test
  void rowsOfDaysAreCountedWithAndWithoutReadingThem() throws SQLException, IOException {
    bed.file(
        "models/marts/fct.sql",
        """
        /*
        materialise: incremental
        partition: [day]
        checks:
          - {check: row-count-change, name: KNOWN, columns: [day], within: 50%}
          - {check: row-count-change, name: COUNTED, columns: [day], within: 50%, where: "id > 0"}
        */
        SELECT id, day FROM stg_orders
        """);
    bed.orders(
        "(1, 'a', 1, '2024-01-01 10:00:00')",
        "(2, 'a', 1, '2024-01-01 11:00:00')",
        "(3, 'a', 1, '2024-01-01 12:00:00')");
    bed.orders("(4, 'a', 1, '2024-01-01 13:00:00')", "(5, 'b', 1, '2024-01-02 10:00:00')");

    BuildReport report = bed.build();

    assertThat(ModelBed.of(report, "fct").results())
        .filteredOn(result -> result.kind().filter(Kind.ROW_COUNT_CHANGE::equals).isPresent())
        .hasSize(2)
        .allSatisfy(
            result ->
                assertThat(result.samples())
                    .containsExactly("{\"day\":\"2024-01-02\",\"rows\":1,\"mean\":4.0}"));
    assertThat(bed.checkData(Selection.ALL).results())
        .filteredOn(result -> result.failing() > 0)
        .extracting(Result::check)
        .containsExactlyInAnyOrder("KNOWN", "COUNTED");
  }

  @Test
  void whatIsKnownToBeGoodIsNotCheckedAgain() throws SQLException, IOException {
    bed.file(
        "checks/orders.yml",
        """
        on: silver.orders
        checks:
          - {check: not-null, columns: [customer]}
          - {check: unique, columns: [id]}
          - {check: accepted-values, columns: [customer], values: [a, b], error-above: 1}
        """);
    bed.orders("(1, 'a', 10, '2024-01-01 10:00:00')", "(2, 'z', 10, '2024-01-01 10:00:00')");
    assertThat(failing(bed.build()))
        .containsExactlyInAnyOrder(
            "not-null(customer)=0", "unique(id)=0", "accepted-values(customer)=1");

    // A warning is no pass: everything is looked at again until it is.
    bed.forget("2024-01-01");
    bed.orders("(1, 'a', 10, '2024-01-01 10:00:00')", "(2, 'b', 10, '2024-01-01 10:00:00')");
    assertThat(failing(bed.build())).allMatch(each -> each.endsWith("=0")).hasSize(3);
    assertThat(failing(bed.build())).isEmpty();

    // In another day: what a row says by itself, and what all rows say together.
    bed.orders("(2, NULL, 10, '2024-01-02 10:00:00')");
    assertThat(failing(bed.build()))
        .containsExactlyInAnyOrder(
            "not-null(customer)=1", "unique(id)=2", "accepted-values(customer)=0");
    assertThat(failing(bed.build())).as("found wrong once more").hasSize(3);
    bed.forget("2024-01-02");
    assertThat(failing(bed.build())).allMatch(each -> each.endsWith("=0")).hasSize(3);

    bed.file(
        "checks/orders.yml",
        "on: silver.orders\nchecks:\n  - {check: accepted-values, columns: [customer], values: [a]}\n");
    assertThat(failing(bed.build())).containsExactly("accepted-values(customer)=1");
  }

  private static List<String> failing(BuildReport report) {
    return report.results().stream()
        .filter(result -> result.table().equals(ModelBed.SILVER))
        .map(result -> result.check() + "=" + result.failing())
        .toList();
  }

  @Test
  void whatMayFailToADegreeIsCountedInAllRows() throws SQLException, IOException {
    bed.file(
        "models/marts/daily.sql",
        ModelBed.DAILY.replace(
            "key: [day]",
            "key: [day]\nchecks:\n  - {check: expression, name: BIG, expect: orders > 1, warn-above: 1}"));
    bed.orders("(1, 'a', 10, '2024-01-01 10:00:00')");
    assertThat(ModelBed.of(bed.build(), "daily").outcome()).isEqualTo(Outcome.BUILT);
    bed.orders("(2, 'a', 10, '2024-01-02 10:00:00')");

    assertThat(ModelBed.of(bed.build(), "daily").outcome()).isEqualTo(Outcome.HELD_BACK);
  }

  @Test
  void checksOfOnePassDoNotMistakeEachOthersColumns() throws SQLException, IOException {
    bed.file("seeds/customers.csv", "customer,amount\na,1\nb,2\n")
        .file(
            "seeds/customers.yml",
            "columns:\n  - {name: customer, type: string}\n  - {name: amount, type: long}\n")
        .file(
            "models/marts/fct_orders.sql",
            """
            /*
            materialise: incremental
            partition: [day]
            checks:
              - {check: relationships, columns: [customer], to: customers}
              - {check: relationships, name: BOTH, columns: [customer, amount], to: customers, where: amount < 3, severity: warn}
              - {check: unique, columns: [day, id]}
              - {check: expression, name: BY_NAME, expect: "fct_orders.amount > 0 AND customer <> 'z'"}
            */
            SELECT id, customer, amount, day FROM stg_orders
            """);
    bed.orders("(1, 'a', 10, '2024-01-01 10:00:00')", "(2, 'a', 2, '2024-01-01 10:00:00')");
    assertThat(counts(bed.build()))
        .containsExactlyInAnyOrder(
            "not-empty=0", "relationships(customer)=0", "BOTH=1", "unique(day, id)=0", "BY_NAME=0");
    bed.forget("2024-01-01");
    bed.orders("(1, 'a', 10, '2024-01-01 10:00:00')");
    assertThat(bed.build().good()).isTrue();
    bed.orders(
        "(3, 'q', 10, '2024-01-02 10:00:00')",
        "(4, 'b', -1, '2024-01-02 10:00:00')",
        "(5, 'b', 10, '2024-01-02 10:00:00')",
        "(5, 'b', 10, '2024-01-02 10:00:00')");

    assertThat(counts(bed.build()))
        .as("of the rows of the day that came, and only of them")
        .containsExactlyInAnyOrder(
            "not-empty=0", "relationships(customer)=1", "BOTH=1", "unique(day, id)=2", "BY_NAME=1");
  }

  @Test
  void aFailingCheckOfAStreamCountsWhicheverFileItIsIn() throws SQLException, IOException {
    bed.file(
            "checks/a.yml",
            "on: silver.orders\nchecks:\n  - {check: not-null, columns: [customer], severity: error}\n")
        .file("checks/b.yml", "on: silver.orders\nchecks:\n  - {check: unique, columns: [id]}\n");
    bed.orders("(1, NULL, 10, '2024-01-01 10:00:00')");

    Build.Request one = new Build.Request(Selection.of("daily"), false, false, 2);
    for (BuildReport report : List.of(bed.build(), bed.build(one))) {
      assertThat(ModelBed.of(report, "daily").outcome()).isEqualTo(Outcome.SKIPPED);
    }
    assertThat(bed.exists("gold.daily")).as("it reads the stream through a view").isFalse();
  }

  @Test
  void aStreamIsComparedWithWhatTheSameBuildMakesFirst() throws SQLException, IOException {
    bed.file("seeds/customers.csv", "customer\na\n")
        .file("seeds/customers.yml", "columns:\n  - {name: customer, type: string}\n")
        .file("models/marts/zz_known.sql", "SELECT customer FROM customers\n")
        .file(
            "checks/orders.yml",
            """
            on: silver.orders
            checks:
              - {check: relationships, columns: [customer], to: zz_known, severity: error}
            """);
    bed.orders("(1, 'a', 10, '2024-01-01 10:00:00')");
    assertThat(failing(bed.build())).containsExactly("relationships(customer)=0");
    bed.orders("(2, 'b', 10, '2024-01-02 10:00:00')");
    BuildReport report = bed.build(new Build.Request(Selection.ALL, false, false, 1));
    assertThat(failing(report)).contains("relationships(customer)=1");
    assertThat(ModelBed.of(report, "stg_orders").outcome()).isEqualTo(Outcome.SKIPPED);
    assertThat(ModelBed.of(report, "daily").why()).isEqualTo("a check of silver.orders failed");

    bed.file("seeds/customers.csv", "customer\na\nb\n");
    assertThat(bed.build().good()).isTrue();
    assertThat(bed.rows("SELECT count(*) FROM gold.daily")).containsExactly("2");
  }

  @Test
  void resultsAreKeptForNinetyDays() throws SQLException, IOException {
    bed.file(
        "checks/orders.yml",
        "on: silver.orders\nchecks:\n  - {check: not-null, columns: [customer], severity: warn}\n");
    bed.orders("(1, NULL, 10, '2024-01-01 10:00:00')");
    bed.build();
    bed.later(Duration.ofDays(90));
    bed.build();
    assertThat(days("results")).isEqualTo(days("failures")).hasSize(2);

    bed.later(Duration.ofDays(1));
    bed.build();
    bed.build();

    assertThat(days("results")).isEqualTo(days("failures")).hasSize(2);
    assertThat(bed.rows("FROM checks.failures")).as("one a build").hasSize(3);
  }

  private List<String> days(String table) throws SQLException, IOException {
    return bed.rows("SELECT DISTINCT day FROM checks." + table + " ORDER BY day");
  }

  private static List<String> counts(BuildReport report) {
    return ModelBed.of(report, "fct_orders").results().stream()
        .map(result -> result.check() + "=" + result.failing())
        .toList();
  }
}
