package io.moulin.ingest.keys;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KeyMemoryTest {
  private static final long WITHIN = 1_000;

  @Test
  void theSlowestPartitionOfATopicKeepsTheKeysThatItMayStillNeed() {
    KeyMemory keys = new KeyMemory(WITHIN, 2);
    keys.tick(0, 10_000);
    assertThat(keys.add(1, 1, 10_000)).isTrue();
    keys.tick(0, 12_900);
    assertThat(keys.contains(1, 1, 10_500)).as("the other was not heard of yet").isTrue();
    keys.tick(1, 10_500);
    assertThat(keys.add(1, 1, 10_500)).as("in time of the record").isFalse();
    assertThat(keys.add(1, 1, 12_900)).as("too long ago for this record").isTrue();
  }

  @Test
  void aSilentPartitionDoesNotKeepKeysForEver() {
    KeyMemory keys = new KeyMemory(WITHIN, 2);
    keys.tick(1, 0);
    for (long now = 1; now < 100_000; now++) {
      keys.tick(0, now);
      assertThat(keys.add(now << 40, now * 0x9E3779B97F4A7C15L, now)).isTrue();
    }
    assertThat(keys.size()).isLessThan(2 * 3 * WITHIN);
  }

  @Test
  void onePartitionAloneForgetsByItsOwnClock() {
    KeyMemory keys = new KeyMemory(WITHIN, 1);
    assertThat(keys.timeless()).isTrue();
    keys.tick(3, 5_000);
    assertThat(keys.since()).isEqualTo(4_000);
    assertThat(keys.add(1, 1, 5_000)).isTrue();
    keys.tick(3, 6_000);
    keys.tick(3, 5_500);
    assertThat(keys.add(1, 1, 5_500)).isFalse();
    keys.tick(3, 6_001);
    assertThat(keys.add(1, 1, 5_500)).isTrue();
  }
}
