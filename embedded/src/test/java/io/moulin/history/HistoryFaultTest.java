package io.moulin.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.follow.Kept;
import io.moulin.ingest.FaultyCatalog;
import io.moulin.ingest.FaultyCatalog.Crash;
import io.moulin.ingest.FaultyCatalog.Fault;
import io.moulin.spec.MoulinException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * The process dies at a commit to the history, or the catalog's answer to it is lost. Readers see
 * it wholly as before or wholly as after; whoever comes next goes on, and no file is left behind.
 */
class HistoryFaultTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(value = Fault.class, names = "NONE", mode = Mode.EXCLUDE)
  void aStepIsMadeOnceOrNotAtAll(Fault fault) throws Exception {
    FaultyCatalog catalog = new FaultyCatalog();
    try (HistoryBed bed =
        new HistoryBed(folder, HistoryBed.users(HistoryBed.changes(2)), catalog)) {
      // The first step makes all of it, the second follows, the third has a row that is late.
      List<List<String>> steps =
          List.of(
              List.of("1 free AT U 2024-01-01T00:00:00", "2 free AT U 2024-01-01T00:00:00"),
              List.of("1 paid AT U 2024-01-05T00:00:00", "2 free AT D 2024-01-05T00:00:00"),
              List.of("1 gold AT U 2024-01-03T00:00:00", "2 gold AT U 2024-01-07T00:00:00"));
      List<List<String>> expected =
          List.of(
              List.of(
                  "1|free|AT|2024-01-01 00:00:00|null|true|1",
                  "2|free|AT|2024-01-01 00:00:00|null|true|1"),
              List.of(
                  "1|free|AT|2024-01-01 00:00:00|2024-01-05 00:00:00|false|1",
                  "1|paid|AT|2024-01-05 00:00:00|null|true|2",
                  "2|free|AT|2024-01-01 00:00:00|2024-01-05 00:00:00|false|1"),
              List.of(
                  "1|free|AT|2024-01-01 00:00:00|2024-01-03 00:00:00|false|1",
                  "1|gold|AT|2024-01-03 00:00:00|2024-01-05 00:00:00|false|2",
                  "1|paid|AT|2024-01-05 00:00:00|null|true|3",
                  "2|free|AT|2024-01-01 00:00:00|2024-01-05 00:00:00|false|1",
                  "2|gold|AT|2024-01-07 00:00:00|null|true|2"));
      for (int i = 0; i < steps.size(); i++) {
        String when = fault + " at step " + i;
        List<String> before = bed.versions();
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
        assertThat(bed.versions()).as(when).isIn(before, expected.get(i));
        bed.keeper().catchUp();
        assertThat(bed.versions()).as(when).isEqualTo(expected.get(i));
        assertThat(bed.strangers()).as(when + ": files that no snapshot knows").isEmpty();
        assertThat(bed.keeper().catchUp()).as(when).isEqualTo(Kept.NOTHING);
      }
    }
  }
}
