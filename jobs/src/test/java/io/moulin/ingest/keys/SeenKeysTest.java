package io.moulin.ingest.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SeenKeysTest {
  private static final long WITHIN = 1_000;

  @Test
  void agreesWithAPlainMapWhateverTheTimesOfTheRecords() {
    for (int disorder : new int[] {0, 10, 900, 3_000}) {
      long seed = System.nanoTime();
      Random random = new Random(seed);
      SeenKeys keys = new SeenKeys(WITHIN);
      Map<Long, Long> model = new HashMap<>();
      long now = 0;
      long clock = Long.MIN_VALUE;
      for (int i = 0; i < 100_000; i++) {
        now += random.nextInt(2) + (random.nextInt(20_000) == 0 ? 5 * WITHIN : 0);
        long at = now - (disorder == 0 ? 0 : random.nextInt(disorder));
        long key = random.nextInt(2_000);
        clock = Math.max(clock, at);
        keys.advance(clock);
        Long seen = model.get(key);
        boolean isNew = seen == null || clock - seen > WITHIN;
        String when = "seed %d, disorder %d, step %d".formatted(seed, disorder, i);
        assertThat(keys.contains(high(key), low(key), at)).as(when).isEqualTo(!isNew);
        if (random.nextInt(10) > 0) {
          assertThat(keys.add(high(key), low(key), at)).as(when).isEqualTo(isNew);
          if (isNew) {
            model.put(key, at);
          }
        }
      }
    }
  }

  @Test
  void whatIsRememberedInAnyOrderIsWhatWasAdded() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    SeenKeys keys = new SeenKeys(WITHIN);
    Map<Long, Long> latest = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      long key = random.nextInt(3_000);
      long at = random.nextInt(5_000);
      keys.remember(high(key), low(key), at);
      latest.merge(key, at, Math::max);
    }
    keys.advance(4_500);
    latest.forEach(
        (key, at) ->
            assertThat(keys.contains(high(key), low(key), 4_500))
                .as("seed %d, key %d", seed, key)
                .isEqualTo(4_500 - at <= WITHIN));
  }

  @Test
  void holdsNoMoreThanTheLivingKeysAndAnEighth() {
    SeenKeys keys = new SeenKeys(WITHIN * 100);
    for (long now = 0; now < 1_000_000; now++) {
      keys.advance(now);
      assertThat(keys.add(high(now), low(now), now)).isTrue();
      if (now > 200_000 && now % 1_000 == 0) {
        assertThat(keys.size()).as("at %d", now).isBetween(100_000L, 145_000L);
      }
    }
    assertThat(keys.bytes() / 100_000.0).as("bytes a living key").isBetween(34.0, 60.0);
    for (long now = 1_000_000; now < 1_200_000; now += 100) {
      keys.advance(now);
    }
    assertThat(keys.bytes()).as("bytes when all are dead").isLessThan(50_000);
  }

  @Test
  void keysThatDifferInOneHalfAreDifferent() {
    SeenKeys keys = new SeenKeys(WITHIN);
    assertThat(keys.add(1, 2, 0)).isTrue();
    assertThat(keys.add(2, 2, 0)).isTrue();
    assertThat(keys.add(1, 3, 0)).isTrue();
    assertThat(keys.add(0, 0, 0)).isTrue();
    assertThat(keys.add(1, 2, WITHIN)).isFalse();
    assertThat(keys.add(1, 2, WITHIN + 1)).isTrue();
  }

  @Test
  void aKeyOfBefore1970IsAKey() {
    SeenKeys keys = new SeenKeys(WITHIN);
    keys.advance(-5_000);
    assertThat(keys.add(1, 2, -5_000)).isTrue();
    assertThat(keys.add(1, 2, -4_500)).isFalse();
    keys.advance(-3_999);
    assertThat(keys.add(1, 2, -3_999)).isTrue();
  }

  private static long high(long key) {
    return (key * 0x9E3779B97F4A7C15L) >>> 1;
  }

  private static long low(long key) {
    return Long.reverse(key * 0xC2B2AE3D27D4EB4FL) >>> 1;
  }
}
