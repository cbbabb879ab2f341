package io.moulin.follow;

import java.time.Duration;

/**
 * How far silver was taken up without a difference to the table, which its snapshots do not say
 * yet.
 *
 * @param over id of the table's snapshot that it is true of
 * @param mark what the next commit says, if silver stays as it is
 * @param rows of silver that a restart would read again
 */
record Unsaid(long over, FollowMark mark, long rows) {

  /**
   * How much may be unsaid, so that a restart has little to read again, and the snapshot of silver
   * that the table names is not one that was expired in the meantime.
   *
   * @param rows most rows of silver
   * @param time longest time between the commits to silver
   */
  record Patience(long rows, Duration time) {
    static final Patience USUAL = new Patience(1_000_000, Duration.ofMinutes(10));
    static final Patience NONE = new Patience(0, Duration.ZERO);

    boolean isOver(long unsaidRows, Duration age) {
      return unsaidRows >= rows || age.compareTo(time) >= 0;
    }
  }
}
