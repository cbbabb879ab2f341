package io.moulin.verify;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The rows of a table, by partition and offset of the record that each came from. */
final class Contents {
  private final Map<Integer, Column> byPartition = new HashMap<>();
  private long rows;

  /** How many rows each record has, and one hash over them. */
  private static final class Column {
    private byte[] count = new byte[1024];
    private long[] hash = new long[1024];

    void add(int offset, long value) {
      if (offset >= count.length) {
        int size = Math.max(offset + 1, count.length + count.length / 2);
        count = Arrays.copyOf(count, size);
        hash = Arrays.copyOf(hash, size);
      }
      if (count[offset] < Byte.MAX_VALUE) {
        count[offset]++;
      }
      hash[offset] += value;
    }
  }

  /**
   * What two tables make of each other.
   *
   * @param lost records that only the expected one has
   * @param doubled rows that only the actual one has
   * @param changed rows that differ
   */
  record Difference(long lost, long doubled, long changed) {}

  /** Takes a row; {@code hash} is one over its columns. */
  void add(int partition, long offset, long hash) {
    byPartition.computeIfAbsent(partition, p -> new Column()).add(Math.toIntExact(offset), hash);
    rows++;
  }

  long rows() {
    return rows;
  }

  /** How this differs from what is expected. */
  Difference against(Contents expected) {
    long lost = 0;
    long doubled = 0;
    long changed = 0;
    Set<Integer> partitions = new TreeSet<>(byPartition.keySet());
    partitions.addAll(expected.byPartition.keySet());
    for (int partition : partitions) {
      Column is = byPartition.getOrDefault(partition, new Column());
      Column should = expected.byPartition.getOrDefault(partition, new Column());
      for (int i = 0; i < Math.max(is.count.length, should.count.length); i++) {
        int has = i < is.count.length ? is.count[i] : 0;
        int due = i < should.count.length ? should.count[i] : 0;
        lost += Math.max(0, due - has);
        doubled += Math.max(0, has - due);
        changed += has > 0 && has == due && is.hash[i] != should.hash[i] ? 1 : 0;
      }
    }
    return new Difference(lost, doubled, changed);
  }
}
