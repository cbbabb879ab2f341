package io.moulin.ingest.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SearchTest {
  private int processes;

  /** Dies at the first group with one of {@code bad}. */
  private Search.Trial dyingOf(Set<Integer> poisonous) {
    TreeSet<Integer> bad = new TreeSet<>(poisonous);
    return (from, to, group) -> {
      processes++;
      for (int first = from; first < to; first += group) {
        if (!bad.subSet(first, Math.min(to, first + group)).isEmpty()) {
          return OptionalInt.of(first);
        }
      }
      return OptionalInt.empty();
    };
  }

  @Test
  void nobodyIsGuiltyWhenNothingDies() {
    assertThat(Search.poisonous(100_000, dyingOf(Set.of()))).isEmpty();
    assertThat(processes).isEqualTo(1);
    assertThat(Search.poisonous(0, dyingOf(Set.of()))).isEmpty();
  }

  @Test
  void oneOfAHundredThousandIsFoundWithFewProcesses() {
    assertThat(Search.poisonous(100_000, dyingOf(Set.of(77_777)))).containsExactly(77_777);
    assertThat(processes).isLessThan(15);
  }

  @Test
  void allOfManyAreFound() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      int size = 1 + random.nextInt(3000);
      TreeSet<Integer> bad = new TreeSet<>();
      IntStream.range(0, random.nextInt(10)).forEach(i -> bad.add(random.nextInt(size)));
      assertThat(Search.poisonous(size, dyingOf(bad)))
          .as("seed %d, round %d", seed, round)
          .containsExactlyElementsOf(bad);
    }
  }

  @Test
  void whatCrashesOnlyTogetherIsNobodysFault() {
    Search.Trial trial =
        (from, to, group) -> group > 5 ? OptionalInt.of(from) : OptionalInt.empty();
    assertThat(Search.poisonous(1000, trial)).isEmpty();
  }
}
