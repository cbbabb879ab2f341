package io.moulin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Live aggregates under {@code up}: they follow, are found again after a kill, and are mended. */
class LiveE2eTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String WINDOWS =
      "SELECT strftime(window_start, '%H:%M'), region, orders, revenue, is_final"
          + " FROM live.revenue ORDER BY window_start, region";

  /** What anybody would ask silver for. */
  private static final String ASKED =
      "SELECT strftime(time_bucket(INTERVAL '5 minutes', \"at\"), '%H:%M'), region, count(*), sum(amount)"
          + " FROM silver.orders GROUP BY time_bucket(INTERVAL '5 minutes', \"at\"), region"
          + " ORDER BY time_bucket(INTERVAL '5 minutes', \"at\"), region";

  private static final String FOLLOWED =
      "[{\"name\":\"live.revenue\",\"rows\":3,\"behind_commits\":0,\"behind_seconds\":0}]";

  @TempDir private Path folder;

  @Test
  void windowsFollowWhatRunsIsKilledAndIsMended() throws Exception {
    project("amount < 100");
    Moulin moulin = new Moulin(folder);
    Moulin.Started up = moulin.start("up", "--apply", "--json");
    await(up, () -> Files.readString(up.out()).contains("\"state\":\"RUNNING\""));
    rows(moulin, "a", "10:00:10 AT 1.10", "10:04:59 AT 2.20", "10:05:00 DE 4.00");
    await(
        up,
        () -> windows(moulin).equals(List.of("10:00,AT,2,3.30,false", "10:05,DE,1,4.00,false")));
    rows(moulin, "b", "10:01:00 AT 0.70", "11:30:00 AT 8.00", "10:03:00 AT 99.99");
    List<String> before =
        List.of("10:00,AT,3,4.00,true", "10:05,DE,1,4.00,true", "11:30,AT,1,8.00,false");
    await(up, () -> windows(moulin).equals(before));
    await(up, () -> moulin.run("status").ok().out().contains("live.revenue 3, as silver is"));
    assertThat(followed(moulin)).isEqualTo(FOLLOWED);
    up.process().destroyForcibly().waitFor(30, TimeUnit.SECONDS);

    rows(moulin, "c", "11:31:00 AT 500.00", "11:32:00 AT 16.00");
    moulin.run("run", "app.orders").ok();
    List<String> after = new ArrayList<>(before.subList(0, 2));
    after.add("11:30,AT,2,24.00,false");
    assertThat(windows(moulin)).isEqualTo(after);
    assertThat(followed(moulin)).isEqualTo(FOLLOWED);
    assertThat(moulin.run("status").ok().out())
        .containsPattern("table live.revenue +3 +as silver is");
    assertThat(moulin.run("plan").ok().out()).contains("nothing to do");
    assertThat(moulin.run("tables").ok().out()).contains("live.revenue");

    project("amount < 1000");
    moulin.run("quarantine", "replay", "app.orders").ok();
    after.set(2, "11:30,AT,3,524.00,false");
    assertThat(windows(moulin)).isEqualTo(after);
    assertThat(csv(moulin, ASKED))
        .as("but for the one that was too late")
        .contains("10:00,AT,4,103.99");
    assertThat(moulin.run("rebuild", "app.orders", "--live", "--dry-run").ok().out())
        .contains("Nothing to do");
    moulin.run("replay", "app.orders", "--from-time", "2000-01-01", "--rewind").ok();
    assertThat(windows(moulin)).isEmpty();
    moulin.run("run", "app.orders").ok();
    assertThat(windows(moulin)).isEqualTo(after);
    moulin.run("balance", "--deep").ok();
  }

  private void project(String rule) throws Exception {
    Files.createDirectories(folder.resolve("datasets"));
    Files.writeString(folder.resolve("moulin.yml"), "name: shop\nengine: {commit-interval: 1s}\n");
    Files.writeString(
        folder.resolve("datasets/orders.yml"),
        """
        dataset: app.orders
        source: {topic: app.raw_orders, partitions: 1}
        time: {column: at, ahead: 1h}
        columns:
          - {name: at, type: timestamp, required: true}
          - {name: region, type: string}
          - {name: amount, type: string, silver: "decimal(10,2)"}
        rules:
          - {name: NOT_TOO_LARGE, expect: "%s"}
        live:
          - name: revenue
            window: 5m
            by: [region]
            values:
              - {name: orders, type: long, sql: count(*)}
              - {name: revenue, type: "decimal(20,2)", sql: sum(amount)}
            lateness: 1h
        """
            .formatted(rule));
  }

  private void rows(Moulin moulin, String name, String... rows) throws Exception {
    List<String> lines = new ArrayList<>();
    for (String row : rows) {
      String[] words = row.split(" ", -1);
      lines.add(
          "{\"at\": \"2024-01-01T%s\", \"region\": \"%s\", \"amount\": \"%s\"}"
              .formatted((Object[]) words));
    }
    Path file = folder.resolve(name + ".jsonl");
    Files.write(file, lines);
    moulin.run("load", "app.orders", "--file", file.toString()).ok();
  }

  private static String followed(Moulin moulin) throws Exception {
    return moulin.run("status", "--json").ok().json().at("/datasets/0/followed").toString();
  }

  private static List<String> windows(Moulin moulin) throws Exception {
    return csv(moulin, WINDOWS);
  }

  private static List<String> csv(Moulin moulin, String sql) throws Exception {
    List<String> lines =
        moulin.run("query", "--limit", "0", "--format", "csv", sql).ok().out().lines().toList();
    return lines.subList(1, lines.size());
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
}
