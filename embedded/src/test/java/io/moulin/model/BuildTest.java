package io.moulin.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moulin.model.build.Build;
import io.moulin.model.build.BuildReport;
import io.moulin.model.build.ModelReport;
import io.moulin.model.build.ModelReport.Outcome;
import io.moulin.model.build.Selection;
import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.apache.iceberg.Snapshot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models, built over a real catalog. */
class BuildTest {
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
  void modelsBecomeTables() throws SQLException, IOException {
    bed.orders("(1, 'a', 10.5, '2024-01-01 10:00:00')", "(2, 'b', 2, '2024-01-02 10:00:00')");

    BuildReport report = bed.build();

    assertThat(report.good()).as("%s", report).isTrue();
    assertThat(bed.rows("FROM gold.daily ORDER BY day"))
        .containsExactly("2024-01-01|1|10.50", "2024-01-02|1|2.00");
    assertThat(bed.rows("FROM gold.total")).containsExactly("2|12.50");
    assertThat(bed.table("gold.daily").schema().findField("revenue").doc()).isEqualTo("in USD");
    assertThat(bed.table("gold.daily").properties()).containsEntry("comment", "Revenue of a day.");
    assertThat(ModelBed.of(report, "daily").rows()).isEqualTo(2);
    assertThat(ModelBed.of(report, "daily").bytes()).isPositive();
  }

  @Test
  void buildingTwiceCommitsNothing() throws SQLException, IOException {
    bed.orders("(1, 'a', 10, '2024-01-01 10:00:00')");
    bed.build();
    Snapshot daily = bed.table("gold.daily").currentSnapshot();
    Snapshot results = bed.table("checks.results").currentSnapshot();

    BuildReport again = bed.build();

    assertThat(ModelBed.of(again, "daily").outcome()).isEqualTo(Outcome.UNCHANGED);
    assertThat(ModelBed.of(again, "total").outcome()).isEqualTo(Outcome.UNCHANGED);
    assertThat(bed.table("gold.daily").currentSnapshot()).isEqualTo(daily);
    assertThat(bed.table("checks.results").currentSnapshot()).isEqualTo(results);
  }

  @Test
  void onlyPartitionsWhoseInputsChangedAreComputed() throws SQLException, IOException {
    bed.orders("(1, 'a', 10, '2024-01-01 10:00:00')", "(2, 'b', 2, '2024-01-02 10:00:00')");
    bed.build();

    bed.orders("(3, 'c', 5, '2024-01-01 23:00:00')"); // late: an old day is corrected by itself
    BuildReport report = bed.build();

    assertThat(ModelBed.of(report, "daily").partitions()).isEqualTo(1);
    assertThat(ModelBed.of(report, "daily").why()).contains("silver.orders changed");
    assertThat(bed.rows("FROM gold.daily ORDER BY day"))
        .containsExactly("2024-01-01|2|15.00", "2024-01-02|1|2.00");
    assertThat(bed.rows("FROM gold.total")).containsExactly("3|17.00");
  }

  @Test
  void aPartitionWithoutRowsGoes() throws SQLException, IOException {
    bed.orders("(1, 'a', 10, '2024-01-01 10:00:00')", "(2, 'b', 2, '2024-01-02 10:00:00')");
    bed.build();

    bed.forget("2024-01-01");
    BuildReport report = bed.build();

    assertThat(ModelBed.of(report, "daily").partitions()).isEqualTo(1);
    assertThat(bed.rows("FROM gold.daily")).containsExactly("2024-01-02|1|2.00");
  }

  @Test
  void anotherTextOfAModelForcesItsRebuildAndSaysSo() throws SQLException, IOException {
    bed.orders("(1, 'a', 10, '2024-01-01 10:00:00')");
    bed.build();

    bed.file(
        "models/marts/daily.sql", ModelBed.DAILY.replace("count(*)", "count(DISTINCT customer)"));
    BuildReport report = bed.build(new Build.Request(Selection.ALL, false, true, 2));

    assertThat(report.models())
        .filteredOn(model -> model.outcome() == Outcome.BUILT)
        .extracting(ModelReport::name)
        .containsExactly("daily");
    assertThat(ModelBed.of(report, "daily").why()).isEqualTo("the SQL changed");
  }

