package io.moulin.commit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TallyTest {
  private static final Tally TALLY =
      new Tally(20, 1, 19, 3, Map.of("A", 2L, "B", 1L), 4, 2, 1, 2, 1, 8);

  @Test
  void aTallyBalancesWhenEveryRowHasOnePlace() {
    assertThat(TALLY.balanced()).isTrue();
    assertThat(TALLY.plus(TALLY).balanced()).isTrue();
    assertThat(TALLY.plus(TALLY).lateDropped()).isEqualTo(4);
    assertThat(TALLY.plus(TALLY).lateFlagged()).isEqualTo(4);
    assertThat(new Tally(1, 0, 1, 0, Map.of(), 0, 0, 0, 1, 0, 0).balanced()).isTrue();
    assertThat(new Tally(1, 0, 1, 0, Map.of(), 0, 0, 0, 0, 0, 0).balanced()).isFalse();
    assertThat(new Tally(1, 0, 1, 0, Map.of(), 1, 1, 0, 0, 0, 0).balanced())
        .as("a flagged row is a row of silver")
        .isFalse();
  }

  @Test
  void aLedgerOfBeforeTheseCountsReadsAsNoneOfThem() {
    Tally read =
        Json.read(
            """
            {"consumed":7,"dead":1,"bronze":6,"quarantine":1,"reasons":{"A":1},"duplicate":1,
             "lateRouted":1,"filtered":1,"silver":2}
            """,
            Tally.class);
    assertThat(read).isEqualTo(new Tally(7, 1, 6, 1, Map.of("A", 1L), 1, 0, 1, 0, 1, 2));
    assertThat(read.balanced()).isTrue();
    assertThat(Json.read(Json.write(TALLY), Tally.class)).isEqualTo(TALLY);
  }
}
