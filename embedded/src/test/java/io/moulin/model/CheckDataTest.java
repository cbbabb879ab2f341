package io.moulin.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moulin.model.audit.Result;
import io.moulin.model.build.Selection;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks of what is published, by themselves. */
class CheckDataTest {
  private ModelBed bed;

  @BeforeEach
  void start(@TempDir Path folder) throws IOException, SQLException {
    bed =
        ModelBed.ofDays(folder)
            .file(
                "checks/orders.yml",
                "on: silver.orders\nchecks:\n  - {check: not-null, columns: [customer]}\n")
            .file("checks/no_refunds.sql", "SELECT id FROM silver.orders WHERE amount < 0\n")
            .file("checks/days_add_up.sql", "SELECT * FROM total WHERE orders < 1\n");
    bed.orders("(1, 'a', 10, '2024-01-01 10:00:00')");
    assertThat(bed.build().good()).isTrue();
  }

  @AfterEach
  void stop() {
    bed.close();
  }

  private List<String> checked(Selection selection) {
    return bed.checkData(selection).results().stream().map(Result::check).distinct().toList();
  }

  @Test
  void allChecksAreMade() {
    assertThat(checked(Selection.ALL))
        .containsExactlyInAnyOrder(
            "not-null(customer)",
            "not-empty",
            "not-null(day)",
            "unique(day)",
            "no_refunds",
            "days_add_up");
  }

  @Test
  void onlyThoseOfWhatIsMeantAreMade() {
    assertThat(checked(Selection.of("silver.orders")))
        .containsExactlyInAnyOrder("not-null(customer)", "no_refunds");
    assertThat(checked(Selection.of("total")))
        .containsExactlyInAnyOrder("not-empty", "days_add_up");
    assertThat(checked(Selection.of("silver.*", "tot*")))
        .containsExactlyInAnyOrder("not-null(customer)", "no_refunds", "not-empty", "days_add_up");
    assertThat(checked(new Selection(List.of("silver.orders+"), List.of("marts", "staging"))))
        .containsExactlyInAnyOrder("not-null(customer)", "no_refunds");
    assertThatThrownBy(() -> checked(Selection.of("silver.ordrs")))
        .hasMessageContaining("'silver.ordrs'");
  }

  @Test
  void aStreamWithoutChecksSaysSo() throws Exception {
    bed.remove("checks/orders.yml").remove("checks/no_refunds.sql");
    assertThatThrownBy(() -> checked(Selection.of("silver.orders")))
        .hasMessageContaining("silver.orders has no checks");
    assertThat(checked(Selection.of("silver.orders+"))).contains("days_add_up", "unique(day)");
  }
}