  @Test
  void anotherColumnReplacesTheTableAtOnce() throws SQLException, IOException {
    bed.orders("(1, 'a', 10, '2024-01-01 10:00:00')");
    bed.build();

    bed.file(
        "models/marts/daily.sql",
        ModelBed.DAILY
            .replace("count(*) AS orders", "CAST(count(*) AS VARCHAR) AS orders, 7 AS lucky")
            .replace("partition: [day]", "partition: [day]"));
    bed.file("models/marts/total.sql", "SELECT sum(lucky) AS lucky FROM daily\n");
    BuildReport report = bed.build();

    assertThat(report.good()).as("%s", report).isTrue();
    assertThat(bed.rows("SELECT day, orders, lucky FROM gold.daily"))
        .containsExactly("2024-01-01|1|7");
    assertThat(bed.rows("FROM gold.total")).containsExactly("7");
  }

  @Test
  void aViewBetweenIsPartOfTheModel() throws SQLException, IOException {
    bed.orders("(1, 'a', 10, '2024-01-01 10:00:00')");
    bed.build();

    bed.file(
        "models/staging/stg_orders.sql",
        ModelBed.STAGING.replace("amount,", "amount * 2 AS amount,"));
    BuildReport report = bed.build();

    assertThat(ModelBed.of(report, "daily").why()).isEqualTo("the SQL changed");
    assertThat(bed.rows("SELECT revenue FROM gold.daily")).containsExactly("20.00");
  }

  @Test
  void aSeedIsLoadedAgainWhenItsContentChanged() throws SQLException, IOException {
    bed.orders("(1, 'a', 10, '2024-01-01 10:00:00')");
    bed.file("seeds/customers.csv", "customer,name\na,Ada\n")
        .file(
            "seeds/customers.yml",
            "columns:\n  - {name: customer, type: string}\n  - {name: name, type: string}\nkey: [customer]\n")
        .file(
            "models/marts/names.sql",
            "SELECT o.id, c.name FROM stg_orders o LEFT JOIN customers c USING (customer)\n");
    assertThat(bed.build().good()).isTrue();
    assertThat(bed.rows("FROM gold.names")).containsExactly("1|Ada");

    assertThat(ModelBed.of(bed.build(), "customers").outcome()).isEqualTo(Outcome.UNCHANGED);
    bed.file("seeds/customers.csv", "customer,name\na,Ann\n");
    BuildReport report = bed.build();

    assertThat(ModelBed.of(report, "customers").why()).isEqualTo("the file changed");
    assertThat(ModelBed.of(report, "daily").outcome()).isEqualTo(Outcome.UNCHANGED);
    assertThat(bed.rows("FROM gold.names")).containsExactly("1|Ann");
  }

  @Test
  void aSeedThatDoesNotFitItsTypesSaysWhere() throws IOException {
    bed.file("seeds/rates.csv", "code,rate\na,1\nb,much\n")
        .file(
            "seeds/rates.yml",
            "columns:\n  - {name: code, type: string}\n  - {name: rate, type: int}\n");

    ModelReport report = ModelBed.of(bed.build(), "rates");

    assertThat(report.outcome()).isEqualTo(Outcome.BROKEN);
    assertThat(report.why()).contains("much");
  }

  @Test
  void aSnapshotKeepsWhatRowsWere() throws SQLException, IOException {
    bed.file(
            "models/staging/stg_customers.sql",
            "SELECT customer, count(*) AS orders FROM silver.orders GROUP BY 1")
        .file(
            "models/marts/customers.sql",
            "/*\nmaterialise: snapshot\nkey: [customer]\n*/\nFROM stg_customers\n");
    bed.orders("(1, 'a', 10, '2024-01-01 10:00:00')", "(2, 'b', 1, '2024-01-02 10:00:00')");
    bed.build();
    bed.later(Duration.ofDays(1));
    bed.orders("(3, 'a', 10, '2024-01-03 10:00:00')");
    bed.build();
    bed.later(Duration.ofDays(1));
    bed.forget("2024-01-02");
    bed.build();
    bed.later(Duration.ofDays(1));
    BuildReport last = bed.build();

    assertThat(ModelBed.of(last, "customers").outcome()).isEqualTo(Outcome.UNCHANGED);
    assertThat(
            bed.rows(
                "SELECT customer, orders, CAST(effective_start AS DATE), CAST(effective_end AS DATE), is_current, version FROM gold.customers ORDER BY 1, 6"))
        .containsExactly(
            "a|1|2024-06-01|2024-06-02|false|1",
            "a|2|2024-06-02|NULL|true|2",
            "b|1|2024-06-01|2024-06-03|false|1");
  }

