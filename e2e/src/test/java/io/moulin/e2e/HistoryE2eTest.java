package io.moulin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Twelve years of the S&P 500, a listing at a time: the history gives every listing back. {@code
 * -Dmoulin.seed=1} takes the same dates again.
 */
class HistoryE2eTest {
  private static final int DATES = 20;

  @TempDir private Path folder;

  @Test
  void theHistoryGivesEveryListingBack() throws Exception {
    List<Path> files = listings();
    long seed = Long.getLong("moulin.seed", System.nanoTime());
    List<Path> mixed = new ArrayList<>(files);
    Collections.shuffle(mixed, new Random(seed));
    project();
    Moulin moulin = new Moulin(folder);
    moulin.run("apply").ok();
    // In two loads, so that the second run follows what the first has made.
    load(moulin, files.subList(0, 70), "first.jsonl");
    load(moulin, files.subList(70, files.size()), "second.jsonl");

    String now = "SELECT symbol, name, sector FROM history.companies WHERE is_current ORDER BY 1";
    assertThat(csv(moulin, now))
        .isEqualTo(
            expected(
                "SELECT symbol, name, sector FROM listed WHERE day = (SELECT max(day) FROM listed) ORDER BY 1",
                files));
    List<String> dates =
        mixed.subList(0, DATES).stream().map(HistoryE2eTest::day).sorted().toList();
    String then =
        dates.stream()
            .map(day -> "(DATE '" + day + "')")
            .collect(Collectors.joining(", ", "(VALUES ", ") AS asked(day)"));
    assertThat(
            csv(
                moulin,
                "SELECT day, symbol, name, sector FROM history.companies h JOIN "
                    + then
                    + " ON h.effective_start <= asked.day AND (h.effective_end IS NULL OR asked.day < h.effective_end) ORDER BY 1, 2"))
        .as("-Dmoulin.seed=%d: %s", seed, dates)
        .isEqualTo(
            expected(
                "SELECT day, symbol, name, sector FROM listed JOIN "
                    + then
                    + " USING (day) ORDER BY 1, 2",
                files));
    noGapsAndPointInTime(moulin, files);
    assertThat(moulin.run("rebuild", "sp.companies", "--history").ok().out())
        .contains("Nothing to do");
    moulin.run("balance", "--deep").ok();
    assertThat(moulin.run("plan").ok().out()).contains("nothing to do");
  }

  /** Each listed row meets exactly the version that held at its time. */
  private static void noGapsAndPointInTime(Moulin moulin, List<Path> files) throws Exception {
    long rows = Long.parseLong(expected("SELECT count(*) FROM listed", files).get(0));
    String joined =
        "SELECT count(*), count(h.symbol), count_if(c.name IS DISTINCT FROM h.name OR c.sector IS"
            + " DISTINCT FROM h.sector) FROM silver.companies c LEFT JOIN history.companies h ON"
            + " h.symbol = c.symbol AND h.effective_start <= c.day AND (h.effective_end IS NULL OR"
            + " c.day < h.effective_end)";
    assertThat(csv(moulin, joined)).containsExactly(rows + "," + rows + ",0");
    assertThat(
            csv(
                moulin,
                "SELECT count(*) FROM (SELECT *, lead(effective_start) OVER w AS following FROM"
                    + " history.companies WINDOW w AS (PARTITION BY symbol ORDER BY version)) WHERE"
                    + " effective_end > following OR effective_end <= effective_start OR"
                    + " (effective_end IS NULL AND following IS NOT NULL)"))
        .containsExactly("0");
  }

  private static List<Path> listings() throws Exception {
    try (Stream<Path> all = Files.list(Moulin.shared("scd"))) {
      List<Path> files = all.filter(file -> file.toString().endsWith(".csv")).sorted().toList();
      assertThat(files).hasSize(120);
      return files;
    }
  }

  private static String day(Path file) {
    return file.getFileName().toString().replace(".csv", "");
  }

  private void project() throws Exception {
    Files.createDirectories(folder.resolve("datasets"));
    Files.writeString(folder.resolve("moulin.yml"), "name: sp\n");
    Files.writeString(
        folder.resolve("datasets/companies.yml"),
        """
        dataset: sp.companies
        source: {topic: sp.raw_companies, partitions: 2}
        columns:
          - {name: symbol, type: string, required: true}
          - {name: name, type: string}
          - {name: sector, type: string}
          - {name: day, type: date, required: true, doc: of the listing}
        history: {key: [symbol], track: [name, sector], listing: day, buckets: 4}
        """);
  }

  private void load(Moulin moulin, List<Path> files, String name) throws Exception {
    Path rows = folder.resolve(name);
    try (Connection duck = duck(files);
        Statement statement = duck.createStatement()) {
      statement.execute("COPY listed TO '" + rows + "' (FORMAT json)");
    }
    moulin.run("load", "sp.companies", "--file", rows.toString()).ok();
    moulin.run("run", "sp.companies").ok();
  }

  /** What the files say themselves. */
  private static List<String> expected(String sql, List<Path> files) throws SQLException {
    List<String> lines = new ArrayList<>();
    try (Connection duck = duck(files);
        Statement statement = duck.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        List<String> cells = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          cells.add(cell(rows.getString(i)));
        }
        lines.add(String.join(",", cells));
      }
    }
    return lines;
  }

  private static String cell(String text) {
    if (text == null) {
      return "";
    }
    return text.matches("[^,\"\\r\\n]+") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  /** The listings as one table, whichever header they have. */
  private static Connection duck(List<Path> files) throws SQLException {
    Connection duck = DriverManager.getConnection("jdbc:duckdb:");
    String paths = files.stream().map(file -> "'" + file + "'").collect(Collectors.joining(", "));
    try (Statement statement = duck.createStatement()) {
      statement.execute(
          """
          CREATE TABLE listed AS
          SELECT Symbol AS symbol, coalesce(Name, Security) AS name, coalesce(Sector, "GICS Sector") AS sector,
            CAST(regexp_extract(filename, '(\\d{4}-\\d\\d-\\d\\d)\\.csv$', 1) AS DATE) AS day
          FROM (SELECT CAST(NULL AS VARCHAR) AS Name, CAST(NULL AS VARCHAR) AS Security,
            CAST(NULL AS VARCHAR) AS Sector, CAST(NULL AS VARCHAR) AS "GICS Sector" WHERE FALSE
            UNION ALL BY NAME
            SELECT * FROM read_csv([%s], union_by_name = true, all_varchar = true, filename = true))
          """
              .formatted(paths));
    }
    return duck;
  }

  private static List<String> csv(Moulin moulin, String sql) throws Exception {
    List<String> lines =
        moulin.run("query", "--limit", "0", "--format", "csv", sql).ok().out().lines().toList();
    return lines.subList(1, lines.size());
  }
}
