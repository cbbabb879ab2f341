package io.moulin.control.live;

import io.moulin.follow.Standing;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a live table or a history has followed silver.
 *
 * @param name its full name
 * @param rows what its newest snapshot says it holds
 * @param behindCommits commits to silver that it has not taken up; null when all of it is made anew
 *     at the next step
 * @param behindSeconds how long ago the first of them was made, 0 when there is none; null when all
 *     of it is made anew
 */
public record FollowedTable(
    String name, long rows, @Nullable Long behindCommits, @Nullable Long behindSeconds) {

  /** How it stands at a moment. */
  public static FollowedTable of(Standing standing, Instant now) {
    Instant since = standing.behindSince();
    Long none = standing.behindCommits() == null ? null : Long.valueOf(0);
    return new FollowedTable(
        standing.table(),
        standing.rows(),
        standing.behindCommits(),
        since == null ? none : Long.valueOf(Math.max(0, Duration.between(since, now).toSeconds())));
  }
}
