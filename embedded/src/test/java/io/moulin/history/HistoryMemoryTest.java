package io.moulin.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.follow.Keeper;
import io.moulin.follow.Kept;
import io.moulin.follow.Kept.Way;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A history that is far larger than what a step is about stays within the memory of a step. */
class HistoryMemoryTest {
  private static final int KEYS = 400_000;
  private static final int CHANGED = 10_000;

  @TempDir Path folder;

  @Test
  void aStepNeedsTheMemoryOfWhatChanges() throws Exception {
    try (HistoryBed bed = new HistoryBed(folder, HistoryBed.users(HistoryBed.changes(16)))) {
      send(bed, KEYS, 1, "2024-01-01T00:00:00");
      assertThat(follow(bed)).isEqualTo(new Kept(Way.REBUILT, KEYS, KEYS));
      for (int day = 2; day < 5; day++) {
        send(bed, CHANGED, day, "2024-01-0" + day + "T00:00:00");
        assertThat(follow(bed))
            .isEqualTo(new Kept(Way.FOLLOWED, CHANGED, KEYS + (long) (day - 1) * CHANGED));
      }
      send(bed, 100, 9, "2024-01-03T12:00:00");
      assertThat(follow(bed).way()).isEqualTo(Way.FOLLOWED);
      assertThat(bed.keeper().rebuild(Keeper.Mode.DRY_RUN).way()).isEqualTo(Way.UNCHANGED);
    }
  }

  private static Kept follow(HistoryBed bed) throws Exception {
    bed.commit();
    return bed.keeper().catchUp();
  }

  /** Rows of keys that are spread over all of them. */
  private static void send(HistoryBed bed, int count, int plan, String at) throws Exception {
    for (int i = 0; i < count; i++) {
      long id = i * 37L % KEYS;
      bed.sendJson(
          0,
          "{\"id\": %d, \"plan\": \"p%d\", \"country\": \"AT\", \"op\": \"U\", \"ts\": \"%s\"}"
              .formatted(id, plan, at));
    }
  }
}
