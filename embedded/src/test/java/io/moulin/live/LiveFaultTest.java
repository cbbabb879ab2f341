package io.moulin.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.follow.Kept;
import io.moulin.ingest.FaultyCatalog;
import io.moulin.ingest.FaultyCatalog.Crash;
import io.moulin.ingest.FaultyCatalog.Fault;
import io.moulin.spec.MoulinException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * The process dies at a commit to a live aggregate, or the catalog's answer to it is lost. No row
 * counts twice or not at all; whoever comes next goes on, and no file is left behind.
 */
class LiveFaultTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(value = Fault.class, names = "NONE", mode = Mode.EXCLUDE)
  void aStepIsMadeOnceOrNotAtAll(Fault fault) throws Exception {
    FaultyCatalog catalog = new FaultyCatalog();
    Duration hour = Duration.ofHours(1);
    try (LiveBed bed =
        new LiveBed(
            folder,
            LiveBed.orders(Duration.ZERO, LiveBed.live(hour, hour, LiveBed.MERGE, hour, null)),
            catalog)) {
      // The first step makes all of it, the second merges, the third has a row that is too late.
      List<List<String>> steps =
          List.of(
              List.of("2024-01-01T00:10:00 AT 1.00 paid"),
              List.of("2024-01-01T00:20:00 AT 2.50 paid", "2024-01-01T02:00:00 AT 4.00 paid"),
              List.of("2024-01-01T00:30:00 AT 8.00 paid", "2024-01-01T02:30:00 AT 16.00 paid"));
      List<List<String>> expected =
          List.of(
              List.of("2024-01-01 00:00:00|1|1.00"),
              List.of("2024-01-01 00:00:00|2|3.50", "2024-01-01 02:00:00|1|4.00"),
              List.of("2024-01-01 00:00:00|2|3.50", "2024-01-01 02:00:00|2|20.00"));
      for (int i = 0; i < steps.size(); i++) {
        String when = fault + " at step " + i;
        List<String> before = windows(bed);
        for (String row : steps.get(i)) {
          bed.send(0, row);
        }
        bed.commit();
        boolean[] met = {false};
        catalog.dieBy(
            () -> {
              boolean first = !met[0];
              met[0] = true;
              return first ? fault : Fault.NONE;
            });
        try {
          bed.keeper().catchUp();
        } catch (Crash | MoulinException e) {
          assertThat(e).as(when).isNotNull();
        }
        catalog.failBy(() -> Fault.NONE);
        assertThat(met[0]).as(when).isTrue();
        assertThat(windows(bed)).as(when).isIn(before, expected.get(i));
        bed.keeper().catchUp();
        assertThat(windows(bed)).as(when).isEqualTo(expected.get(i));
        assertThat(bed.strangers()).as(when + ": files that no snapshot knows").isEmpty();
        assertThat(bed.keeper().catchUp()).as(when).isEqualTo(Kept.NOTHING);
      }
      bed.keeper().finish();
      assertThat(bed.said("late-rows")).isEqualTo("1");
    }
  }

  private static List<String> windows(LiveBed bed) throws Exception {
    return bed.rows("window_start, orders, revenue");
  }
}
