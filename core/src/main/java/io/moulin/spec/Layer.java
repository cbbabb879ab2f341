package io.moulin.spec;

import java.util.Locale;

/** The kinds of table that a dataset has; each is a namespace of the catalog. */
public enum Layer {
  /** Records that could not be decoded: the original bytes and why. */
  DEAD_LETTERS,
  /** Every decoded row as it came. */
  BRONZE,
  /** Rows that violate a rule, as they came, with all reasons. */
  QUARANTINE,
  /** Rows behind the allowed lateness, where those are routed. */
  LATE,
  /** Typed, renamed, derived, checked, deduplicated rows. */
  SILVER,
  /** What silver has said of a key over time, version by version; outside of the books. */
  HISTORY,
  /** Aggregates over windows of silver's event time; outside of the books. */
  LIVE;

  /** The namespace in the catalog, for example {@code dead_letters}. */
  public String namespace() {
    return name().toLowerCase(Locale.ROOT);
  }
}
