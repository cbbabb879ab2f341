package io.moulin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A history of changes under {@code up}, and one of twelve years of listings of the S&P 500, of
 * which it gives every one back. {@code -Dmoulin.seed=1} takes the same dates again.
 */
class HistoryE2eTest {
  private static final int DATES = 20;
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir private Path folder;

  @Test
  void theHistoryGivesEveryListingBack() throws Exception {
    List<Path> files = listings();
    project();
    Moulin moulin = new Moulin(folder);
    moulin.run("apply").ok();
    // In two loads, so that the second run follows what the first has made.
    load(moulin, files.subList(0, 70), "first.jsonl");
    load(moulin, files.subList(70, files.size()), "second.jsonl");

    assertThat(
            csv(
                moulin,
                "SELECT symbol, name, sector FROM history.companies WHERE is_current ORDER BY 1"))
        .isEqualTo(
            expected(
                "SELECT symbol, name, sector FROM listed WHERE day = (SELECT max(day) FROM listed)"
                    + " ORDER BY 1"));
    asItWas(moulin, files);
    pointInTime(moulin);
    noGapAndNoOverlap(moulin);
    assertThat(moulin.run("rebuild", "sp.companies", "--history").ok().out())
        .contains("Nothing to do");
    moulin.run("balance", "--deep").ok();
    assertThat(moulin.run("plan").ok().out()).contains("nothing to do");
  }

  /** Kept up to date while it runs, found again after a kill, and corrected with silver. */
  @Test
  void theHistoryFollowsWhatRunsIsKilledAndIsMended() throws Exception {
    plans("plan <> 'gold'");
    Moulin moulin = new Moulin(folder);
    Moulin.Started up = moulin.start("up", "--apply", "--json");
    await(up, () -> Files.readString(up.out()).contains("\"state\":\"RUNNING\""));
    rows(moulin, "1 free U 2024-01-01", "2 free U 2024-01-01", "1 paid U 2024-01-05");
    await(up, () -> versions(moulin).size() == 3);
    rows(moulin, "2 free D 2024-01-03", "1 trial U 2024-01-02", "2 gold U 2024-01-04");
    await(up, () -> versions(moulin).size() == 4);
    up.process().destroyForcibly().waitFor(30, TimeUnit.SECONDS);

    rows(moulin, "3 free U 2024-01-01");
    moulin.run("run", "app.plans").ok();
    List<String> before =
        List.of(
            "1,free,2024-01-01,2024-01-02,1",
            "1,paid,2024-01-05,,3",
            "1,trial,2024-01-02,2024-01-05,2",
            "2,free,2024-01-01,2024-01-03,1",
            "3,free,2024-01-01,,1");
    assertThat(versions(moulin)).isEqualTo(before);

    plans("plan <> 'none'");
    moulin.run("quarantine", "replay", "app.plans").ok();
    List<String> after = new ArrayList<>(before);
    after.add(4, "2,gold,2024-01-04,,2");
    assertThat(versions(moulin)).isEqualTo(after);
    moulin.run("replay", "app.plans", "--from-time", "2000-01-01", "--rewind").ok();
    assertThat(versions(moulin)).isEmpty();
    moulin.run("run", "app.plans").ok();
    assertThat(versions(moulin)).isEqualTo(after);
    assertThat(moulin.run("rebuild", "app.plans", "--history", "--dry-run").ok().out())
        .contains("Nothing to do");
  }

  private void plans(String rule) throws Exception {
    Files.createDirectories(folder.resolve("datasets"));
    Files.writeString(folder.resolve("moulin.yml"), "name: plans\nengine: {commit-interval: 1s}\n");
    Files.writeString(
        folder.resolve("datasets/plans.yml"),
        """
        dataset: app.plans
        source: {topic: app.raw_plans, partitions: 2}
        columns:
          - {name: id, type: long, required: true}
          - {name: plan, type: string}
          - {name: op, type: string}
          - {name: day, type: date, required: true}
        rules:
          - {name: KNOWN, expect: "%s", nulls: pass}
        history: {key: [id], track: [plan], order-by: day, deletes: "op = 'D'", buckets: 2}
        """
            .formatted(rule));
  }

  private void rows(Moulin moulin, String... rows) throws Exception {
    List<String> lines = new ArrayList<>();
    for (String row : rows) {
      String[] words = row.split(" ", -1);
      lines.add(
          "{\"id\": %s, \"plan\": \"%s\", \"op\": \"%s\", \"day\": \"%s\"}"
              .formatted((Object[]) words));
    }
    Path file = folder.resolve("rows-" + rows[0].replace(' ', '-') + ".jsonl");
    Files.write(file, lines);
    moulin.run("load", "app.plans", "--file", file.toString()).ok();
  }

  private static List<String> versions(Moulin moulin) throws Exception {
    return csv(
        moulin,
        "SELECT id, plan, effective_start, effective_end, version FROM history.plans ORDER BY 1, 2");
  }

  /** Something that will be so after a while. */
  private interface Wanted {
    boolean holds() throws Exception;
  }

