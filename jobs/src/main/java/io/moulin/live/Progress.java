package io.moulin.live;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How far the partitions of the topic have come in silver. It is a function of silver's rows, in
 * the order of each partition.
 *
 * @param reached by partition
 * @param late rows that were too late for a window
 * @param timeless rows without an event time, which are in no window
 */
record Progress(Map<Integer, Reached> reached, long late, long timeless) {
  private static final String PARTITIONS = "partitions";
  private static final String LATE = "late-rows";
  private static final String TIMELESS = "rows-without-time";

  static final Progress NONE = new Progress(Map.of(), 0, 0);

  /**
   * How far a partition has come.
   *
   * @param offset of its last row
   * @param newest its greatest event time; null when no row had one
   * @param record the greatest time of its records
   */
  record Reached(long offset, @Nullable Long newest, long record) {
    private Reached and(Reached later) {
      Long other = later.newest;
      Long both = newest == null || (other != null && other > newest) ? other : newest;
      return new Reached(Math.max(offset, later.offset), both, Math.max(record, later.record));
    }
  }

  Progress {
    reached = Map.copyOf(reached);
  }

  /** What the snapshot says; empty when it does not say it. */
  static Optional<Progress> read(Map<String, String> mark) {
    String partitions = mark.get(PARTITIONS);
    if (partitions == null) {
      return Optional.empty();
    }
    Map<Integer, Reached> reached = new HashMap<>();
    for (String entry : partitions.isEmpty() ? List.<String>of() : List.of(partitions.split(","))) {
      String[] parts = entry.split(":", -1);
      if (parts.length < 4) {
        return Optional.empty(); // of a version that did not say it
      }
      reached.put(
          Integer.valueOf(parts[0]),
          new Reached(
              Long.parseLong(parts[1]),
              parts[2].isEmpty() ? null : Long.valueOf(parts[2]),
              Long.parseLong(parts[3])));
    }
    return Optional.of(
        new Progress(
            reached,
            Long.parseLong(mark.getOrDefault(LATE, "0")),
            Long.parseLong(mark.getOrDefault(TIMELESS, "0"))));
  }

  Map<String, String> mark() {
    List<String> entries = new ArrayList<>();
    new TreeMap<>(reached)
        .forEach(
            (partition, at) ->
                entries.add(
                    "%d:%d:%s:%d"
                        .formatted(
                            partition,
                            at.offset(),
                            at.newest() == null ? "" : at.newest(),
                            at.record())));
    return Map.of(
        PARTITIONS,
        String.join(",", entries),
        LATE,
        Long.toString(late),
        TIMELESS,
        Long.toString(timeless));
  }

  /** This and what came after it. */
  Progress and(Progress more) {
    Map<Integer, Reached> both = new HashMap<>(reached);
    more.reached.forEach((partition, at) -> both.merge(partition, at, Reached::and));
    return new Progress(both, late + more.late, timeless + more.timeless);
  }

  /** The greatest event time of all. */
  @Nullable Long newest() {
    Long newest = null;
    for (Reached at : reached.values()) {
      Long its = at.newest();
      newest = newest == null || (its != null && its > newest) ? its : newest;
    }
    return newest;
  }

  /**
   * The greatest event time of the partition that is least far; null when one has none. By the
   * times of records a partition may be left out: they are rows of silver as well, so this too is
   * the same whenever it is asked, which no clock would be.
   *
   * @param partitions how many there are at least
   * @param idle how far the newest record of one may be behind the newest of all; null for however
   *     far
   */
  @Nullable Long slowest(int partitions, @Nullable Long idle) {
    long from = Long.MIN_VALUE;
    if (idle != null) {
      from = reached.values().stream().mapToLong(Reached::record).max().orElse(0) - idle;
    } else if (!IntStream.range(0, partitions).allMatch(reached::containsKey)) {
      return null;
    }
    Long slowest = null;
    for (Reached at : reached.values()) {
      if (at.record() < from) {
        continue;
      }
      Long its = at.newest();
      if (its == null) {
        return null;
      }
      slowest = slowest == null ? its : Long.valueOf(Math.min(slowest, its));
    }
    return slowest;
  }
}
