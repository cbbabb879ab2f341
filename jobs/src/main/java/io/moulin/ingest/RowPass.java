package io.moulin.ingest;

import io.moulin.commit.Tally;
import io.moulin.duck.Duck;
import io.moulin.parquet.ParquetOut;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.MoulinException;
import io.moulin.spec.RuleSpec.Otherwise;
import io.moulin.spec.TimeSpec.Then;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.duckdb.DuckDBAppender;

/**
 * The pass over the rows that stand in {@code raw}: judges each and writes it to the files of its
 * table. The counts of the tables are what the written files say, so that the balance of a commit
 * is a check and not a sum of itself.
 */
public final class RowPass {
  private final DatasetSpec dataset;
  private final IngestSql sql;
  private final Duck duck;
  private final Map<Layer, ParquetOut> outputs;
  private final IntFunction<PartitionMemory> memories;

  private final Map<String, Long> reasons = new HashMap<>();
  private Map<Layer, List<String>> files = new EnumMap<>(Layer.class);
  private Map<Layer, Long> rows = new EnumMap<>(Layer.class);
  private Marked marked = new Marked(0, 0, 0, Then.FLAG);
  private long filtered;

  /**
   * @param memories what each partition remembers
   */
  public RowPass(
      DatasetSpec dataset,
      IngestSql sql,
      Duck duck,
      Map<Layer, ParquetOut> outputs,
      IntFunction<PartitionMemory> memories) {
    this.dataset = dataset;
    this.sql = sql;
    this.duck = duck;
    this.outputs = new EnumMap<>(outputs);
    this.memories = memories;
  }

  /** Forgets the pass before. */
  public void begin() {
    files = new EnumMap<>(Layer.class);
    rows = new EnumMap<>(Layer.class);
    reasons.clear();
    marked = new Marked(0, 0, 0, Then.FLAG);
    filtered = 0;
  }

  /** Makes {@code checked}: silver's columns, and what speaks against each row. */
  public void check() throws SQLException {
    duck.run(sql.check());
    refuseFatal();
  }

  /** Decides where every row goes. */
  public void judge() throws SQLException {
    duck.query(sql.reasons(), row -> reasons.put(row.getString(1), row.getLong(2)));
    filtered = filtered();
    marked = mark();
  }

  /** Writes the rows of one table, if any row goes there. */
  public void write(Layer layer, Path folder, String name, String at)
      throws SQLException, IOException {
    boolean any =
        switch (layer) {
          case BRONZE -> true;
          case QUARANTINE -> !reasons.isEmpty();
          case LATE -> marked.routed() > 0;
          case SILVER -> marked.silver() > 0;
          case DEAD_LETTERS, HISTORY, LIVE ->
              throw new IllegalArgumentException("Invalid layer: " + layer);
        };
    if (any) {
      write(layer, sql.rows(layer, at), folder, name);
    }
  }

  /** Writes what {@code query} gives to the files of a table. */
  public void write(Layer layer, String query, Path folder, String name)
      throws SQLException, IOException {
    ParquetOut output = outputs.get(layer);
    if (output == null) {
      throw new IllegalStateException("Cannot write to layer " + layer + ": it has no table");
    }
    String part = name + "-" + layer.namespace();
    ParquetOut.Written written = output.write(duck, query, folder.resolve(part), part);
    files.put(layer, written.files());
    rows.put(layer, written.rows());
  }

  /** What was written, as the JSON of Iceberg's content file parser. */
  public Map<Layer, List<String>> files() {
    return files;
  }

  /** How many rows a table gets, as its files count them. */
  public long rows(Layer layer) {
    return rows.getOrDefault(layer, 0L);
  }

  /** The pass in numbers; what ended in a table is what its files say. */
  public Tally tally(long consumed, long dead, long bronze) {
    return new Tally(
        consumed,
        dead,
        bronze,
        rows(Layer.QUARANTINE),
        reasons,
        marked.duplicates,
        marked.flagged(),
        rows(Layer.LATE),
        marked.dropped(),
        filtered,
        rows(Layer.SILVER));
  }

  private boolean has(Otherwise otherwise) {
    return dataset.rules().stream().anyMatch(rule -> rule.otherwise() == otherwise);
  }

  private void refuseFatal() throws SQLException {
    if (!has(Otherwise.FAIL)) {
      return;
    }
    List<String> first = new ArrayList<>();
    duck.query(
        sql.fatal(),
        row ->
            first.add(
                "Rule %s is violated by the row at partition %d, offset %d of %s"
                    .formatted(
                        row.getString(1),
                        row.getInt(2),
                        row.getLong(3),
                        dataset.source().topic())));
    if (!first.isEmpty()) {
      throw MoulinException.check(
          "rule-violated",
          first.get(0),
          "nothing of the batch was committed; mend the source, or let the rule quarantine instead of fail");
    }
  }

  private long filtered() throws SQLException {
    long[] count = {0};
    if (has(Otherwise.FILTER)) {
      duck.query(sql.filtered(), row -> count[0] = row.getLong(1));
    }
    return count[0];
  }

  /** Goes over the rows in the order of their partitions and marks duplicates and late rows. */
  private Marked mark() throws SQLException {
    duck.run("TRUNCATE " + IngestSql.MARKS);
    long[] counts = new long[3];
    try (DuckDBAppender marks = duck.appender(IngestSql.MARKS)) {
      duck.query(
          sql.candidates(),
          row -> {
            counts[0]++;
            long event = row.getLong(6);
            Long eventMicros = row.wasNull() ? null : event;
            PartitionMemory memory = memories.apply(row.getInt(2));
            PartitionMemory.Mark mark;
            if (sql.again() && kept(row, memory)) {
              mark = PartitionMemory.Mark.DUPLICATE;
            } else {
              mark = memory.judge(row.getLong(3), row.getLong(4), row.getLong(5), eventMicros);
            }
            if (mark == PartitionMemory.Mark.NONE) {
              return;
            }
            boolean late = mark == PartitionMemory.Mark.LATE;
            counts[1] += late ? 0 : 1;
            counts[2] += late ? 1 : 0;
            marks.beginRow().append(row.getInt(1)).append(late).endRow();
          });
      marks.flush();
    }
    return new Marked(counts[0], counts[1], counts[2], IngestSql.late(dataset));
  }

  /**
   * Whether a row that stays in silver has the key of this one; learns what those before it teach.
   */
  private static boolean kept(ResultSet row, PartitionMemory memory) throws SQLException {
    long max = row.getLong(8);
    if (!row.wasNull()) {
      memory.observe(max);
    }
    return row.getBoolean(7);
  }

  /** What dedup and lateness have found, and what becomes of late rows. */
  private record Marked(long candidates, long duplicates, long late, Then then) {
    long flagged() {
      return then == Then.FLAG ? late : 0;
    }

    long routed() {
      return then == Then.ROUTE ? late : 0;
    }

    long dropped() {
      return then == Then.DROP ? late : 0;
    }

    long silver() {
      return candidates - duplicates - routed() - dropped();
    }
  }
}
