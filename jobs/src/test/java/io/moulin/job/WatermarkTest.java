package io.moulin.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.commit.PartitionRange;
import io.moulin.job.Watermark.State;
import io.moulin.spec.TimeSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WatermarkTest {
  private static final Instant NOW = Instant.parse("2024-06-01T12:00:00Z");
  private static final TimeSpec TIME =
      new TimeSpec(
          "ts",
          List.of("iso"),
          ZoneOffset.UTC,
          Duration.ofMinutes(5),
          null,
          null,
          Duration.ofSeconds(30));

  @Test
  void theSlowestPartitionHoldsTheWatermarkBack() {
    Watermark watermark =
        Watermark.of(
            TIME,
            Map.of(
                0, range("2024-06-01T11:59:00Z", "2024-06-01T11:59:59Z"),
                1, range("2024-06-01T11:00:00Z", "2024-06-01T11:59:31Z"),
                2, range("2024-06-01T11:30:00Z", "2024-06-01T11:59:31Z")),
            NOW);
    assertThat(watermark.at()).isEqualTo(Instant.parse("2024-06-01T10:55:00Z"));
    assertThat(watermark.heldBackBy()).isEqualTo(1);
    assertThat(watermark.partitions().get(0))
        .isEqualTo(new Watermark.Partition(Instant.parse("2024-06-01T11:54:00Z"), State.ACTIVE));
  }

  @Test
  void aSilentPartitionHoldsNothingBack() {
    Watermark watermark =
        Watermark.of(
            TIME,
            Map.of(
                0, range("2024-06-01T11:59:00Z", "2024-06-01T11:59:59Z"),
                1, range("2024-06-01T11:00:00Z", "2024-06-01T11:59:29Z")),
            NOW);
    assertThat(watermark.at()).isEqualTo(Instant.parse("2024-06-01T11:54:00Z"));
    assertThat(watermark.heldBackBy()).isNull();
    assertThat(watermark.partitions().get(1)).extracting("state").isEqualTo(State.IDLE);
  }

  @Test
  void whenAllIsSilentItIsAsFarAsAnyHasCome() {
    Watermark watermark =
        Watermark.of(
            TIME,
            Map.of(
                0, range("1969-07-20T20:17:00Z", "2024-06-01T11:00:00Z"),
                1, range("1969-07-16T13:32:00Z", "2024-06-01T11:00:00Z")),
            NOW);
    assertThat(watermark.at()).isEqualTo(Instant.parse("1969-07-20T20:12:00Z"));
    assertThat(watermark.heldBackBy()).isNull();
  }

  @Test
  void rowsWithoutEventTimeHoldNothingBack() {
    Watermark watermark =
        Watermark.of(
            TIME,
            Map.of(
                0, range(null, "2024-06-01T11:59:59Z"),
                1, range("2024-06-01T11:00:00Z", "2024-06-01T11:59:59Z")),
            NOW);
    assertThat(watermark.at()).isEqualTo(Instant.parse("2024-06-01T10:55:00Z"));
    assertThat(watermark.heldBackBy()).isNull();
    assertThat(watermark.partitions().get(0))
        .isEqualTo(new Watermark.Partition(null, State.TIMELESS));
    assertThat(Watermark.of(TIME, Map.of(), NOW).at()).isNull();
  }

  @Test
  void aLedgerOfBeforeRecordTimesWereKeptIsIdle() {
    Watermark watermark = Watermark.of(TIME, Map.of(0, new PartitionRange(0, 1, 0L, null)), NOW);
    assertThat(watermark.at()).isEqualTo(Instant.EPOCH.minus(5, ChronoUnit.MINUTES));
    assertThat(watermark.partitions().get(0)).extracting("state").isEqualTo(State.IDLE);
  }

  private static PartitionRange range(@Nullable String event, String record) {
    return new PartitionRange(0, 1, event == null ? null : micros(event), micros(record));
  }

  private static long micros(String instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(instant));
  }
}
