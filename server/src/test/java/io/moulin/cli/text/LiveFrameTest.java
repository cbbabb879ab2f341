package io.moulin.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.control.live.FollowedTable;
import io.moulin.control.live.LiveDataset;
import io.moulin.control.live.LiveDataset.LivePartition;
import io.moulin.control.live.LiveDataset.LiveTable;
import io.moulin.control.live.LiveDataset.State;
import io.moulin.control.live.LiveStatus;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The picture of what is kept running, in windows of all sizes. */
class LiveFrameTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  @Test
  void showsAllThatMatters() {
    assertThat(LiveFrame.lines(status(dataset(1, State.RUNNING)), Style.PLAIN))
        .containsExactly(
            "moulin up shop  for 2 min, process 77, 400 MB",
            "Kafka b:1   Iceberg REST http://c",
            "",
            "shop.d1  running, next commit in 4 s, last 6 s ago (1,200), balanced, 1 restart",
            "                in  bronze  silver  duplicates",
            "  a second     120     120     2.5",
            "  rows      12,000  12,000  11,000       1,000",
            "  follows    history.d 900, as silver is",
            "             live.revenue 40, 2 commits (3 s) behind silver",
            "             live.hourly 7, to be made anew of all of silver",
            "  lag        30 (0: 30, 1: idle), 7 read and not committed yet",
            "  watermark  2026-01-02T03:00:00Z, held back by partition 0",
            "  remembers  11,000 keys in 2 MB");
  }

  @Test
  void saysWhyADatasetDoesNotRun() {
    assertThat(LiveFrame.lines(status(dataset(1, State.RESTARTING)), Style.PLAIN))
        .contains("  catalog-failed: no answer")
        .anyMatch(line -> line.startsWith("shop.d1  restarting in 16 s"));
  }

  @Test
  void isNeverLargerThanTheWindow() {
    LiveStatus many =
        status(
            IntStream.range(0, 30)
                .mapToObj(i -> dataset(i, i % 2 == 0 ? State.RUNNING : State.RESTARTING))
                .toArray(LiveDataset[]::new));
    for (int rows : List.of(1, 2, 5, 24, 33, 400)) {
      for (int columns : List.of(1, 10, 80)) {
        List<String> lines = LiveFrame.lines(many, Style.COLOURED, rows, columns);
        assertThat(lines.size()).isLessThanOrEqualTo(rows);
        assertThat(lines)
            .allSatisfy(
                line ->
                    assertThat(line.replaceAll("\u001b\\[[0-9]*m", "").length())
                        .isLessThanOrEqualTo(columns));
      }
    }
    assertThat(LiveFrame.lines(many, Style.PLAIN, 40, 200))
        .as("one line each where not all of each fits")
        .hasSize(33)
        .anyMatch(line -> line.startsWith("shop.d29 restarting in 16 s (catalog-failed"));
    assertThat(LiveFrame.lines(many, Style.PLAIN, 10, 200))
        .last()
        .asString()
        .contains("and 24 more");
  }

  private static LiveStatus status(LiveDataset... datasets) {
    return new LiveStatus(
        "shop",
        77,
        "up",
        NOW.minusSeconds(125),
        NOW,
        "b:1",
        "http://c",
        400L << 20,
        List.of(datasets));
  }

  private static LiveDataset dataset(int number, State state) {
    boolean running = state == State.RUNNING;
    return new LiveDataset(
        "shop.d" + number,
        "topic",
        state,
        running ? "" : "catalog-failed: no answer",
        1,
        running ? null : NOW.plusSeconds(16),
        120,
        12_000,
        7,
        List.of(new LiveTable("bronze.d", 12_000, 120), new LiveTable("silver.d", 11_000, 2.5)),
        List.of(
            new FollowedTable("history.d", 900, 0L, 0L),
            new FollowedTable("live.revenue", 40, 2L, 3L),
            new FollowedTable("live.hourly", 7, null, null)),
        List.of(
            new LivePartition(0, 70, 70, 100, NOW, false),
            new LivePartition(1, 50, 50, 50, NOW, true)),
        Instant.parse("2026-01-02T03:00:00Z"),
        0,
        NOW.minusSeconds(6),
        1_200,
        running ? NOW.plusSeconds(4) : null,
        3,
        1_000,
        true,
        List.of(),
        11_000,
        2L << 20);
  }
}
