package io.moulin.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.model.audit.Result;
import io.moulin.model.build.Build;
import io.moulin.model.build.BuildReport;
import io.moulin.model.build.ModelReport.Outcome;
import io.moulin.model.build.Selection;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SQL that gives something else at another time, though no row has changed. */
class BuildClockTest {
  private ModelBed bed;

  @BeforeEach
  void start(@TempDir Path folder) throws IOException, SQLException {
    bed = ModelBed.ofDays(folder);
    bed.orders("(1, 'a', 10, '2024-01-01 10:00:00')", "(2, 'b', 20, '2024-01-02 10:00:00')");
  }

  @AfterEach
  void stop() {
    bed.close();
  }

  @Test
  void aTableThatAsksTheClockIsMadeAtEveryBuild() throws IOException {
    bed.file("models/marts/steady.sql", "SELECT day, 'now()' AS said FROM daily");
    bed.file(
        "models/marts/recent.sql",
        "/* empty: allowed */ SELECT day, revenue FROM daily WHERE day >= current_date - INTERVAL 7 DAY");
    assertThat(bed.build().good()).isTrue();

    BuildReport again = bed.build();

    assertThat(ModelBed.of(again, "recent").outcome()).isEqualTo(Outcome.BUILT);
    assertThat(ModelBed.of(again, "recent").why()).contains("current_date");
    assertThat(ModelBed.of(again, "steady").outcome()).isEqualTo(Outcome.UNCHANGED);
    assertThat(ModelBed.of(again, "daily").outcome()).isEqualTo(Outcome.UNCHANGED);
  }

  @Test
  void soIsOneThatReadsAViewWhichDoes() throws IOException {
    bed.file(
        "models/staging/stg_orders.sql",
        "SELECT id, customer, amount, placed_at, day FROM silver.orders WHERE placed_at < now()\n");
    assertThat(bed.build().good()).isTrue();

    BuildReport again = bed.build();

    assertThat(ModelBed.of(again, "daily").outcome()).isEqualTo(Outcome.BUILT);
    assertThat(ModelBed.of(again, "daily").why()).contains("now()");
  }

  @Test
  void aCheckThatAsksTheClockIsMadeAtEveryBuild() throws IOException, SQLException {
    bed.file(
        "models/marts/daily.sql",
        ModelBed.DAILY.replace(
            "*/",
            """
            checks:
              - {check: expression, name: PAST, expect: day < current_date}
              - {check: expression, name: POSITIVE, expect: revenue > 0}
            */"""));
    bed.file("checks/past.sql", "SELECT * FROM daily WHERE day > today()\n");
    bed.file("checks/positive.sql", "SELECT * FROM daily WHERE revenue < 0\n");
    bed.file(
        "checks/orders.yml",
        """
        on: silver.orders
        checks:
          - {check: expression, name: PLACED, expect: placed_at < now()}
          - {check: not-null, columns: [id]}
        """);
    assertThat(bed.build().good()).isTrue();

    assertThat(bed.build().results())
        .extracting(Result::check)
        .containsExactlyInAnyOrder("PAST", "past", "PLACED");

    bed.orders("(3, 'a', 1, '2024-01-01 11:00:00')");
    assertThat(bed.build().results())
        .filteredOn(result -> result.check().equals("PAST"))
        .extracting(Result::rows)
        .as("of the day that did not change, too")
        .containsExactly(2L);
  }

  @Test
  void aCheckOfAViewIsMadeThoughNothingHasChanged() throws IOException {
    assertThat(bed.build().good()).isTrue();
    String check =
        "/*\nchecks:\n  - {check: expression, name: SMALL, expect: amount < %d, severity: error}\n*/\n";
    bed.file("models/staging/stg_orders.sql", check.formatted(15) + ModelBed.STAGING);

    BuildReport report = bed.build();

    assertThat(ModelBed.of(report, "daily").outcome()).isEqualTo(Outcome.HELD_BACK);
    assertThat(ModelBed.of(report, "daily").why()).isEqualTo("a check of stg_orders failed");
    assertThat(ModelBed.of(bed.build(), "daily").outcome())
        .as("it fails until something changes")
        .isEqualTo(Outcome.HELD_BACK);
    bed.file("models/staging/stg_orders.sql", check.formatted(25) + ModelBed.STAGING);
    assertThat(bed.build().good()).isTrue();
    assertThat(bed.build().results()).as("nothing is left to be looked at").isEmpty();
    assertThat(bed.build(new Build.Request(Selection.ALL, true, false, 2)).results())
        .as("who asks for everything gets everything")
        .extracting(Result::check)
        .contains("SMALL");
  }

  @Test
  void rowsAreComparedAgainWithAViewOfATableThatHasChanged() throws IOException {
    bed.file("models/staging/stg_customers.sql", "SELECT customer FROM customers");
    bed.file("seeds/customers.csv", "customer\na\nb\n")
        .file("seeds/customers.yml", "columns:\n  - {name: customer, type: string}\n")
        .file(
            "models/marts/fct_orders.sql",
            """
            /*
            checks:
              - {check: relationships, columns: [customer], to: stg_customers}
            */
            SELECT id, customer FROM stg_orders
            """);
    assertThat(bed.build().good()).isTrue();
    bed.file("seeds/customers.csv", "customer\na\n");

    assertThat(ModelBed.of(bed.build(), "fct_orders").outcome()).isEqualTo(Outcome.HELD_BACK);
  }
}