  @Test
  void partitionsBeyondTheLookbackAreLeftAndSaid() throws SQLException, IOException {
    bed.file(
        "models/marts/daily.sql", ModelBed.DAILY.replace("key: [day]", "key: [day]\nlookback: 7d"));
    bed.orders("(1, 'a', 10, '2024-01-01 10:00:00')", "(2, 'b', 2, '2024-01-20 10:00:00')");
    bed.build();

    bed.orders("(3, 'c', 5, '2024-01-01 10:00:00')");
    BuildReport report = bed.build();

    assertThat(ModelBed.of(report, "daily").outcome()).isEqualTo(Outcome.UNCHANGED);
    assertThat(ModelBed.of(report, "daily").why()).contains("beyond the lookback");
    bed.orders("(4, 'd', 1, '2024-01-01 10:00:00')", "(5, 'e', 1, '2024-01-20 10:00:00')");
    assertThat(ModelBed.of(bed.build(), "daily").why()).contains("1 partition beyond the lookback");
    assertThat(ModelBed.of(bed.build(), "daily").why()).contains("1 partition beyond the lookback");
    assertThat(bed.rows("FROM gold.daily ORDER BY day"))
        .containsExactly("2024-01-01|1|10.00", "2024-01-20|2|3.00");
    assertThat(bed.build(new Build.Request(Selection.of("daily"), true, false, 2)).good()).isTrue();
    assertThat(bed.rows("FROM gold.daily ORDER BY day"))
        .containsExactly("2024-01-01|3|16.00", "2024-01-20|2|3.00");
  }

  @Test
  void aDimensionOnWhichEveryPartitionMayDependRebuildsAll() throws SQLException, IOException {
    bed.file("seeds/customers.csv", "customer,factor\na,2\n")
        .file(
            "seeds/customers.yml",
            "columns:\n  - {name: customer, type: string}\n  - {name: factor, type: int}\n")
        .file(
            "models/marts/daily.sql",
            ModelBed.DAILY
                .replace(
                    "count(*) AS orders, sum(amount)", "count(*) AS orders, sum(amount * factor)")
                .replace("FROM stg_orders", "FROM stg_orders JOIN customers USING (customer)"));
    bed.orders("(1, 'a', 10, '2024-01-01 10:00:00')", "(2, 'a', 1, '2024-01-02 10:00:00')");
    bed.build();
    bed.file("seeds/customers.csv", "customer,factor\na,3\n");

    BuildReport whole = bed.build();
    bed.orders("(3, 'a', 1, '2024-01-02 11:00:00')");
    BuildReport part = bed.build();

    assertThat(ModelBed.of(whole, "daily").why())
        .isEqualTo("seeds.customers changed, on which every partition may depend");
    assertThat(ModelBed.of(part, "daily").partitions()).isEqualTo(1);
    assertThat(bed.rows("FROM gold.daily ORDER BY day"))
        .containsExactly("2024-01-01|1|30.00", "2024-01-02|2|6.00");
  }

  @Test
  void aWindowOverDaysIsNotTakenForPartitionWise() throws SQLException, IOException {
    bed.file(
        "models/marts/running.sql",
        """
        /*
        materialise: incremental
        partition: [day]
        */
        SELECT day, orders, sum(orders) OVER (ORDER BY day) AS so_far FROM daily
        """);
    bed.orders("(1, 'a', 10, '2024-01-01 10:00:00')", "(2, 'a', 1, '2024-01-02 10:00:00')");
    bed.build();
    bed.orders("(3, 'a', 1, '2024-01-01 11:00:00')");
    bed.build();

    assertThat(bed.rows("FROM gold.running ORDER BY day"))
        .containsExactly("2024-01-01|2|2", "2024-01-02|1|3");
  }

