package io.moulin.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.ingest.SqlProbe;
import io.moulin.spec.Diagnostic;
import io.moulin.spec.live.LiveSpec;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Mistakes in the SQL of live aggregates, as users see them. */
class LiveCheckTest {
  private static List<Diagnostic> check(@Nullable String where, String type, String sql) {
    Duration hour = Duration.ofHours(1);
    LiveSpec live =
        new LiveSpec(
            "revenue",
            hour,
            hour,
            List.of("region"),
            where,
            List.of(LiveBed.value("v", type, sql)),
            null,
            null,
            null,
            null,
            LiveBed.AT);
    try (SqlProbe probe = SqlProbe.open()) {
      return new LiveCheck(probe).check(LiveBed.orders(Duration.ZERO, live));
    }
  }

  private static List<String> codes(String type, String sql) {
    return check(null, type, sql).stream().map(Diagnostic::code).toList();
  }

  @Test
  void goodSqlPasses() {
    for (String value :
        List.of(
            "long count(*)",
            "long count(*) FILTER (WHERE status = 'paid') -- of them",
            "decimal(20,2) sum(amount)",
            "decimal(20,4) sum(amount)",
            "double avg(amount)",
            "decimal(10,2) median(amount)",
            "double sum(amount) / count(*)",
            "double quantile_cont(CAST(amount AS DOUBLE), 0.9)",
            "string string_agg(region, ',' ORDER BY amount)",
            "timestamp max(ts)",
            "long count(DISTINCT region)",
            "decimal(10,2) CAST(round(avg(amount), 2) AS DECIMAL(10,2))")) {
      String[] words = value.split(" ", 2);
      assertThat(check("status = 'paid'", words[0], words[1])).as(value).isEmpty();
    }
  }

  @Test
  void mistakesAreNamed() {
    assertThat(codes("long", "count(")).containsExactly("sql-syntax");
    assertThat(codes("long", "amount")).containsExactly("sql-not-an-aggregate");
    assertThat(codes("long", "1")).containsExactly("sql-not-an-aggregate");
    assertThat(codes("long", "sum(amount) + amount")).containsExactly("sql-not-an-aggregate");
    assertThat(codes("double", "geomean(amount)")).containsExactly("sql-not-an-aggregate");
    assertThat(codes("long", "(SELECT count(*))")).containsExactly("sql-not-an-aggregate");
    assertThat(codes("long", "sum(count(*)) OVER ()")).containsExactly("sql-not-an-aggregate");
    assertThat(codes("long", "count(*), 1")).containsExactly("sql-not-an-aggregate");
    assertThat(codes("long", "count(amnt)")).containsExactly("sql-does-not-bind");
    assertThat(codes("long", "sum(amount)")).containsExactly("live-type");
    assertThat(codes("decimal(20,1)", "sum(amount)")).containsExactly("live-type");
    assertThat(codes("long", "avg(amount)")).containsExactly("live-type");
    assertThat(codes("timestamp", "max(ts + (now() - now()))"))
        .containsExactly("sql-not-deterministic");
    assertThat(check("region", "long", "count(*)").get(0).code()).isEqualTo("rule-not-boolean");
    assertThat(check("stats = 'x'", "long", "count(*)").get(0).toString())
        .contains("live.where of 'revenue'")
        .contains("status");
    assertThat(check(null, "decimal(20,2)", "sum(amnt)").get(0).toString()).contains("amount");
  }
}
