package io.moulin.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.follow.Keeper;
import io.moulin.follow.Kept;
import io.moulin.follow.Kept.Way;
import io.moulin.spec.live.LiveSpec;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever the order in which rows come, wherever commits, steps, compactions and restarts cut
 * them, and however late they are, the windows are what somebody would work out by hand who has all
 * rows before him, and what a rebuild makes of silver. {@code -Dmoulin.seeds=100} tries more,
 * {@code -Dmoulin.seed=1} one again.
 */
class LivePropertyTest {
  private static final int SEEDS = Integer.getInteger("moulin.seeds", 2);
  private static final int ROWS = 60;
  private static final LocalDateTime FIRST = LocalDateTime.of(2024, 1, 1, 21, 0);

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void streamedIsRebuiltIsWorkedOutByHand(boolean merges) throws Exception {
    long[] seeds =
        Long.getLong("moulin.seed") == null
            ? LongStream.range(0, SEEDS).map(i -> System.nanoTime() + i).toArray()
            : new long[] {Long.getLong("moulin.seed")};
    for (long seed : seeds) {
      try {
        Path own = Files.createDirectories(folder.resolve(merges + "-" + seed));
        stream(declared(merges, new Random(seed)), new Random(seed + 1), own);
      } catch (Exception | AssertionError e) {
        throw new AssertionError("-Dmoulin.seed=" + seed + ", merges: " + merges, e);
      }
    }
  }

  private static LiveSpec declared(boolean merges, Random random) {
    Duration window = Duration.ofMinutes(List.of(5, 30, 60, 90).get(random.nextInt(4)));
    Duration hop = random.nextBoolean() ? window : Duration.ofMinutes(1 + random.nextInt(30));
    Duration lateness = maybe(random, 60);
    LiveSpec live =
        LiveBed.live(
            window,
            hop.compareTo(window) > 0 ? window : hop,
            merges ? LiveBed.MERGE : LiveBed.REMEMBER,
            lateness,
            random.nextInt(3) == 0 ? maybe(random, 300, 60) : null);
    return LiveBed.idle(live, lateness == null ? null : maybe(random, 20));
  }

  private static @Nullable Duration maybe(Random random, int minutes) {
    return random.nextInt(4) == 0 ? null : Duration.ofMinutes(random.nextInt(minutes));
  }

  private static Duration maybe(Random random, int minutes, int least) {
    return Duration.ofMinutes(least + random.nextInt(minutes));
  }

  private static void stream(LiveSpec live, Random random, Path own) throws Exception {
    Duration watermark = Duration.ofMinutes(random.nextBoolean() ? 7 : 0);
    // From all in order to all at random.
    int disorder = random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(ROWS);
    List<Order> sent = new ArrayList<>();
    int turns = 1 + random.nextInt(20); // so many rows, about, come to a partition in a row
    int partition = 0;
    try (LiveBed bed = new LiveBed(own, LiveBed.orders(watermark, live))) {
      for (int i = 0; i < ROWS; i++) {
        int turn = Math.max(0, i - (disorder == 0 ? 0 : random.nextInt(disorder)));
        partition = random.nextInt(turns) == 0 ? 1 - partition : partition;
        Order row = row(random, turn, partition, i * 60L + random.nextInt(90));
        sent.add(row);
        bed.send(row.partition(), row.row(), row.second());
        int cut = random.nextInt(12);
        if (cut < 2) {
          bed.commit();
        }
        if (cut == 0) {
          bed.commit();
          bed.restart();
        }
        if (cut == 1 || cut == 4) {
          bed.compact();
        }
        if (cut == 1 || cut == 3 || i == ROWS - 1) {
          bed.follow();
          Order.Told told = Order.byHand(sent, live, watermark);
          assertThat(bed.rows(LiveBed.WINDOWS)).isEqualTo(told.windows());
          if (cut == 1) {
            bed.keeper().finish();
            assertThat(bed.said("late-rows")).isEqualTo(String.valueOf(told.late()));
          }
        }
      }
      assertThat(bed.keeper().catchUp()).isEqualTo(Kept.NOTHING);
      List<String> streamed = bed.rows("*");
      assertThat(bed.keeper().rebuild(Keeper.Mode.MAKE).way()).isEqualTo(Way.UNCHANGED);
      bed.redeclare(
          new LiveSpec(
              live.name(),
              live.window().multipliedBy(2),
              live.hop(),
              live.by(),
              live.where(),
              live.values(),
              live.lateness(),
              live.idle(),
              null,
              null,
              live.at()));
      bed.keeper().catchUp();
      bed.redeclare(live);
      bed.keeper().catchUp();
      assertThat(bed.rows("*")).isEqualTo(streamed);
      assertThat(bed.strangers()).isEmpty();
    }
  }

  private static Order row(Random random, int turn, int partition, long second) {
    List<String> regions = Arrays.asList("AT", "DE", null);
    return new Order(
        random.nextInt(20) == 0 ? null : FIRST.plusSeconds(turn * 400L + random.nextInt(300)),
        regions.get(random.nextInt(3)),
        random.nextInt(10) == 0 ? null : BigDecimal.valueOf(random.nextInt(100_000), 2),
        random.nextInt(5) != 0,
        partition,
        second);
  }
}