  private static void await(Moulin.Started up, Wanted wanted) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!wanted.holds()) {
      assertThat(up.process().isAlive() && System.nanoTime() < deadline)
          .as("up gets there in time; it said %s", Files.readString(up.err()))
          .isTrue();
      up.process().waitFor(300, TimeUnit.MILLISECONDS);
    }
  }

  private void asItWas(Moulin moulin, List<Path> files) throws Exception {
    long seed = Long.getLong("moulin.seed", System.nanoTime());
    List<Path> mixed = new ArrayList<>(files);
    Collections.shuffle(mixed, new Random(seed));
    List<String> dates =
        mixed.subList(0, DATES).stream().map(HistoryE2eTest::day).sorted().toList();
    String asked =
        dates.stream()
            .map(day -> "(DATE '" + day + "')")
            .collect(Collectors.joining(", ", "(VALUES ", ") AS asked(day)"));
    assertThat(
            csv(
                moulin,
                "SELECT day, symbol, name, sector FROM history.companies JOIN "
                    + asked
                    + " ON effective_start <= day AND (effective_end IS NULL OR day < effective_end)"
                    + " ORDER BY 1, 2"))
        .as("-Dmoulin.seed=%d: %s", seed, dates)
        .isEqualTo(
            expected(
                "SELECT day, symbol, name, sector FROM listed JOIN "
                    + asked
                    + " USING (day) ORDER BY 1, 2"));
  }

  /** Each listed row meets exactly the version that held at its time, and that says the same. */
  private void pointInTime(Moulin moulin) throws Exception {
    String rows = expected("SELECT count(*) FROM listed").get(0);
    assertThat(
            csv(
                moulin,
                "SELECT count(*), count(h.symbol), count_if(c.name IS DISTINCT FROM h.name OR"
                    + " c.sector IS DISTINCT FROM h.sector) FROM silver.companies c LEFT JOIN"
                    + " history.companies h ON h.symbol = c.symbol AND h.effective_start <= c.day"
                    + " AND (h.effective_end IS NULL OR c.day < h.effective_end)"))
        .containsExactly(rows + "," + rows + ",0");
  }

  /** Where a version ends and the next does not begin at once, a listing lacked the key. */
  private static void noGapAndNoOverlap(Moulin moulin) throws Exception {
    assertThat(
            csv(
                moulin,
                "SELECT count(*) FROM (SELECT *, lead(effective_start) OVER w AS following FROM"
                    + " history.companies WINDOW w AS (PARTITION BY symbol ORDER BY version)) v WHERE"
                    + " effective_end <= effective_start OR effective_end > following OR"
                    + " (effective_end IS NULL AND following IS NOT NULL) OR (effective_end <"
                    + " following AND EXISTS (SELECT 1 FROM silver.companies c WHERE c.symbol ="
                    + " v.symbol AND c.day = v.effective_end))"))
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
    List<String> lines = new ArrayList<>();
    for (Path file : files) {
      List<String> listing = Files.readAllLines(file);
      List<String> header = cells(listing.get(0));
      boolean early = header.contains("Name");
      for (String line : listing.subList(1, listing.size())) {
        List<String> cells = cells(line);
        ObjectNode row = MAPPER.createObjectNode();
        row.put("symbol", cells.get(header.indexOf("Symbol")));
        row.put("name", cell(cells, header.indexOf(early ? "Name" : "Security")));
        row.put("sector", cell(cells, header.indexOf(early ? "Sector" : "GICS Sector")));
        row.put("day", day(file));
        lines.add(row.toString());
      }
    }
    Path rows = folder.resolve(name);
    Files.write(rows, lines);
    moulin.run("load", "sp.companies", "--file", rows.toString()).ok();
    moulin.run("run", "sp.companies").ok();
  }

  /** Some lines have less cells than their header, and some have more. */
  private static @Nullable String cell(List<String> cells, int column) {
    return column < cells.size() ? cells.get(column) : null;
  }

  private static List<String> cells(String line) {
    List<String> cells = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    for (char c : (line + ",").toCharArray()) {
      if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        cells.add(cell.toString());
        cell.setLength(0);
      } else {
        cell.append(c);
      }
    }
    return cells;
  }

  /** What the files say themselves, in the relation {@code listed}. */
  private List<String> expected(String sql) throws SQLException {
    String listed =
        "WITH listed AS (SELECT * FROM read_json('%s/*.jsonl', columns = {symbol: 'VARCHAR', name: 'VARCHAR', sector: 'VARCHAR', day: 'DATE'})) "
            .formatted(folder);
    List<String> lines = new ArrayList<>();
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement();
        ResultSet rows = statement.executeQuery(listed + sql)) {
      while (rows.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          String text = rows.getString(i);
          boolean plain = text == null || text.matches("[^,\"\\r\\n]+");
          row.add(plain ? Objects.toString(text, "") : '"' + text.replace("\"", "\"\"") + '"');
        }
        lines.add(String.join(",", row));
      }
    }
    return lines;
  }

  private static List<String> csv(Moulin moulin, String sql) throws Exception {
    List<String> lines =
        moulin.run("query", "--limit", "0", "--format", "csv", sql).ok().out().lines().toList();
    return lines.subList(1, lines.size());
  }
}
