package io.moulin.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.verify.Contents.Difference;
import org.junit.jupiter.api.Test;

class ContentsTest {
  private final Contents expected = new Contents();
  private final Contents actual = new Contents();

  @Test
  void equalContentsDoNotDifferInWhateverOrder() {
    expected.add(0, 0, 7);
    expected.add(1, 2_000_000, 8);
    actual.add(1, 2_000_000, 8);
    actual.add(0, 0, 7);
    assertThat(actual.against(expected)).isEqualTo(new Difference(0, 0, 0));
    assertThat(actual.rows()).isEqualTo(2);
  }

  @Test
  void aMissingRowIsLost() {
    expected.add(0, 0, 7);
    expected.add(1, 5000, 7);
    actual.add(0, 0, 7);
    assertThat(actual.against(expected)).isEqualTo(new Difference(1, 0, 0));
  }

  @Test
  void aRowTwiceAndARowTooManyAreDoubled() {
    expected.add(0, 0, 7);
    actual.add(0, 0, 7);
    actual.add(0, 0, 7);
    actual.add(3, 1, 9);
    assertThat(actual.against(expected)).isEqualTo(new Difference(0, 2, 0));
  }

  @Test
  void aRowWithAnotherValueIsChanged() {
    expected.add(0, 0, 7);
    actual.add(0, 0, 8);
    assertThat(actual.against(expected)).isEqualTo(new Difference(0, 0, 1));
  }

  @Test
  void aRowOfAnotherRecordIsBothLostAndTooMany() {
    expected.add(0, 4, 7);
    actual.add(0, 5, 7);
    assertThat(actual.against(expected)).isEqualTo(new Difference(1, 1, 0));
  }
}
