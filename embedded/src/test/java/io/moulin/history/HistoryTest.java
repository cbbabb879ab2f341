package io.moulin.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.follow.Keeper;
import io.moulin.follow.Kept;
import io.moulin.follow.Kept.Way;
import io.moulin.spec.Place;
import io.moulin.spec.history.HistorySpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of changes, deletes, late rows and ties, one by one. */
class HistoryTest {
  private static final String DAY = "2024-01-0";

  @TempDir Path folder;

  private HistoryBed bed() throws Exception {
    return new HistoryBed(folder, HistoryBed.users(HistoryBed.changes(4)));
  }

  private static String day(int day) {
    return DAY + day + "T00:00:00";
  }

  private static String at(int day) {
    return DAY + day + " 00:00:00";
  }

  @Test
  void aChangeEndsAVersionAndBeginsAnother() throws Exception {
    try (HistoryBed bed = bed()) {
      bed.send(0, "1 free AT U " + day(1));
      bed.send(0, "2 free DE U " + day(1));
      assertThat(bed.follow().way()).isEqualTo(Way.REBUILT);
      bed.send(0, "1 paid AT U " + day(3));
      assertThat(bed.follow().way()).isEqualTo(Way.FOLLOWED);

      assertThat(bed.versions())
          .containsExactly(
              "1|free|AT|%s|%s|false|1".formatted(at(1), at(3)),
              "1|paid|AT|%s|null|true|2".formatted(at(3)),
              "2|free|DE|%s|null|true|1".formatted(at(1)));
      assertThat(bed.keeper().rebuild(Keeper.Mode.DRY_RUN).way()).isEqualTo(Way.UNCHANGED);
    }
  }

  @Test
  void aRowThatChangesNothingMakesNoVersion() throws Exception {
    try (HistoryBed bed = bed()) {
      bed.send(0, "1 free - U " + day(1)).follow();
      bed.send(0, "1 free - U " + day(2)).follow();
      bed.send(0, "1 free - X " + day(4)).follow();

      assertThat(bed.versions()).containsExactly("1|free|null|%s|null|true|1".formatted(at(1)));
    }
  }

  @Test
  void aLateRowSplitsTheVersionItFallsInto() throws Exception {
    try (HistoryBed bed = bed()) {
      bed.send(0, "1 free AT U " + day(1));
      bed.send(0, "1 free AT U " + day(5));
      bed.send(0, "1 gold AT U " + day(7)).follow();
      // Day 5 has confirmed "free", so that "paid" of day 3 ends there.
      bed.send(1, "1 paid AT U " + day(3)).follow();

      assertThat(bed.versions())
          .containsExactly(
              "1|free|AT|%s|%s|false|1".formatted(at(1), at(3)),
              "1|free|AT|%s|%s|false|3".formatted(at(5), at(7)),
              "1|gold|AT|%s|null|true|4".formatted(at(7)),
              "1|paid|AT|%s|%s|false|2".formatted(at(3), at(5)));
      assertThat(bed.keeper().rebuild(Keeper.Mode.DRY_RUN).way()).isEqualTo(Way.UNCHANGED);
    }
  }

  @Test
  void aDeleteEndsAKeyAndALaterRowBeginsItAnew() throws Exception {
    try (HistoryBed bed = bed()) {
      bed.send(0, "1 free AT U " + day(1)).follow();
      bed.send(0, "1 free AT D " + day(2)).follow();
      assertThat(bed.versions()).containsExactly("1|free|AT|%s|%s|false|1".formatted(at(1), at(2)));
      bed.send(0, "1 free AT U " + day(4)).follow();

      assertThat(bed.versions())
          .containsExactly(
              "1|free|AT|%s|%s|false|1".formatted(at(1), at(2)),
              "1|free|AT|%s|null|true|2".formatted(at(4)));
    }
  }

  @Test
  void aDeleteMayComeBeforeWhatItDeletes() throws Exception {
    try (HistoryBed bed = bed()) {
      bed.send(0, "2 free AT U " + day(1)).follow();
      bed.send(0, "1 free AT D " + day(4)).follow();
      bed.send(0, "1 free AT U " + day(2)).follow();

      assertThat(bed.versions())
          .contains("1|free|AT|%s|%s|false|1".formatted(at(2), at(4)))
          .hasSize(2);
      assertThat(bed.keeper().rebuild(Keeper.Mode.DRY_RUN).way()).isEqualTo(Way.UNCHANGED);
    }
  }

  @Test
  void ofRowsOfOneTimeTheLastOfTheTopicCounts() throws Exception {
    try (HistoryBed bed = bed()) {
      bed.send(1, "1 late AT U " + day(1)).follow();
      bed.send(0, "1 free AT U " + day(1)).follow();
      bed.send(0, "1 paid AT U " + day(1)).follow();

      assertThat(bed.versions()).containsExactly("1|late|AT|%s|null|true|1".formatted(at(1)));
    }
  }

  @Test
  void rowsWithoutKeyOrTimeAreLeftOut() throws Exception {
    try (HistoryBed bed = bed()) {
      bed.send(0, "1 free AT U " + day(1)).follow();
      bed.send(0, "- free AT U " + day(1));
      bed.send(0, "2 free AT U -");
      long before = bed.history().currentSnapshot().snapshotId();

      assertThat(bed.follow()).isEqualTo(new Kept(Way.UNCHANGED, 2, 0));
      assertThat(bed.versions()).hasSize(1);
      assertThat(bed.history().currentSnapshot().snapshotId()).isEqualTo(before);
      assertThat(bed.keeper().catchUp()).isEqualTo(Kept.NOTHING);
    }
  }

