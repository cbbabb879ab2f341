package io.moulin.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.model.audit.Result;
import io.moulin.model.build.BuildReport;
import io.moulin.model.build.ModelReport.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was found good is not checked again, and what could be found wrong now is. */
class BuildMarksTest {
  private static final String CHECKED =
      ModelBed.DAILY.replace(
          "*/", "checks:\n  - {check: expression, name: SMALL, expect: revenue < %d}\n*/");

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

  private void customers(String... names) throws IOException {
    bed.file("seeds/customers.csv", "customer\n" + String.join("\n", names) + "\n")
        .file("seeds/customers.yml", "columns:\n  - {name: customer, type: string}\n")
        .file(
            "models/marts/fct_orders.sql",
            """
            /*
            materialise: incremental
            partition: [day]
            checks:
              - {check: relationships, columns: [customer], to: customers}
            */
            SELECT id, customer, day FROM stg_orders
            """);
  }

  @Test
  void aCheckThatIsNewIsMadeOfRowsThatAreOld() throws IOException {
    assertThat(bed.build().good()).isTrue();
    bed.file("models/marts/daily.sql", CHECKED.formatted(15));

    BuildReport report = bed.build();

    assertThat(ModelBed.of(report, "daily").outcome()).isEqualTo(Outcome.HELD_BACK);
    assertThat(ModelBed.of(report, "daily").why()).contains("a check of what is published failed");
    assertThat(ModelBed.of(report, "total").outcome()).isEqualTo(Outcome.SKIPPED);
    assertThat(ModelBed.of(bed.build(), "daily").outcome())
        .as("it fails until something changes")
        .isEqualTo(Outcome.HELD_BACK);
    bed.file("models/marts/daily.sql", CHECKED.formatted(25));
    assertThat(bed.build().good()).isTrue();
    assertThat(bed.build().results()).as("nothing is left to be looked at").isEmpty();
  }

  @Test
  void aCheckThatIsNewLooksBeyondThePartitionsThatChanged() throws IOException, SQLException {
    bed.build();
    bed.file("models/marts/daily.sql", CHECKED.formatted(15));
    bed.orders("(3, 'a', 1, '2024-01-01 11:00:00')");

    BuildReport report = bed.build();

    assertThat(ModelBed.of(report, "daily").partitions()).isEqualTo(1);
    assertThat(ModelBed.of(report, "daily").outcome()).isEqualTo(Outcome.HELD_BACK);
  }

  @Test
  void aQueryThatIsNewIsMadeOnce() throws IOException {
    bed.build();
    bed.file("checks/no_loss.sql", "SELECT * FROM daily WHERE revenue < 0\n");

    assertThat(bed.build().results()).extracting(Result::check).containsExactly("no_loss");
    assertThat(bed.build().results()).isEmpty();
  }

  @Test
  void rowsAreComparedAgainWithATableThatHasChanged() throws IOException, SQLException {
    customers("a", "b", "c");
    assertThat(bed.build().good()).isTrue();
    customers("a", "c");

    BuildReport smaller = bed.build();

    assertThat(ModelBed.of(smaller, "fct_orders").outcome()).isEqualTo(Outcome.HELD_BACK);
    assertThat(smaller.results())
        .filteredOn(result -> result.table().equals("gold.fct_orders"))
        .extracting(Result::check)
        .as("only what compares with it")
        .containsExactly("relationships(customer)");
    bed.orders("(3, 'c', 1, '2024-01-01 11:00:00')");
    assertThat(ModelBed.of(bed.build(), "fct_orders").outcome())
        .as("the wrong row is of another day")
        .isEqualTo(Outcome.HELD_BACK);
    customers("a", "b", "c");
    assertThat(bed.build().good()).isTrue();
  }
}
