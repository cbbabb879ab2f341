package io.moulin.ingest.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.commit.PartitionRange;
import io.moulin.ingest.crash.Poison.Place;
import io.moulin.ingest.crash.Suspects.Batch;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SuspectsTest {
  private static BatchMark mark(Span... spans) {
    return new BatchMark("run", List.of(spans));
  }

  @Test
  void oneDeathIsNotEnough() {
    Suspects once = Suspects.NONE.with(mark(new Span(0, 10, 20)));
    assertThat(once.batches()).noneMatch(Batch::due);
  }

  @Test
  void twoDeathsWithTheSameRecordsAre() {
    Suspects twice =
        Suspects.NONE
            .with(mark(new Span(0, 10, 20), new Span(1, 5, 9)))
            .with(mark(new Span(0, 10, 15)));
    assertThat(twice.batches())
        .containsExactly(new Batch(List.of(new Span(0, 10, 15)), 2))
        .allMatch(Batch::due);
  }

  @Test
  void twoDeathsWithOtherRecordsAreTwoAccidents() {
    Suspects two = Suspects.NONE.with(mark(new Span(0, 10, 20))).with(mark(new Span(1, 10, 20)));
    assertThat(two.batches()).hasSize(2).noneMatch(Batch::due);
  }

  @Test
  void whatIsCommittedIsBeyondSuspicion() {
    Suspects two = Suspects.NONE.with(mark(new Span(0, 10, 20))).with(mark(new Span(1, 10, 20)));
    Suspects left =
        two.beyond(
            Map.of(
                0,
                new PartitionRange(0, 20, null, null),
                1,
                new PartitionRange(0, 15, null, null)));
    assertThat(left.batches()).containsExactly(new Batch(List.of(new Span(1, 15, 20)), 1));
  }

  @Test
  void theVerdictEndsTheSuspicionAndIsRemembered() {
    Suspects twice = Suspects.NONE.with(mark(new Span(0, 10, 20))).with(mark(new Span(0, 10, 20)));
    Suspects judged = twice.judged(twice.batches().get(0), List.of(new Place(0, 13)));
    assertThat(judged.batches()).isEmpty();
    Poison poison = new Poison(judged.poison());
    assertThat(poison.reason(0, 13)).isNotNull();
    assertThat(poison.reason(0, 12)).isNull();
    assertThat(poison.reason(1, 13)).isNull();
    assertThat(judged.beyond(Map.of(0, new PartitionRange(0, 99, null, null))).poison())
        .as("a replay must not die of it again")
        .containsExactly(new Place(0, 13));
  }
}
