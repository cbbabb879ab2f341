package io.moulin.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DataType.Scalar;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DatasetSpec.UnknownFields;
import io.moulin.spec.DeadLetterSpec;
import io.moulin.spec.MoulinException;
import io.moulin.spec.Place;
import io.moulin.spec.QuarantineSpec;
import io.moulin.spec.QuarantineSpec.Then;
import io.moulin.spec.SourceSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QuarantineRateTest {
  private static final Instant NOW = Instant.parse("2024-06-01T12:00:00Z");

  private static DatasetSpec dataset(String name, Then then) {
    Place at = Place.of("datasets/test.yml");
    return new DatasetSpec(
        name,
        "test",
        "",
        new SourceSpec("raw", 1, Duration.ofDays(1), SourceSpec.Format.JSON, null),
        null,
        new DeadLetterSpec("dlq", 1, Duration.ofDays(1), 0),
        new QuarantineSpec(0.05, Duration.ofMinutes(5), then),
        null,
        List.of(
            new ColumnSpec(
                "id", Scalar.LONG, "id", Scalar.LONG, "", false, false, List.of(), null, at)),
        UnknownFields.KEEP,
        List.of(),
        List.of(),
        List.of(),
        null,
        null,
        List.of(),
        List.of(),
        List.of(),
        null,
        List.of(),
        at);
  }

  private static Tally rows(long good, long bad) {
    Tally silver = new Tally(good, 0, good, 0, Map.of(), 0, 0, 0, 0, 0, good);
    return silver.plus(Tally.quarantined(Map.of("BAD", bad)));
  }

  @Test
  void anAlarmRisesAndPasses() {
    QuarantineRate rate = new QuarantineRate(dataset("alarm", Then.ALERT));
    rate.take(rows(10, 10), NOW);
    assertThat(QuarantineRate.alarm("alarm")).as("too few rows to tell").isEmpty();
    rate.take(rows(180, 0), NOW.plusSeconds(1));
    assertThat(QuarantineRate.alarm("alarm")).as("5 % is allowed").isEmpty();
    rate.take(rows(90, 10), NOW.plusSeconds(60));
    assertThat(QuarantineRate.alarm("alarm").orElseThrow())
        .contains("6.7 %", "300 rows of alarm", "5.0 %");
    for (int i = 0; i < 500; i++) {
      rate.take(rows(10, 0), NOW.plusSeconds(60 + i));
    }
    assertThat(QuarantineRate.alarm("alarm")).isEmpty();
  }

  @Test
  void aJobIsStopped() {
    QuarantineRate rate = new QuarantineRate(dataset("stop", Then.STOP));
    rate.take(rows(95, 5), NOW);
    assertThatThrownBy(() -> rate.take(rows(95, 6), NOW.plusSeconds(10)))
        .isInstanceOf(MoulinException.class)
        .satisfies(e -> assertThat(((MoulinException) e).code()).isEqualTo("quarantine-rate"));
    // Later than the time that counts, the bad rows are forgotten.
    rate.take(rows(100, 5), NOW.plusSeconds(400));
  }
}
