package io.moulin.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.spec.Diagnostic;
import io.moulin.spec.Place;
import io.moulin.spec.PrivacySpec;
import io.moulin.spec.RuleSpec.Otherwise;
import io.moulin.spec.history.HistorySpec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlCheckTest {
  private static TestDatasets trips() {
    return new TestDatasets()
        .column("total", "double", "total_amount", "decimal(10,2)")
        .column("picked", "timestamp")
        .column("flag", "string");
  }

  private static List<String> codes(TestDatasets dataset) {
    try (SqlProbe probe = SqlProbe.open()) {
      return new SqlCheck(probe).check(dataset.build()).stream().map(Diagnostic::code).toList();
    }
  }

  private static String first(TestDatasets dataset) {
    try (SqlProbe probe = SqlProbe.open()) {
      return new SqlCheck(probe).check(dataset.build()).get(0).toString();
    }
  }

  @Test
  void goodSqlPasses() {
    assertThat(
            codes(
                trips()
                    .derive("day", "date", "CAST(picked AS DATE) -- of the pickup")
                    .derive("next_day", "date", "day + 1")
                    .rule("POSITIVE", "total_amount > 0", Otherwise.QUARANTINE)
                    .rule("DAY", "year(next_day) BETWEEN 2020 AND 2030", Otherwise.FLAG)
                    .nullPasses("FLAG", "flag IN ('Y', 'N')")))
        .isEmpty();
  }

  @Test
  void mistakesAreNamed() {
    assertThat(codes(trips().rule("R", "total_amount >", Otherwise.FLAG)))
        .containsExactly("sql-syntax");
    assertThat(codes(trips().rule("R", "total_amnt > 0", Otherwise.FLAG)))
        .containsExactly("sql-does-not-bind");
    assertThat(codes(trips().rule("R", "total_amount", Otherwise.FLAG)))
        .containsExactly("rule-not-boolean");
    assertThat(codes(trips().rule("R", "picked > 5", Otherwise.FLAG)))
        .containsExactly("sql-does-not-bind");
    assertThat(codes(trips().rule("R", "1 = 1) OR (true", Otherwise.FLAG))).isNotEmpty();
    assertThat(codes(trips().rule("R", "true); DROP TABLE x; SELECT (1", Otherwise.FLAG)))
        .containsExactly("sql-syntax");
    assertThat(codes(trips().derive("d", "int", "row_number() OVER ()"))).isNotEmpty();
    assertThat(codes(trips().derive("d", "int", "count(*)"))).isNotEmpty();
    assertThat(codes(trips().derive("d", "int", "(SELECT 1)"))).isNotEmpty();
    assertThat(codes(trips().derive("d", "date", "picked = 3"))).isNotEmpty();
    assertThat(codes(trips().derive("a", "int", "b + 1").derive("b", "int", "1")))
        .containsExactly("sql-does-not-bind");
  }

  @Test
  void aHistorySeesSilverAsItIsStored() {
    assertThat(codes(trips(), "dq_valid AND flag = 'D' -- gone")).isEmpty();
    assertThat(codes(trips(), "flg = 'D'")).containsExactly("sql-does-not-bind");
    assertThat(codes(trips(), "total_amount")).containsExactly("rule-not-boolean");
    assertThat(codes(trips(), "picked < now()")).containsExactly("sql-not-deterministic");
    assertThat(codes(trips().privacy("flag", PrivacySpec.Then.DROP), "flag = 'D'"))
        .containsExactly("sql-does-not-bind");
  }

  private static List<String> codes(TestDatasets dataset, String deletes) {
    HistorySpec history =
        new HistorySpec(
            List.of("flag"),
            List.of("total_amount"),
            HistorySpec.Mode.CHANGES,
            "picked",
            deletes,
            16,
            null,
            Place.of("datasets/test.yml"));
    try (SqlProbe probe = SqlProbe.open()) {
      return new SqlCheck(probe)
          .check(dataset.build().withHistory(history)).stream().map(Diagnostic::code).toList();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "now()",
        "NOW()",
        "current_date",
        "current_timestamp",
        "localtimestamp",
        "localtime",
        "current_localtimestamp()",
        "today()",
        "age(picked)",
        "ago(INTERVAL 1 DAY)",
        "random()",
        "uuid()"
      })
  void theClockAndChanceAreRefused(String sql) {
    assertThat(codes(trips().derive("d", "string", "CAST(" + sql + " AS VARCHAR)")))
        .containsExactly("sql-not-deterministic");
  }

  @Test
  void whatOnlyLooksLikeTheClockIsNot() {
    assertThat(codes(trips().derive("d", "string", "CAST(age(picked, picked) AS VARCHAR)")))
        .isEmpty();
    assertThat(codes(trips().derive("d", "string", "'now()'"))).isEmpty();
  }

  @Test
  void aWrongColumnIsExplained() {
    assertThat(first(trips().rule("R", "total_amnt > 0", Otherwise.FLAG)))
        .contains("total_amnt")
        .contains("total_amount");
  }
}
