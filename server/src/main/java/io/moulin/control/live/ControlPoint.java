package io.moulin.control.live;

import java.time.Duration;

/** What other processes may ask of the one that owns a project. */
public interface ControlPoint {

  /** How all is. */
  LiveStatus status();

  /** Reads the manifests again and starts anew the jobs of those that changed. */
  ApplyReport apply();

  /**
   * Stops all jobs in order, and then the process.
   *
   * @param patience how long the last commits may take
   * @return how all was at the end
   */
  LiveStatus stop(Duration patience);
}
