package io.moulin.ingest;

import org.jspecify.annotations.Nullable;

/**
 * One record as the broker gave it. A class with public fields, which Flink passes from the source
 * to the chained operator without copying.
 */
public final class RawRecord {
  public int partition;
  public long offset;

  /** Milliseconds since 1970. */
  public long recordTime;

  public byte @Nullable [] key;
  public byte @Nullable [] value;

  public RawRecord() {}

  public RawRecord(
      int partition, long offset, long recordTime, byte @Nullable [] key, byte @Nullable [] value) {
    this.partition = partition;
    this.offset = offset;
    this.recordTime = recordTime;
    this.key = key;
    this.value = value;
  }
}
