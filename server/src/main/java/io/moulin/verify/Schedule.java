package io.moulin.verify;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * The hurts of a verification, in their order, from a seed. Each kind comes about as often, and the
 * ones that need the broker in another process come first.
 */
final class Schedule {
  private final List<Hurt> apart = new ArrayList<>();
  private final List<Hurt> within = new ArrayList<>();
  private final Random random;

  Schedule(int hurts, long seed) {
    random = new Random(seed);
    List<Hurt> round = new ArrayList<>();
    for (int i = 0; i < hurts; i++) {
      if (round.isEmpty()) {
        round.addAll(List.of(Hurt.values()));
        Collections.shuffle(round, random);
        // The plainest of all is in even the shortest schedule.
        Collections.swap(round, round.indexOf(Hurt.KILLED), round.size() - 1);
      }
      Hurt hurt = round.remove(round.size() - 1);
      boolean afar = hurt == Hurt.BROKER_RESTART || random.nextInt(3) == 0;
      (afar ? apart : within).add(hurt);
    }
  }

  /** While the broker is another process. */
  List<Hurt> apart() {
    return List.copyOf(apart);
  }

  /** While the broker is part of the process, and dies with it. */
  List<Hurt> within() {
    return List.copyOf(within);
  }

  /** Where within the work of a process it is to happen. */
  Order order(Hurt hurt) {
    return new Order(hurt, random.nextInt(3), random.nextInt(4));
  }

  /** A moment within {@code seconds}, in milliseconds. */
  long moment(double seconds) {
    return (long) (random.nextDouble() * seconds * 1000);
  }
}
