package io.moulin.ingest;

import io.moulin.decode.DecodedColumn;
import io.moulin.decode.DecodedRows;
import io.moulin.duck.Duck;
import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DataType.Scalar;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DatasetTables;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.duckdb.DuckDBDataChunkWriter;
import org.duckdb.DuckDBTableFunction;
import org.duckdb.DuckDBTableFunctionBindInfo;
import org.duckdb.DuckDBTableFunctionCallInfo;
import org.duckdb.DuckDBTableFunctionInitInfo;
import org.jspecify.annotations.Nullable;

/**
 * Decoded rows on their way into {@code batch}: they wait in Java, column by column, until one
 * statement takes many of them through a function of ours that fills the engine's vectors.
 *
 * <p>What waits is bounded far below a batch: {@link #MOST_ROWS} rows, or records of {@link
 * #MOST_BYTES}. The arrays begin small and double up to that; they hold 9 bytes of each value, 4 MB
 * for 27 columns, and are used again. The texts of waiting rows are beside it on the heap.
 *
 * <p>The function reads nothing but these rows, and has none outside of its statement.
 */
final class StagedRows {
  /** Twice as many would save a twentieth of the time, and take twice the heap. */
  static final int MOST_ROWS = 16_384;

  static final long MOST_BYTES = 8_000_000;

  /** Beyond it microseconds do not fit 64 bits, or are no time that the engine can say. */
  private static final long FARTHEST_MILLIS = 9_223_372_000_000_000L;

  /** Two of them in one database need two functions. */
  private static final AtomicLong FUNCTIONS = new AtomicLong();

  private final Duck duck;
  private final DecodedRows decoded;
  private final DecodedColumn numbers = new DecodedColumn();
  private final DecodedColumn partitions = new DecodedColumn();
  private final DecodedColumn offsets = new DecodedColumn();
  private final DecodedColumn recordTimes = new DecodedColumn();
  private final DecodedColumn malformed = new DecodedColumn();
  private final DecodedColumn extra = new DecodedColumn();
  private final List<StagedColumn> columns = new ArrayList<>();
  private final String insert;
  private long bytes;

  StagedRows(Duck duck, DatasetSpec dataset) throws SQLException {
    this.duck = duck;
    decoded = new DecodedRows(dataset.columns().size());
    columns.add(StagedColumn.of(IngestSql.ROW, Scalar.INT, numbers));
    columns.add(StagedColumn.of(DatasetTables.PARTITION, Scalar.INT, partitions));
    columns.add(StagedColumn.of(DatasetTables.OFFSET, Scalar.LONG, offsets));
    columns.add(StagedColumn.of(DatasetTables.RECORD_TIME, Scalar.TIMESTAMPTZ, recordTimes));
    for (int i = 0; i < dataset.columns().size(); i++) {
      ColumnSpec column = dataset.columns().get(i);
      columns.add(StagedColumn.of(column.name(), column.type(), decoded.column(i)));
    }
    columns.add(StagedColumn.of(DatasetTables.MALFORMED, Scalar.STRING, malformed));
    columns.add(StagedColumn.of(DatasetTables.EXTRA, Scalar.STRING, extra));
    String function = "staged_rows_" + FUNCTIONS.incrementAndGet();
    duck.register(function, new Taking());
    insert =
        "INSERT INTO %s SELECT %s FROM %s()"
            .formatted(
                IngestSql.BATCH,
                columns.stream().map(StagedColumn::sql).collect(Collectors.joining(", ")),
                function);
  }

  /** Where the next row is decoded. */
  DecodedRows decoded() {
    return decoded;
  }

  /**
   * Keeps the row that was decoded of {@code record}.
   *
   * @param number its own within the batch
   */
  void keep(RawRecord record, int number) {
    int row = decoded.kept();
    put(numbers, row, number);
    put(partitions, row, record.partition);
    put(offsets, row, record.offset);
    put(recordTimes, row, recordMicros(record));
    put(malformed, row, decoded.malformed());
    put(extra, row, decoded.extra());
    decoded.keep();
    bytes += record.value == null ? 0 : record.value.length;
  }

  private static void put(DecodedColumn column, int row, long value) {
    column.clear(row);
    column.put(row, value);
  }

  private static void put(DecodedColumn column, int row, @Nullable String text) {
    column.clear(row);
    if (text != null) {
      column.put(row, text);
    }
  }

  /** The time of a record, which its producer may have set to anything. */
  static long recordMicros(RawRecord record) {
    return Math.max(-FARTHEST_MILLIS, Math.min(FARTHEST_MILLIS, record.recordTime)) * 1_000;
  }

  boolean full() {
    return decoded.kept() >= MOST_ROWS || bytes >= MOST_BYTES;
  }

  boolean empty() {
    return decoded.kept() == 0;
  }

  /** Moves the rows into {@code batch}. */
  void insert() throws SQLException {
    long arrived = duck.update(insert);
    if (arrived != decoded.kept()) {
      throw new IllegalStateException(
          "Cannot stage rows: %d of %d have arrived".formatted(arrived, decoded.kept()));
    }
    release();
  }

  /** Lets go of the rows. */
  void release() {
    decoded.release();
    malformed.release();
    extra.release();
    bytes = 0;
  }

  /**
   * The function that the engine takes the rows by, a vector at a time. What it throws is the
   * failure of the statement.
   */
  private final class Taking implements DuckDBTableFunction<StagedRows, int[], Object> {
    @Override
    public StagedRows bind(DuckDBTableFunctionBindInfo function) throws SQLException {
      for (StagedColumn column : columns) {
        column.declare(function);
      }
      function.setCardinality(decoded.kept(), true);
      return StagedRows.this;
    }

    /** How many rows were taken. */
    @Override
    public int[] init(DuckDBTableFunctionInitInfo function) {
      function.setMaxThreads(1);
      return new int[1];
    }

    @Override
    public long apply(DuckDBTableFunctionCallInfo call, DuckDBDataChunkWriter chunk) {
      int[] taken = call.getInitData();
      int from = taken[0];
      int count = (int) Math.min(chunk.capacity(), decoded.kept() - from);
      for (int i = 0; count > 0 && i < columns.size(); i++) {
        columns.get(i).fill(chunk.vector(i), from, count);
      }
      taken[0] += count;
      return count;
    }
  }
}
