package io.moulin.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.follow.Keeper;
import io.moulin.follow.Kept;
import io.moulin.follow.Kept.Way;
import io.moulin.spec.history.HistorySpec;
import io.moulin.spec.history.HistorySpec.Mode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever the order in which rows come, wherever commits, steps, compactions and restarts cut
 * them, the history is what somebody would write by hand who has all rows before him, and what a
 * rebuild makes of silver. {@code -Dmoulin.seeds=100} tries more, {@code -Dmoulin.seed=1} one
 * again.
 */
class HistoryPropertyTest {
  private static final int SEEDS = Integer.getInteger("moulin.seeds", 2);
  private static final int ROWS = 50;
  private static final LocalDateTime FIRST = LocalDateTime.of(2024, 1, 1, 0, 0);

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(Mode.class)
  void streamedIsRebuiltIsWrittenByHand(Mode mode) throws Exception {
    long[] seeds =
        Long.getLong("moulin.seed") == null
            ? LongStream.range(0, SEEDS).map(i -> System.nanoTime() + i).toArray()
            : new long[] {Long.getLong("moulin.seed")};
    for (long seed : seeds) {
      try {
        stream(mode, new Random(seed), Files.createDirectories(folder.resolve(mode + "-" + seed)));
      } catch (Exception | AssertionError e) {
        throw new AssertionError("-Dmoulin.seed=" + seed + ", " + mode, e);
      }
    }
  }

  private static void stream(Mode mode, Random random, Path own) throws Exception {
    int buckets = 1 + random.nextInt(5);
    HistorySpec history =
        mode == Mode.CHANGES ? HistoryBed.changes(buckets) : HistoryBed.listings(buckets);
    // From all in order to all at random, and from no two at one time to nearly all.
    int disorder = random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(ROWS);
    int times = mode == Mode.LISTING ? 8 : 5 + random.nextInt(60);
    List<Told> sent = new ArrayList<>();
    long[] offsets = new long[2];
    try (HistoryBed bed = new HistoryBed(own, HistoryBed.users(history))) {
      for (int i = 0; i < ROWS; i++) {
        int turn = Math.max(0, i - (disorder == 0 ? 0 : random.nextInt(disorder)));
        int partition = random.nextInt(2);
        Told row = row(mode, random, turn * times / ROWS, partition, offsets[partition]++);
        sent.add(row);
        bed.send(partition, row.row());
        int cut = random.nextInt(12);
        if (cut < 2) {
          bed.commit();
        }
        if (cut == 0) {
          bed.restart();
        }
        if (cut == 1 || cut == 4) {
          bed.compact();
        }
        if (cut == 1 || cut == 3 || i == ROWS - 1) {
          bed.follow();
          assertThat(bed.versions()).isEqualTo(byHand(mode, sent));
        }
      }
      assertThat(bed.keeper().catchUp()).isEqualTo(Kept.NOTHING);
      List<String> streamed = bed.rows("*");
      assertThat(bed.keeper().rebuild(Keeper.Mode.MAKE).way()).isEqualTo(Way.UNCHANGED);
      bed.redeclare(mode == Mode.CHANGES ? HistoryBed.changes(7) : HistoryBed.listings(7));
      bed.keeper().catchUp();
      assertThat(bed.versions()).isEqualTo(byHand(mode, sent));
      bed.redeclare(history);
      bed.keeper().rebuild(Keeper.Mode.MAKE);
      assertThat(bed.rows("*")).isEqualTo(streamed);
      assertThat(bed.strangers()).isEmpty();
    }
  }

  private static Told row(Mode mode, Random random, int hour, int partition, long offset) {
    List<String> plans = Arrays.asList("free", "paid", null);
    return new Told(
        random.nextInt(5),
        plans.get(random.nextInt(plans.size())),
        random.nextInt(4) == 0 ? "DE" : "AT",
        mode == Mode.CHANGES && random.nextInt(5) == 0,
        FIRST.plusHours(hour),
        partition,
        offset);
  }

  private static List<String> byHand(Mode mode, Collection<Told> rows) {
    return mode == Mode.CHANGES ? Told.changes(rows) : Told.listings(rows);
  }
}
