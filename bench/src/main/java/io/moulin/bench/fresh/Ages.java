package io.moulin.bench.fresh;

/** Ages of events in milliseconds, counted by the millisecond up to a minute. */
final class Ages {
  private static final int LONGEST = 60_000;

  private final long[] counts = new long[LONGEST + 1];
  private long total;

  void add(long ageMillis, long events) {
    counts[(int) Math.max(0, Math.min(LONGEST, ageMillis))] += events;
    total += events;
  }

  long total() {
    return total;
  }

  /** The age that {@code share} of all events do not exceed, in milliseconds. */
  long quantile(double share) {
    long wanted = (long) Math.ceil(total * share);
    long passed = 0;
    for (int age = 0; age <= LONGEST; age++) {
      passed += counts[age];
      if (passed >= wanted) {
        return age;
      }
    }
    return LONGEST;
  }
}
