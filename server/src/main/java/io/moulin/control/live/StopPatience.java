package io.moulin.control.live;

import java.time.Duration;

/**
 * How long an orderly stop may take. Whoever waits for all of it waits longer than for its parts,
 * so that no last commit is cut off.
 */
public final class StopPatience {
  /** For the last commits of all jobs, unless somebody asks for another time. */
  public static final Duration LAST_COMMITS = Duration.ofSeconds(60);

  /** For the engine, the broker and the catalog, which stop after the jobs. */
  public static final Duration AFTER_THE_JOBS = Duration.ofSeconds(60);

  /** For all of it. */
  public static final Duration WHOLE = LAST_COMMITS.plus(AFTER_THE_JOBS);

  private StopPatience() {}
}