  @Test
  void incrementalIsWhatAFullRefreshIs() throws SQLException, IOException {
    long seed = Long.getLong("moulin.seed", System.nanoTime());
    Random random = new Random(seed);
    bed.file(
        "models/marts/best.sql",
        """
        /*
        materialise: incremental
        partition: [day]
        */
        SELECT day, customer, sum(amount) AS revenue
        FROM stg_orders GROUP BY day, customer
        QUALIFY row_number() OVER (PARTITION BY day ORDER BY revenue DESC, customer) <= 2
        """);
    for (int round = 0; round < 6; round++) {
      int orders = 1 + random.nextInt(8);
      String[] values = new String[orders];
      for (int i = 0; i < orders; i++) {
        values[i] =
            "(%d, '%s', %d, '2024-01-%02d 10:00:00')"
                .formatted(
                    random.nextInt(1000),
                    (char) ('a' + random.nextInt(4)),
                    1 + random.nextInt(100),
                    1 + random.nextInt(6));
      }
      bed.orders(values);
      assertThat(bed.build().good()).as("seed %d", seed).isTrue();
    }
    List<String> daily = bed.rows("FROM gold.daily ORDER BY ALL");
    List<String> best = bed.rows("FROM gold.best ORDER BY ALL");

    bed.build(new Build.Request(Selection.ALL, true, false, 2));

    assertThat(bed.rows("FROM gold.daily ORDER BY ALL")).as("seed %d", seed).isEqualTo(daily);
    assertThat(bed.rows("FROM gold.best ORDER BY ALL")).as("seed %d", seed).isEqualTo(best);
  }

  @Test
  void whatIsNotBuiltYetIsNamed() throws SQLException, IOException {
    bed.orders("(1, 'a', 10, '2024-01-01 10:00:00')");

    BuildReport report = bed.build(new Build.Request(Selection.of("total"), false, false, 2));

    assertThat(ModelBed.of(report, "total").why())
        .contains("gold.daily, which has never been built")
        .contains("--select +total");
    assertThat(bed.build(new Build.Request(Selection.of("+total"), false, false, 2)).good())
        .isTrue();
    assertThatThrownBy(() -> bed.build(new Build.Request(Selection.of("totl"), false, false, 2)))
        .isInstanceOf(MoulinException.class)
        .satisfies(e -> assertThat(((MoulinException) e).fix()).contains("did you mean 'total'?"));
  }

  @Test
  void whatAKilledBuildHasLeftIsRemovedAndNothingElse() throws Exception {
    bed.orders("(1, 'a', 10, '2024-01-01 10:00:00')");
    bed.build(); // its id is build-0
    Path data = bed.data("gold.daily");
    Path left = Files.writeString(data.resolve("build-7-daily-0.parquet"), "half a file");

    assertThat(bed.removeLeftovers("build-0")).isZero();
    assertThat(bed.removeLeftovers("build-7")).isEqualTo(1);

    assertThat(left).doesNotExist();
    assertThat(bed.rows("FROM gold.daily")).containsExactly("2024-01-01|1|10.00");
  }

  @Test
  void allModelsOfABuildSeeTheSameOfAStream() throws SQLException, IOException {
    bed.file(
        "models/marts/total.sql",
        """
        SELECT (SELECT sum(orders) FROM daily) AS of_days, (SELECT count(*) FROM stg_orders) AS of_orders
        """);
    bed.orders("(1, 'a', 10, '2024-01-01 10:00:00')");

    bed.build(
        new Build.Request(Selection.ALL, false, false, 2),
        made -> {
          if (made.name().equals("daily")) { // the stream goes on
            bed.orders("(2, 'a', 10, '2024-01-01 10:00:00')");
          }
        });
    assertThat(bed.rows("FROM gold.total")).containsExactly("1|1");
    assertThat(bed.build().good()).isTrue();
    assertThat(bed.rows("FROM gold.total")).containsExactly("2|2");
  }
}
