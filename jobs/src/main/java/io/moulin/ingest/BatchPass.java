package io.moulin.ingest;

import io.moulin.commit.Committable;
import io.moulin.commit.PartitionRange;
import io.moulin.commit.Tally;
import io.moulin.decode.Undecodable;
import io.moulin.duck.Duck;
import io.moulin.ingest.crash.Span;
import io.moulin.parquet.ParquetOut;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.TableSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The pass over one batch of records: from staged rows to the files of every table, with every row
 * counted where it ended.
 */
final class BatchPass {
  private final DatasetSpec dataset;
  private final Staging staging;
  private final Memories memories;
  private final RowPass rows;
  private final Map<Integer, long[]> ranges = new TreeMap<>();

  /** The range of {@link #partition}, which is that of the record before. */
  private long @Nullable [] range;

  private int partition;
  private long consumed;

  BatchPass(
      DatasetSpec dataset,
      Duck duck,
      Staging staging,
      Map<Layer, ParquetOut> outputs,
      Memories memories)
      throws SQLException {
    this.dataset = dataset;
    this.staging = staging;
    this.memories = memories;
    IngestSql sql = new IngestSql(dataset);
    rows = new RowPass(dataset, sql, duck, outputs, memories::of);
    for (String statement : sql.prepare()) {
      duck.run(statement);
    }
    duck.run(Staging.prepareDead());
  }

  /** Takes the next record; returns the reason when it is a dead letter. */
  @Nullable Undecodable add(RawRecord record) throws SQLException, IOException {
    count(record);
    return staging.add(record);
  }

  /** Takes the next record as a dead letter, for this reason. */
  Undecodable refuse(RawRecord record, Undecodable reason) throws SQLException, IOException {
    count(record);
    staging.refuse(record, reason);
    return reason;
  }

  private void count(RawRecord record) throws SQLException, IOException {
    memories.meet(record);
    if (range == null || partition != record.partition) {
      partition = record.partition;
      range = ranges.computeIfAbsent(partition, p -> new long[] {record.offset, record.offset});
    }
    range[1] = record.offset + 1;
    consumed++;
  }

  /** The records that were added. */
  List<Span> spans() {
    return ranges.entrySet().stream()
        .map(entry -> new Span(entry.getKey(), entry.getValue()[0], entry.getValue()[1]))
        .toList();
  }

  long consumed() {
    return consumed;
  }

  /**
   * Writes what was added to files and begins the next batch.
   *
   * @param name begins the names of the files
   */
  Committable finish(Path folder, String name, Instant now) throws SQLException, IOException {
    staging.seal();
    rows.begin();
    String at = now.toString();
    if (staging.rowCount() > 0) {
      rows.check();
      rows.judge();
      for (TableSpec table : dataset.tables()) {
        if (table.layer() != Layer.DEAD_LETTERS) {
          rows.write(table.layer(), folder, name, at);
        }
      }
    }
    if (staging.deadCount() > 0) {
      rows.write(Layer.DEAD_LETTERS, Staging.deadRows(dataset, at), folder, name);
    }
    Tally tally = rows.tally(consumed, rows.rows(Layer.DEAD_LETTERS), rows.rows(Layer.BRONZE));
    Committable made = new Committable(rows.files(), closedRanges(), tally);
    staging.clear();
    ranges.clear();
    range = null;
    consumed = 0;
    return made;
  }

  private Map<Integer, PartitionRange> closedRanges() {
    Map<Integer, PartitionRange> closed = new TreeMap<>();
    ranges.forEach(
        (partition, range) ->
            closed.put(partition, memories.of(partition).range(range[0], range[1])));
    return closed;
  }
}
