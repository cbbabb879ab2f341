package io.moulin.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.follow.Keeper;
import io.moulin.follow.Kept;
import io.moulin.follow.Kept.Way;
import io.moulin.follow.Standing;
import io.moulin.spec.live.LiveSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the windows, row by row. */
class LiveTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final LiveSpec HOURLY = LiveBed.live(HOUR, HOUR, LiveBed.MERGE, HOUR, null);

  @TempDir Path folder;

  private LiveBed bed(LiveSpec live) throws Exception {
    return new LiveBed(folder, LiveBed.orders(Duration.ZERO, live));
  }

  private static String order(String time, String amount) {
    return "2024-01-01T%s:00 AT %s paid".formatted(time, amount);
  }

  private static List<String> revenue(LiveBed bed) throws Exception {
    return bed.rows("strftime(window_start, '%H:%M'), region, orders, revenue, is_final");
  }

  @Test
  void aWindowIsFinalWhenEveryPartitionHasPassedIt() throws Exception {
    try (LiveBed bed = bed(HOURLY)) {
      bed.send(0, order("00:10", "1.00")).follow();
      bed.send(0, order("05:00", "2.00")).follow();
      assertThat(revenue(bed)).containsExactly("00:00|AT|1|1.00|false", "05:00|AT|1|2.00|false");
      bed.send(1, order("02:00", "4.00")).follow();
      assertThat(revenue(bed))
          .containsExactly(
              "00:00|AT|1|1.00|true", "02:00|AT|1|4.00|false", "05:00|AT|1|2.00|false");
      // Partition 0 has passed 03:00 by two hours, and partition 1 has not.
      bed.send(0, order("02:30", "8.00"));
      bed.send(1, order("02:30", "16.00")).follow();
      assertThat(revenue(bed)).contains("02:00|AT|2|20.00|false");
      assertThat(bed.said("late-rows")).isEqualTo("1");
      assertThat(bed.keeper().rebuild(Keeper.Mode.DRY_RUN).way()).isEqualTo(Way.UNCHANGED);
    }
  }

  /** It goes by the times of records: the clock plays no part. */
  @Test
  void aSilentPartitionHoldsNothingBackForLongerThanIdle() throws Exception {
    try (LiveBed bed = bed(LiveBed.idle(HOURLY, Duration.ofMinutes(10)))) {
      bed.send(0, order("00:10", "1.00"), 0);
      bed.send(0, order("05:00", "2.00"), 60).follow();
      assertThat(revenue(bed))
          .as("partition 1 has no rows at all")
          .containsExactly("00:00|AT|1|1.00|true", "05:00|AT|1|2.00|false");
      // It has come to 00:30 only: what was final may change, and is final no more.
      bed.send(1, order("00:30", "4.00"), 120).follow();
      assertThat(revenue(bed)).containsExactly("00:00|AT|2|5.00|false", "05:00|AT|1|2.00|false");
      bed.send(0, order("05:10", "8.00"), 720).follow();
      assertThat(revenue(bed)).contains("00:00|AT|2|5.00|false");
      bed.send(0, order("05:20", "16.00"), 721).follow();
      assertThat(revenue(bed)).containsExactly("00:00|AT|2|5.00|true", "05:00|AT|3|26.00|false");
      // What it brings after all counts, and what it says is what is asked from now on.
      bed.send(1, order("00:50", "32.00"), 1500).follow();
      assertThat(revenue(bed)).contains("00:00|AT|3|37.00|false");
      assertThat(bed.said("late-rows")).isEqualTo("0");
      assertThat(bed.keeper().rebuild(Keeper.Mode.DRY_RUN).way()).isEqualTo(Way.UNCHANGED);
    }
  }

  @Test
  void rowsWithoutATimeAreCountedAndThoseWithoutARegionAreAGroup() throws Exception {
    try (LiveBed bed = bed(HOURLY)) {
      bed.send(0, "- AT 1.00 paid");
      bed.send(0, "2024-01-01T00:10:00 - 2.00 paid");
      bed.send(0, "2024-01-01T00:20:00 - - paid").follow();
      bed.send(0, "2024-01-01T00:40:00 - 0.50 open").follow();

      assertThat(revenue(bed)).containsExactly("00:00|null|2|2.00|false");
      assertThat(bed.said("rows-without-time")).isEqualTo("1");
    }
  }

  @Test
  void onlyThePartitionsOfTheWindowsAreWrittenAnew() throws Exception {
    LiveSpec live = LiveBed.live(HOUR, HOUR, LiveBed.MERGE, null, null);
    try (LiveBed bed = bed(live)) {
      bed.send(0, "2024-01-01T00:10:00 AT 1.00 paid");
      bed.send(0, "2024-01-02T00:10:00 AT 1.00 paid");
      bed.send(0, "2024-01-03T00:10:00 AT 1.00 paid").follow();
      assertThat(bed.send(0, "2024-01-02T00:20:00 AT 1.00 paid").follow())
          .isEqualTo(new Kept(Way.FOLLOWED, 1, 1));

      Table table = bed.live();
      List<DataFile> added = new ArrayList<>();
      SnapshotChanges changes = SnapshotChanges.builderFor(table).build();
      changes.addedDataFiles().forEach(added::add);
      assertThat(added).hasSize(1);
      assertThat(changes.addedDeleteFiles()).isEmpty();
      assertThat(bed.rows("orders")).containsExactly("1", "1", "2");
    }
  }

  @Test
  void oldWindowsLeaveTheTable() throws Exception {
    LiveSpec live = LiveBed.live(HOUR, HOUR, LiveBed.MERGE, HOUR, Duration.ofDays(2));
    try (LiveBed bed = bed(live)) {
      bed.send(0, "2024-01-01T00:10:00 AT 1.00 paid").follow();
      bed.send(0, "2024-01-03T00:10:00 AT 1.00 paid").follow();
      assertThat(bed.rows("window_start")).hasSize(2);
      bed.send(0, "2024-01-04T02:00:00 AT 1.00 open").follow();
      assertThat(bed.rows("window_start")).containsExactly("2024-01-03 00:00:00");
      // Not late in its own partition, but its window is gone.
      bed.send(1, "2024-01-01T00:20:00 AT 1.00 paid").follow();
      assertThat(bed.rows("window_start")).containsExactly("2024-01-03 00:00:00");
      assertThat(bed.keeper().rebuild(Keeper.Mode.DRY_RUN).way()).isEqualTo(Way.UNCHANGED);
    }
  }

  @Test
  void whatGoesFromSilverGoesFromTheWindows() throws Exception {
    try (LiveBed bed = bed(HOURLY)) {
      bed.send(0, order("00:10", "1.00")).follow();
      bed.send(0, order("00:20", "2.00")).follow();
      Table silver = bed.silver();
      DataFile last = SnapshotChanges.builderFor(silver).build().addedDataFiles().iterator().next();
      silver.newOverwrite().deleteFile(last).commit();

      assertThat(bed.keeper().catchUp().way()).isEqualTo(Way.REBUILT);
      assertThat(revenue(bed)).containsExactly("00:00|AT|1|1.00|false");
    }
  }

  /** A row that is replayed has the offset that it always had, and is judged there. */
  @Test
  void aRowOfAnEarlierOffsetMakesAllOfItAnew() throws Exception {
    try (LiveBed bed = bed(HOURLY)) {
      bed.send(0, order("00:10", "1.00"));
      bed.commit();
      Table silver = bed.silver();
      DataFile first =
          SnapshotChanges.builderFor(silver).build().addedDataFiles().iterator().next();
      bed.send(0, order("09:00", "2.00"));
      bed.commit();
      silver.refresh();
      silver.newDelete().deleteFile(first).commit();
      bed.keeper().catchUp();
      assertThat(revenue(bed)).containsExactly("09:00|AT|1|2.00|false");
      silver.newAppend().appendFile(first).commit();

      assertThat(bed.keeper().catchUp().way()).isEqualTo(Way.REBUILT);
      assertThat(revenue(bed)).containsExactly("00:00|AT|1|1.00|false", "09:00|AT|1|2.00|false");
      assertThat(bed.said("late-rows")).isEqualTo("0");
    }
  }

  @Test
  void manyCommitsBehindIsOneStepMore() throws Exception {
    try (LiveBed bed = bed(HOURLY)) {
      bed.send(0, order("00:10", "1.00")).follow();
      for (int i = 1; i < 6; i++) {
        bed.send(0, order("00:1" + i, "0.10"));
        bed.commit();
      }
      bed.restart();

      assertThat(bed.keeper().catchUp()).isEqualTo(new Kept(Way.FOLLOWED, 5, 1));
      assertThat(bed.keeper().catchUp()).isEqualTo(Kept.NOTHING);
      assertThat(revenue(bed)).containsExactly("00:00|AT|6|1.50|false");
    }
  }

  private static int snapshots(Table table) {
    int[] count = {0};
    table.snapshots().forEach(snapshot -> count[0]++);
    return count[0];
  }

  @Test
  void whatMakesNoDifferenceMakesNoSnapshot() throws Exception {
    try (LiveBed bed = bed(HOURLY)) {
      bed.send(0, order("00:10", "1.00")).follow();
      int snapshots = snapshots(bed.live());
      // A row that does not count, one that is too late, and no row at all.
      String open = order("09:00", "2.00").replace("paid", "open");
      assertThat(bed.send(0, open).follow()).isEqualTo(new Kept(Way.UNCHANGED, 1, 0));
      assertThat(bed.send(0, order("00:20", "4.00")).follow())
          .isEqualTo(new Kept(Way.UNCHANGED, 1, 0));
      bed.silver().newAppend().commit();
      assertThat(bed.keeper().catchUp()).isEqualTo(Kept.NOTHING);
      assertThat(snapshots(bed.live())).isEqualTo(snapshots);
      assertThat(bed.said("late-rows")).isEqualTo("0");

      // The next commit says all of it.
      assertThat(bed.send(0, order("09:10", "8.00")).follow())
          .isEqualTo(new Kept(Way.FOLLOWED, 1, 2));
      assertThat(snapshots(bed.live())).isEqualTo(snapshots + 1);
      assertThat(bed.said("late-rows")).isEqualTo("1");
      assertThat(bed.said("silver-snapshot"))
          .isEqualTo(Long.toString(bed.silver().currentSnapshot().snapshotId()));
      assertThat(bed.keeper().rebuild(Keeper.Mode.DRY_RUN).way()).isEqualTo(Way.UNCHANGED);
    }
  }

  @Test
  void aRestartReadsAgainWhatIsNotSaidAndTheEndSaysIt() throws Exception {
    try (LiveBed bed = bed(HOURLY)) {
      bed.send(0, order("00:10", "1.00")).follow();
      int snapshots = snapshots(bed.live());
      String open = order("09:00", "2.00").replace("paid", "open");
      bed.send(0, open).follow();
      bed.send(0, order("00:20", "4.00")).follow();
      bed.restart();
      assertThat(bed.keeper().catchUp()).isEqualTo(new Kept(Way.UNCHANGED, 2, 0));
      assertThat(bed.keeper().catchUp()).isEqualTo(Kept.NOTHING);
      assertThat(snapshots(bed.live())).isEqualTo(snapshots);
      bed.keeper().finish();
      bed.keeper().finish();
      assertThat(snapshots(bed.live())).isEqualTo(snapshots + 1);
      assertThat(bed.said("late-rows")).isEqualTo("1");
      bed.restart();
      assertThat(bed.keeper().catchUp()).isEqualTo(Kept.NOTHING);
    }
  }

  @Test
  void noMoreIsUnsaidThanIsSoonReadAgain() throws Exception {
    try (LiveBed bed = bed(HOURLY)) {
      bed.send(0, order("00:10", "1.00")).follow();
      int snapshots = snapshots(bed.live());
      Keeper keeper = bed.keeper(bed.following(), 3);
      for (int i = 0; i < 6; i++) {
        bed.send(0, order("00:20", "2.00").replace("paid", "open")).commit();
        keeper.catchUp();
      }
      assertThat(snapshots(bed.live())).isEqualTo(snapshots + 2);
      bed.restart();
      assertThat(bed.keeper().catchUp()).isEqualTo(Kept.NOTHING);
    }
  }

  @Test
  void saysHowFarItIsBehindSilver() throws Exception {
    try (LiveBed bed = bed(HOURLY)) {
      String table = "live.revenue";
      assertThat(bed.standing(bed.following())).isEqualTo(new Standing(table, 0, 0L, null));
      bed.send(0, order("00:10", "1.00")).commit();
      assertThat(bed.standing(bed.following())).isEqualTo(new Standing(table, 0, null, null));
      bed.keeper().catchUp();
      assertThat(bed.standing(bed.following())).isEqualTo(new Standing(table, 1, 0L, null));

      bed.send(0, order("03:10", "1.00").replace("paid", "open")).commit();
      Instant first = Instant.ofEpochMilli(bed.silver().currentSnapshot().timestampMillis());
      bed.send(0, order("03:10", "1.00").replace("paid", "open")).commit();
      assertThat(bed.standing(bed.following())).isEqualTo(new Standing(table, 1, 2L, first));
      // Taken up, although no snapshot of it says so.
      bed.keeper().catchUp();
      assertThat(bed.standing(bed.following())).isEqualTo(new Standing(table, 1, 0L, null));
      bed.send(0, order("03:20", "1.00")).commit();
      assertThat(bed.standing(bed.following()).behindCommits()).isEqualTo(1);
      bed.redeclare(LiveBed.live(HOUR, HOUR, LiveBed.MERGE, null, null));
      assertThat(bed.standing(bed.following()).behindCommits()).isNull();
    }
  }
}
