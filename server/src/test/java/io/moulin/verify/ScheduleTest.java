package io.moulin.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static List<Hurt> all(int hurts, long seed) {
    Schedule schedule = new Schedule(hurts, seed);
    List<Hurt> all = new ArrayList<>(schedule.apart());
    all.addAll(schedule.within());
    return all;
  }

  @Test
  void tenHurtsAreOfAllKindsWhateverTheSeed() {
    for (long seed = 0; seed < 50; seed++) {
      assertThat(all(10, seed)).as("seed %d", seed).containsExactlyInAnyOrder(Hurt.values());
    }
  }

  @Test
  void eachKindComesAboutAsOften() {
    List<Hurt> all = all(95, 3);
    assertThat(all).hasSize(95);
    for (Hurt hurt : Hurt.values()) {
      assertThat(all.stream().filter(hurt::equals)).hasSizeBetween(9, 10);
    }
  }

  @Test
  void theSameSeedMakesTheSameSchedule() {
    assertThat(all(30, 11)).isEqualTo(all(30, 11));
    assertThat(new Schedule(5, 11).order(Hurt.DISK_FULL))
        .isEqualTo(new Schedule(5, 11).order(Hurt.DISK_FULL));
  }

  @Test
  void theBrokerIsRestartedOnlyWhereItIsAnotherProcess() {
    for (long seed = 0; seed < 50; seed++) {
      assertThat(new Schedule(20, seed).within()).doesNotContain(Hurt.BROKER_RESTART);
    }
  }

  @Test
  void anOrderSurvivesItsWayToTheProcess() {
    for (Hurt hurt : Hurt.values()) {
      Order order = new Order(hurt, 2, 3);
      assertThat(Order.parse(order.line())).isEqualTo(order);
    }
  }
}
