package io.moulin.control.mend;

import io.moulin.follow.Following;
import io.moulin.follow.Kept;

/**
 * What was done with a table that follows silver.
 *
 * @param table its full name
 * @param changed whether it changes the table
 * @param rows rows of silver that were read for it
 * @param written rows of the table that it writes
 */
public record FollowReport(String dataset, String table, boolean changed, long rows, long written) {
  static FollowReport of(Following following, Kept kept) {
    return new FollowReport(
        following.dataset().name(),
        following.table().fullName(),
        kept.way() != Kept.Way.UNCHANGED,
        kept.rows(),
        kept.written());
  }
}
