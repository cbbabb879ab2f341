package io.moulin.load.trips;

/** What can be wrong with a generated trip that decodes; each kind comes at its own rate. */
public enum TripFault {
  NEGATIVE_TOTAL(50, "TOTAL_NOT_POSITIVE"),
  ZERO_TOTAL(20, "TOTAL_NOT_POSITIVE"),
  NEGATIVE_DISTANCE(20, "DISTANCE_NEGATIVE"),
  DROPOFF_BEFORE_PICKUP(20, "DROPOFF_BEFORE_PICKUP"),
  PASSENGERS_OUT_OF_RANGE(20, "PASSENGERS_OUT_OF_RANGE"),
  /** The pickup time is {@code null}. */
  NULL_PICKUP(20, "NULL_TPEP_PICKUP_DATETIME"),
  /** The pickup time is the text {@code null}. */
  TEXT_NULL_PICKUP(10, "NULL_TPEP_PICKUP_DATETIME"),
  /** The pickup time is text that is no time. */
  BAD_TIME(20, "CAST_TPEP_PICKUP_DATETIME"),
  /** The total is text. */
  TEXT_TOTAL(10, "CAST_TOTAL_AMOUNT"),
  /** The total has a tenth of a cent. */
  TOO_PRECISE_TOTAL(10, "CAST_TOTAL_AMOUNT");

  private final int perTenThousand;
  private final String reason;

  TripFault(int perTenThousand, String reason) {
    this.perTenThousand = perTenThousand;
    this.reason = reason;
  }

  /** How many of ten thousand rows have this fault. */
  public int perTenThousand() {
    return perTenThousand;
  }

  /** The rule of {@code examples/taxi} that such a row violates. */
  public String reason() {
    return reason;
  }
}