  @Test
  void onlyThePartitionsOfTheKeysAreWrittenAnew() throws Exception {
    try (HistoryBed bed = bed()) {
      for (int id = 0; id < 40; id++) {
        bed.send(0, id + " free AT U " + day(1));
      }
      bed.follow();
      assertThat(bed.rows("DISTINCT _bucket")).containsExactly("0", "1", "2", "3");
      bed.send(0, "7 paid AT U " + day(2)).follow();

      Table history = bed.history();
      List<DataFile> added = new ArrayList<>();
      SnapshotChanges.builderFor(history).build().addedDataFiles().forEach(added::add);
      assertThat(added).hasSize(1);
      assertThat(bed.versions()).hasSize(41);
    }
  }

  @Test
  void whatGoesFromSilverGoesFromTheHistory() throws Exception {
    try (HistoryBed bed = bed()) {
      bed.send(0, "1 free AT U " + day(1)).follow();
      bed.send(0, "1 paid AT U " + day(2)).follow();
      Table silver = bed.silver();
      DataFile last = SnapshotChanges.builderFor(silver).build().addedDataFiles().iterator().next();
      silver.newOverwrite().deleteFile(last).commit();

      assertThat(bed.keeper().catchUp().way()).isEqualTo(Way.REBUILT);
      assertThat(bed.versions()).containsExactly("1|free|AT|%s|null|true|1".formatted(at(1)));
    }
  }

  @Test
  void whereTheSnapshotsBetweenAreGoneAllOfItIsMadeAnew() throws Exception {
    try (HistoryBed bed = bed()) {
      bed.send(0, "1 free AT U " + day(1)).follow();
      long followed = bed.silver().currentSnapshot().snapshotId();
      bed.send(0, "1 paid AT U " + day(2)).commit();
      bed.send(0, "1 gold AT U " + day(3)).commit();
      bed.silver().expireSnapshots().expireSnapshotId(followed).commit();

      assertThat(bed.keeper().catchUp().way()).isEqualTo(Way.REBUILT);
      assertThat(bed.versions()).hasSize(3);
    }
  }

  @Test
  void manyStepsBehindIsOneStepMore() throws Exception {
    try (HistoryBed bed = bed()) {
      bed.send(0, "1 free AT U " + day(1)).follow();
      for (int day = 2; day < 8; day++) {
        bed.send(0, "1 plan%d AT U %s".formatted(day, day(day))).commit();
      }
      bed.restart();

      assertThat(bed.keeper().catchUp()).isEqualTo(new Kept(Way.FOLLOWED, 6, 7));
      assertThat(bed.keeper().catchUp()).isEqualTo(Kept.NOTHING);
    }
  }

  @Test
  void anotherDeclarationIsMadeOfAllRows() throws Exception {
    try (HistoryBed bed = bed()) {
      bed.send(0, "1 free AT U " + day(1));
      bed.send(0, "1 free AT D " + day(2)).follow();
      bed.redeclare(
          new HistorySpec(
              List.of("id"),
              List.of("plan", "country"),
              HistorySpec.Mode.CHANGES,
              "ts",
              null,
              8,
              null,
              Place.of("datasets/users.yml")));

      assertThat(bed.keeper().catchUp().way()).isEqualTo(Way.REBUILT);
      assertThat(bed.versions()).containsExactly("1|free|AT|%s|null|true|1".formatted(at(1)));
    }
  }

  @Test
  void rowsWithoutKeyOrTimeAreNoListing() throws Exception {
    try (HistoryBed bed = new HistoryBed(folder, HistoryBed.users(HistoryBed.listings(2)))) {
      bed.send(0, "1 free AT - " + day(1));
      bed.send(0, "2 free AT - " + day(1)).follow();
      List<String> before = bed.versions();

      assertThat(bed.send(0, "- free AT - " + day(2)).follow())
          .isEqualTo(new Kept(Way.UNCHANGED, 1, 0));
      bed.silver().newAppend().commit();
      assertThat(bed.keeper().catchUp()).isEqualTo(Kept.NOTHING);
      assertThat(bed.versions()).isEqualTo(before);
    }
  }

  @Test
  void aKeyThatTheNextListingLacksHasEnded() throws Exception {
    try (HistoryBed bed = new HistoryBed(folder, HistoryBed.users(HistoryBed.listings(2)))) {
      bed.send(0, "1 free AT - " + day(1));
      bed.send(0, "2 free AT - " + day(1)).follow();
      bed.send(0, "1 free AT - " + day(3)).follow();
      bed.send(0, "1 paid AT - " + day(5));
      bed.send(0, "2 free AT - " + day(5)).follow();

      assertThat(bed.versions())
          .containsExactly(
              "1|free|AT|%s|%s|false|1".formatted(at(1), at(5)),
              "1|paid|AT|%s|null|true|2".formatted(at(5)),
              "2|free|AT|%s|%s|false|1".formatted(at(1), at(3)),
              "2|free|AT|%s|null|true|2".formatted(at(5)));
      assertThat(bed.keeper().rebuild(Keeper.Mode.DRY_RUN).way()).isEqualTo(Way.UNCHANGED);
    }
  }
}
