package io.moulin.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.follow.Keeper;
import io.moulin.follow.Kept;
import io.moulin.follow.Kept.Way;
import io.moulin.spec.live.LiveSpec;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A step into windows that hold far more groups than it is about stays within its memory. */
class LiveMemoryTest {
  private static final int WINDOWS = 10;
  private static final int GROUPS = 100_000;
  private static final int AT_ONCE = 100_000;

  @TempDir Path folder;

  @Test
  void aStepNeedsTheMemoryOfTheGroupsThatChange() throws Exception {
    Duration five = Duration.ofMinutes(5);
    LiveSpec live = LiveBed.live(five, five, LiveBed.MERGE, null, null);
    try (LiveBed bed = new LiveBed(folder, LiveBed.orders(Duration.ZERO, live))) {
      for (int i = 0; i < WINDOWS * GROUPS; i++) {
        bed.send(0, order(i % WINDOWS, i / WINDOWS));
        if (i % AT_ONCE == AT_ONCE - 1) {
          bed.commit();
        }
      }
      assertThat(bed.keeper().catchUp().written()).isEqualTo(WINDOWS * GROUPS);
      for (int i = 0; i < 60; i++) {
        bed.send(0, order(i % WINDOWS, i));
      }
      assertThat(bed.follow()).isEqualTo(new Kept(Way.FOLLOWED, 60, WINDOWS * GROUPS));
      assertThat(bed.keeper().rebuild(Keeper.Mode.DRY_RUN).way()).isEqualTo(Way.UNCHANGED);
    }
  }

  private static String order(int hour, int group) {
    return "2024-01-01T0%d:01:00 g%d 1.25 paid".formatted(hour, group);
  }
}
