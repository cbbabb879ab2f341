package io.moulin.ingest;

import io.moulin.ingest.PartitionMemory.Mark;
import java.util.function.IntFunction;
import org.duckdb.DuckDBDataChunkReader;
import org.duckdb.DuckDBReadableVector;

/**
 * A chunk of rows that nothing speaks against, with the columns of {@link IngestSql#candidates}.
 */
final class Candidates {
  private final DuckDBDataChunkReader chunk;
  private final DuckDBReadableVector rows;
  private final DuckDBReadableVector partitions;
  private final DuckDBReadableVector high;
  private final DuckDBReadableVector low;
  private final DuckDBReadableVector recordMicros;
  private final DuckDBReadableVector eventMicros;
  private final boolean again;

  /**
   * @param again whether the rows that stay in the tables have a say
   */
  Candidates(DuckDBDataChunkReader chunk, boolean again) {
    this.chunk = chunk;
    this.again = again;
    rows = chunk.vector(0);
    partitions = chunk.vector(1);
    high = chunk.vector(2);
    low = chunk.vector(3);
    recordMicros = chunk.vector(4);
    eventMicros = chunk.vector(5);
  }

  /** The position of a row within its batch. */
  int row(long row) {
    return rows.getInt(row);
  }

  /** Judges the next row by what its partition remembers. */
  Mark judge(long row, IntFunction<PartitionMemory> memories) {
    PartitionMemory memory = memories.apply(partitions.getInt(row));
    if (again && kept(row, memory)) {
      return Mark.DUPLICATE;
    }
    Long event = eventMicros.isNull(row) ? null : eventMicros.getLong(row);
    return memory.judge(high.getLong(row), low.getLong(row), recordMicros.getLong(row), event);
  }

  /**
   * Whether a row that stays in silver has the key of this one; learns what those before it teach.
   */
  private boolean kept(long row, PartitionMemory memory) {
    DuckDBReadableVector max = chunk.vector(7);
    if (!max.isNull(row)) {
      memory.observe(max.getLong(row));
    }
    return chunk.vector(6).getBoolean(row);
  }
}
