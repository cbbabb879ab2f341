package io.moulin.ingest;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.job.Watermark;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.RuleSpec.Otherwise;
import io.moulin.spec.TimeSpec;
import io.moulin.spec.TimeSpec.LatenessSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What event time does to rows. Every record here is of {@link IngestBed#NOW}, noon in UTC. */
class EventTimeTest {
  private static final LatenessSpec HOUR =
      new LatenessSpec(Duration.ofHours(1), TimeSpec.Then.FLAG);
  private static final String LATE = "ts, is_late_arrival";

  @TempDir Path folder;

  @Test
  void aRowBehindTheWatermarkByMoreThanIsAllowedIsFlaggedAndNotLost() throws Exception {
    DatasetSpec dataset =
        new TestDatasets()
            .column("ts", "timestamp")
            .time("ts", ZoneOffset.UTC, Duration.ofMinutes(5), HOUR, Duration.ofHours(1))
            .build();
    try (IngestBed bed = new IngestBed(folder, dataset)) {
      send(bed, "2024-06-01T12:00:00", "2024-06-01T10:55:00", "2024-06-01T10:54:59.999999");
      bed.commit();
      assertThat(bed.rows(Layer.SILVER, LATE))
          .containsExactlyInAnyOrder(
              "2024-06-01 12:00:00|false",
              "2024-06-01 10:55:00|false",
              "2024-06-01 10:54:59.999999|true");
      assertThat(bed.balance().problems()).isEmpty();
      assertThat(bed.balance().total().lateFlagged()).isEqualTo(1);
      TimeSpec time = requireNonNull(dataset.time());
      assertThat(Watermark.of(time, bed.balance().positions(), IngestBed.NOW).at())
          .isEqualTo(Instant.parse("2024-06-01T11:55:00Z"));
    }
  }

  @Test
  void oneRowOfTheFutureDoesNotMakeLaterRowsLate() throws Exception {
    DatasetSpec dataset =
        new TestDatasets()
            .column("ts", "timestamp")
            .time("ts", ZoneOffset.UTC, Duration.ofMinutes(5), HOUR, Duration.ofHours(1))
            .build();
    try (IngestBed bed = new IngestBed(folder, dataset)) {
      send(bed, "2024-06-01T12:00:00", "9999-12-31T23:59:59", "2024-06-01T13:00:00.000001");
      send(bed, "2024-06-01T11:59:00");
      bed.commit();
      bed.restart();
      send(bed, "2024-06-01T11:58:00", "2024-06-01T13:00:00", "2024-06-01T11:55:00");
      bed.commit();
      assertThat(bed.rows(Layer.SILVER, LATE))
          .containsExactlyInAnyOrder(
              "2024-06-01 12:00:00|false",
              "2024-06-01 11:59:00|false",
              "2024-06-01 11:58:00|false",
              "2024-06-01 13:00:00|false",
              "2024-06-01 11:55:00|false");
      assertThat(bed.rows(Layer.QUARANTINE, "ts, _reason"))
          .containsExactlyInAnyOrder(
              "9999-12-31 23:59:59|TIME_IN_FUTURE", "2024-06-01 13:00:00.000001|TIME_IN_FUTURE");
      assertThat(bed.balance().problems()).isEmpty();
    }
  }

  @Test
  void aRecordWithoutATimeOfItsOwnSaysNothingAboutTheFuture() throws Exception {
    DatasetSpec dataset =
        new TestDatasets()
            .column("ts", "timestamp")
            .time("ts", ZoneOffset.UTC, Duration.ofMinutes(5), HOUR, Duration.ofHours(1))
            .build();
    try (IngestBed bed = new IngestBed(folder, dataset)) {
      byte[] payload = "{\"ts\":\"2024-06-01T12:00:00\"}".getBytes(StandardCharsets.UTF_8);
      bed.send(0, -1, payload).send(0, 0, payload).commit();
      assertThat(bed.balance().total().silver()).isEqualTo(1);
      assertThat(bed.balance().total().reasons()).containsEntry("TIME_IN_FUTURE", 1L);
    }
  }

  @Test
  void whatIsNotInSilverDoesNotMoveTheWatermark() throws Exception {
    DatasetSpec dataset =
        new TestDatasets()
            .column("ts", "timestamp")
            .column("id", "long")
            .rule("POSITIVE", "id > 0", Otherwise.QUARANTINE)
            .rule("SMALL", "id < 100", Otherwise.FILTER)
            .dedup(Duration.ofHours(1), "id")
            .time("ts", ZoneOffset.UTC, Duration.ZERO, HOUR, null)
            .build();
    try (IngestBed bed = new IngestBed(folder, dataset)) {
      bed.send(
              0,
              "{\"id\":1,\"ts\":\"2024-06-01T12:00:00\"}",
              "{\"id\":-1,\"ts\":\"2030-06-01T12:00:00\"}",
              "{\"id\":\"?\",\"ts\":\"2030-06-01T12:00:00\"}",
              "{\"id\":100,\"ts\":\"2030-06-01T12:00:00\"}",
              "{\"id\":1,\"ts\":\"2030-06-01T12:00:00\"}",
              "{\"id\":2,\"ts\":null}",
              "{\"id\":3,\"ts\":\"2024-06-01T11:00:00\"}",
              "{\"id\":4,\"ts\":\"2024-06-01T10:59:59\"}")
          .commit();
      assertThat(bed.rows(Layer.SILVER, "id, is_late_arrival"))
          .containsExactlyInAnyOrder("1|false", "2|false", "3|false", "4|true");
      assertThat(bed.balance().problems()).isEmpty();
    }
  }

  @Test
  void aClockThatIsPutForwardOrBackMakesNoRowLateAndHidesNone() throws Exception {
    ZoneId berlin = ZoneId.of("Europe/Berlin");
    LatenessSpec ninety = new LatenessSpec(Duration.ofMinutes(90), TimeSpec.Then.FLAG);
    for (String type : List.of("timestamp", "timestamptz")) {
      DatasetSpec dataset =
          new TestDatasets()
              .column("ts", type)
              .time("ts", berlin, Duration.ZERO, ninety, null)
              .build();
      try (IngestBed bed = new IngestBed(folder.resolve(type), dataset)) {
        // In March 02:00 is 03:00: 03:20 comes only 81 minutes after 00:59.
        send(bed, "2024-03-31T03:20:00", "2024-03-31T00:59:00", "2024-03-31T00:49:59");
        bed.commit();
        // In October 03:00 is 02:00 once more: 03:00 comes 121 minutes after 01:59.
        send(bed, "2024-10-27T03:00:00", "2024-10-27T01:59:00");
        bed.commit();
        String local = type.equals("timestamp") ? "ts" : "timezone('Europe/Berlin', ts)";
        assertThat(bed.rows(Layer.SILVER, local + ", is_late_arrival"))
            .as(type)
            .containsExactlyInAnyOrder(
                "2024-03-31 03:20:00|false",
                "2024-03-31 00:59:00|false",
                "2024-03-31 00:49:59|true",
                "2024-10-27 03:00:00|false",
                "2024-10-27 01:59:00|true");
      }
    }
  }

  @Test
  void theFutureIsJudgedInTheDeclaredZone() throws Exception {
    for (String zone : List.of("+02:00", "Europe/Berlin")) {
      DatasetSpec dataset =
          new TestDatasets()
              .column("ts", "timestamp")
              .time("ts", ZoneId.of(zone), Duration.ZERO, HOUR, Duration.ofHours(1))
              .build();
      try (IngestBed bed = new IngestBed(folder.resolve(zone.substring(1)), dataset)) {
        send(bed, "2024-06-01T15:00:00", "2024-06-01T15:00:01");
        bed.commit();
        assertThat(bed.rows(Layer.SILVER, "ts")).as(zone).containsExactly("2024-06-01 15:00:00");
        assertThat(bed.rows(Layer.QUARANTINE, "ts, _reason"))
            .as(zone)
            .containsExactly("2024-06-01 15:00:01|TIME_IN_FUTURE");
      }
    }
  }

  @Test
  void timesBefore1970AreTimesLikeAnyOther() throws Exception {
    DatasetSpec dataset =
        new TestDatasets()
            .column("ts", "timestamp")
            .time("ts", ZoneOffset.UTC, Duration.ZERO, HOUR, Duration.ofHours(1))
            .build();
    try (IngestBed bed = new IngestBed(folder, dataset)) {
      send(bed, "0001-01-01T00:00:00", "1969-07-20T20:17:00");
      bed.commit();
      bed.restart();
      send(bed, "1969-07-20T19:17:00", "1969-07-20T19:16:59.999999", "1970-01-01T00:00:00");
      bed.commit();
      assertThat(bed.rows(Layer.SILVER, LATE))
          .containsExactlyInAnyOrder(
              "0001-01-01 00:00:00|false",
              "1969-07-20 20:17:00|false",
              "1969-07-20 19:17:00|false",
              "1969-07-20 19:16:59.999999|true",
              "1970-01-01 00:00:00|false");
    }
  }

  @Test
  void aSilentPartitionStallsNothing() throws Exception {
    DatasetSpec dataset =
        new TestDatasets()
            .column("ts", "timestamp")
            .time("ts", Duration.ofMinutes(5), HOUR)
            .build();
    try (IngestBed bed = new IngestBed(folder, dataset)) {
      long now = IngestBed.NOW.toEpochMilli();
      bed.send(0, now - 31_000, bytes("2024-06-01T09:00:00"));
      bed.send(1, now - 30_000, bytes("2024-06-01T11:00:00"));
      bed.send(2, now, bytes("2024-06-01T12:00:00"));
      bed.commit();
      TimeSpec time = requireNonNull(dataset.time());
      Watermark watermark = Watermark.of(time, bed.balance().positions(), IngestBed.NOW);
      assertThat(watermark.at()).isEqualTo(Instant.parse("2024-06-01T10:55:00Z"));
      assertThat(watermark.heldBackBy()).isEqualTo(1);
    }
  }

  private static void send(IngestBed bed, String... times) throws Exception {
    for (String time : times) {
      bed.send(0, IngestBed.NOW.toEpochMilli(), bytes(time));
    }
  }

  private static byte[] bytes(String time) {
    return "{\"ts\":\"%s\"}".formatted(time).getBytes(StandardCharsets.UTF_8);
  }
}
