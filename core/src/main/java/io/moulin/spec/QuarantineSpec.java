package io.moulin.spec;

import java.io.Serializable;
import java.time.Duration;

/**
 * How many rows may be quarantined before somebody has to know.
 *
 * @param maxRate part of the rows, from 0 to 1
 * @param over how long rows are counted, by the time of their commits
 */
public record QuarantineSpec(double maxRate, Duration over, Then then) implements Serializable {

  /** What happens when more are. */
  public enum Then {
    /** The job says so and goes on. */
    ALERT,
    /** The job ends, once it has committed what it has. */
    STOP
  }
}
