package io.moulin.ingest.keys;

import java.util.HashMap;
import java.util.Map;

/**
 * The keys that dedup remembers, of one partition or of a whole topic, and the clock by which it
 * forgets them: the greatest record time so far. Of several partitions the clock of the slowest
 * counts, because one that is read later has its records still to come; but one that is behind the
 * fastest by more than twice the time to live does not keep the others' keys for ever.
 */
public final class KeyMemory {
  private static final int MOST_BEHIND = 2;

  private final SeenKeys keys;
  private final long withinMicros;
  private final int partitions;
  private final Map<Integer, Long> clocks = new HashMap<>();
  private long slowest = Long.MIN_VALUE;
  private long newest = Long.MIN_VALUE;

  /**
   * @param withinMicros how long a key is remembered, in microseconds of record time
   * @param partitions how many there are; one that was not heard of yet is behind all others
   */
  public KeyMemory(long withinMicros, int partitions) {
    this.withinMicros = withinMicros;
    this.partitions = partitions;
    keys = new SeenKeys(withinMicros);
  }

  /** Puts the clock of a partition forward. */
  public void tick(int partition, long recordMicros) {
    Long last = clocks.get(partition);
    if (last != null && recordMicros <= last) {
      return;
    }
    clocks.put(partition, recordMicros);
    newest = Math.max(newest, recordMicros);
    if (clocks.size() >= partitions && (last == null || last == slowest)) {
      slowest = clocks.values().stream().mapToLong(Long::longValue).min().orElse(recordMicros);
    }
    keys.advance(clock());
  }

  private long clock() {
    return Math.max(slowest, newest - MOST_BEHIND * withinMicros);
  }

  /** Keys of records before it are forgotten, in microseconds since 1970. */
  public long since() {
    return clock() - withinMicros;
  }

  /** Whether no clock runs yet. */
  public boolean timeless() {
    return clocks.isEmpty();
  }

  /** See {@link SeenKeys#add}. */
  public boolean add(long high, long low, long recordMicros) {
    return keys.add(high, low, recordMicros);
  }

  /** See {@link SeenKeys#contains}. */
  public boolean contains(long high, long low, long recordMicros) {
    return keys.contains(high, low, recordMicros);
  }

  /** See {@link SeenKeys#remember}. */
  public void remember(long high, long low, long recordMicros) {
    keys.remember(high, low, recordMicros);
  }

  public long size() {
    return keys.size();
  }

  public long bytes() {
    return keys.bytes();
  }
}
