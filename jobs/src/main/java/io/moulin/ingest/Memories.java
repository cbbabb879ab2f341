package io.moulin.ingest;

import io.moulin.commit.PartitionRange;
import io.moulin.ingest.keys.KeyMemory;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DedupSpec;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The memory of every partition that this subtask reads. A partition's memory is made when its
 * first record comes: only then is it known who reads it. Keys that are looked for across the topic
 * are one memory, and one subtask reads all partitions.
 */
final class Memories {
  private final DatasetSpec dataset;
  private final Map<Integer, PartitionRange> positions;
  private final SilverKeys silver;
  private final Map<Integer, PartitionMemory> byPartition = new HashMap<>();
  private final List<KeyMemory> keys = new ArrayList<>();

  /**
   * @param positions where the last commit ended, by partition
   */
  Memories(DatasetSpec dataset, Map<Integer, PartitionRange> positions, SilverKeys silver) {
    this.dataset = dataset;
    this.positions = Map.copyOf(positions);
    this.silver = silver;
  }

  /** Sees to it that the memory of the record's partition is there. */
  void meet(RawRecord record) throws SQLException, IOException {
    if (byPartition.containsKey(record.partition)) {
      return;
    }
    PartitionRange last = positions.get(record.partition);
    KeyMemory known = dataset.dedup() == null ? null : keys(dataset.dedup(), record);
    byPartition.put(record.partition, new PartitionMemory(dataset, record.partition, last, known));
  }

  private KeyMemory keys(DedupSpec dedup, RawRecord record) throws SQLException, IOException {
    boolean shared = dedup.across() == DedupSpec.Across.TOPIC;
    if (shared && !keys.isEmpty()) {
      return keys.get(0);
    }
    Map<Integer, PartitionRange> read = new HashMap<>(positions);
    if (!shared) {
      read.keySet().retainAll(Set.of(record.partition));
    }
    int partitions = shared ? dataset.source().partitions() : 1;
    KeyMemory memory = new KeyMemory(PartitionMemory.micros(dedup.within()), partitions);
    read.forEach(
        (partition, range) -> {
          if (range.maxRecordTime() != null) {
            memory.tick(partition, range.maxRecordTime());
          }
        });
    if (!read.isEmpty()) {
      // A ledger of before it kept record times: what comes next is the only clock there is.
      long since =
          memory.timeless()
              ? TimeUnit.MILLISECONDS.toMicros(record.recordTime)
                  - PartitionMemory.micros(dedup.within())
              : memory.since();
      silver.load(shared ? null : record.partition, since, memory);
    }
    keys.add(memory);
    return memory;
  }

  PartitionMemory of(int partition) {
    @Nullable PartitionMemory memory = byPartition.get(partition);
    if (memory == null) {
      throw new IllegalStateException(
          "Cannot judge a row: nothing of partition " + partition + " was read");
    }
    return memory;
  }

  /** Keys that are remembered. */
  long keys() {
    return keys.stream().mapToLong(KeyMemory::size).sum();
  }

  /** Bytes of heap that the keys take. */
  long keyBytes() {
    return keys.stream().mapToLong(KeyMemory::bytes).sum();
  }
}
