package io.moulin.plan;

import java.util.Locale;

/** What a change does to that which runs and that which is stored. */
public enum Impact {
  /** Nothing else is touched. */
  NONE,
  /** A running job takes it up when it is started again. */
  RESTART,
  /** Stored rows would have to be written again. */
  REWRITE,
  /** Stored values would be gone. */
  DATA_LOSS;

  /** As users see it: {@code data loss}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
