package io.moulin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real months through the example project, counted again from the Parquet files themselves. */
class GreenE2eTest {
  private static final List<String> MONTHS = List.of("2023-01", "2023-12", "2024-01");
  private static final String VIOLATES =
      "((fare_amount >= 0) IS NOT TRUE OR (total_amount >= 0) IS NOT TRUE)";

  /** Of no rule that flags. */
  private static final String FLAGLESS =
      "total_amount <> 0 AND trip_distance <= 100 AND passenger_count IS NOT NULL"
          + " AND lpep_pickup_datetime >= TIMESTAMP '2013-08-01'";

  @TempDir private Path folder;

  @Test
  void threeMonthsEndInTheTablesAsTheFilesSay() throws Exception {
    copy(Moulin.repository().resolve("examples/green"), folder);
    Moulin moulin = new Moulin(folder);
    moulin.run("check").ok();
    moulin.run("apply").ok();
    for (String month : MONTHS) {
      JsonNode loaded =
          moulin.run("load", "taxi.green", "--file", file(month).toString(), "--json").ok().json();
      assertThat(loaded.get("loaded").asLong())
          .as(month)
          .isEqualTo(number("SELECT count(*) FROM read_parquet('%s')".formatted(file(month))));
    }
    JsonNode run = moulin.run("run", "taxi.green", "--until-caught-up", "--json").ok().json();

    String all =
        "read_parquet([%s], union_by_name = true)"
            .formatted(
                MONTHS.stream().map(m -> "'" + file(m) + "'").collect(Collectors.joining(", ")));
    long rows = number("SELECT count(*) FROM " + all);
    long violating = number("SELECT count(*) FROM %s WHERE %s".formatted(all, VIOLATES));
    long distinct =
        number(
            """
            SELECT count(*) FROM (SELECT DISTINCT VendorID, lpep_pickup_datetime,
              lpep_dropoff_datetime, PULocationID, DOLocationID, total_amount
            FROM %s WHERE NOT %s)"""
                .formatted(all, VIOLATES));
    assertThat(rows).isEqualTo(68_211 + 64_215 + 56_551);
    assertThat(run.get("balanced").asBoolean()).isTrue();
    assertThat(run.get("bronze").asLong()).isEqualTo(rows);
    assertThat(run.get("quarantine").asLong()).isEqualTo(violating);
    assertThat(run.get("silver").asLong()).isEqualTo(distinct);
    assertThat(run.get("duplicate").asLong()).isEqualTo(rows - violating - distinct);

    valuesAreThoseOfTheFiles(moulin, all);
    martsAreThoseOfTheFiles(moulin, all);
    aMonthAgainLeavesSilver(moulin, distinct);
    moulin.run("validate").ok();
  }

  private static void valuesAreThoseOfTheFiles(Moulin moulin, String all) throws Exception {
    String mine =
        moulin
            .run(
                "query",
                "--format",
                "csv",
                "SELECT sum(total_amount), count(passenger_count), max(trip_distance),"
                    + " min(lpep_pickup_datetime) FROM silver.green")
            .ok()
            .out();
    String theirs =
        text(
            "SELECT sum(CAST(total_amount AS DECIMAL(10,2))) || ',' || count(passenger_count) || ',' ||"
                + " max(trip_distance) || ',' || strftime(min(lpep_pickup_datetime), '%Y-%m-%dT%H:%M:%S')"
                + " FROM "
                + all
                + " WHERE NOT "
                + VIOLATES);
    assertThat(mine.lines().toList().get(1)).startsWith(theirs);
  }

  /** The marts, and the same worked out over the source files by an engine of its own. */
  private static void martsAreThoseOfTheFiles(Moulin moulin, String all) throws Exception {
    JsonNode built = moulin.run("build", "--json").ok().json();
    assertThat(built.get("checks_failed").asLong()).isZero();
    assertThat(built.get("models").findValuesAsText("name")).contains("gold.daily_trips");
    String mine =
        moulin
            .run(
                "query",
                "--format",
                "csv",
                "--limit",
                "0",
                "SELECT pickup_date, trips, passengers, revenue, tips, pickup_zones FROM daily_trips"
                    + " ORDER BY pickup_date")
            .ok()
            .out();
    String theirs =
        text(
            """
            WITH trips AS (
              SELECT DISTINCT ON (VendorID, lpep_pickup_datetime, lpep_dropoff_datetime,
                PULocationID, DOLocationID, total_amount) *
              FROM %s WHERE NOT %s),
            days AS (
              SELECT CAST(lpep_pickup_datetime AS DATE) AS day, count(*) AS n,
                CAST(sum(passenger_count) AS BIGINT) AS passengers,
                sum(CAST(total_amount AS DECIMAL(10,2))) AS revenue,
                sum(CAST(tip_amount AS DECIMAL(10,2))) AS tips, count(DISTINCT PULocationID) AS zones
              FROM trips WHERE %s GROUP BY 1)
            SELECT string_agg(concat_ws(',', day, n, coalesce(CAST(passengers AS VARCHAR), ''), revenue,
              tips, zones), chr(10) ORDER BY day) FROM days"""
                .formatted(all, VIOLATES, FLAGLESS));
    assertThat(mine.lines().skip(1).toList())
        .hasSizeGreaterThan(90)
        .isEqualTo(theirs.lines().toList());
    assertThat(moulin.run("build", "--json").ok().json().get("models").findValuesAsText("outcome"))
        .containsOnly("unchanged");
  }

  private static void aMonthAgainLeavesSilver(Moulin moulin, long silver) throws Exception {
    String month = file("2024-01").toString();
    assertThat(moulin.run("load", "taxi.green", "--file", month).ok().out())
        .contains("was loaded before");
    moulin.run("load", "taxi.green", "--file", month, "--again").ok();
    JsonNode run = moulin.run("run", "taxi.green", "--until-caught-up", "--json").ok().json();
    assertThat(run.get("bronze").asLong()).isEqualTo(68_211 + 64_215 + 2 * 56_551);
    assertThat(run.get("silver").asLong()).isEqualTo(silver);
    moulin.run("balance", "--deep").ok();
  }

  private static Path file(String month) {
    return Moulin.shared("taxi/green_tripdata_%s.parquet".formatted(month));
  }

  private static long number(String sql) throws SQLException {
    return Long.parseLong(text(sql));
  }

  private static String text(String sql) throws SQLException {
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckdb.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(f -> !f.toString().contains(".moulin")).toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }
}
