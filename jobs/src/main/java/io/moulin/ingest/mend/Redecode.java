package io.moulin.ingest.mend;

import io.moulin.commit.Tally;
import io.moulin.decode.Decoder;
import io.moulin.decode.Decoders;
import io.moulin.decode.JsonDecoder;
import io.moulin.ingest.IngestSql;
import io.moulin.ingest.PartitionMemory;
import io.moulin.ingest.RawRecord;
import io.moulin.ingest.RowPass;
import io.moulin.ingest.Staging;
import io.moulin.spec.Layer;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * Takes records that the tables do not hold as rows, but whose offsets they have passed: to bronze
 * and on, beside the rows that came after them.
 */
final class Redecode implements AutoCloseable {
  private static final List<Layer> WRITTEN =
      List.of(Layer.BRONZE, Layer.QUARANTINE, Layer.LATE, Layer.SILVER);

  private final Bench bench;
  private final IngestSql sql;
  private final Staging staging;
  private final Decoder ofPatches;
  private final RowPass pass;
  private final Verdicts verdicts;
  private final Stay stay;
  private final Map<Integer, PartitionMemory> memories = new HashMap<>();
  private final Map<Layer, List<String>> files = new EnumMap<>(Layer.class);
  private final Instant now;
  private final Kind kind;
  private Tally tally = Tally.ZERO;

  /** What is to become of the records. */
  enum Kind {
    /** They go to bronze and on; what cannot be decoded is left. */
    MENDED,
    /** They go to bronze and on, or to the dead letters. */
    MISSED,
    /** They go to bronze or the dead letters, where they were; beyond bronze they still are. */
    RESTORED
  }

  Redecode(Bench bench, Kind kind, Instant now) throws SQLException {
    this.bench = bench;
    this.kind = kind;
    this.now = now;
    sql = new IngestSql(bench.dataset(), IngestSql.Source.RECORDS_AGAIN);
    for (String statement : sql.prepare()) {
      bench.duck().run(statement);
    }
    bench.duck().run(Staging.prepareDead());
    staging = new Staging(bench.duck(), bench.dataset(), Decoders.impatient(bench.dataset()));
    ofPatches = new JsonDecoder(bench.dataset());
    verdicts = new Verdicts(bench);
    stay = new Stay(bench, "TRUE");
    IntFunction<PartitionMemory> fresh = PartitionMemory.fresh(bench.dataset());
    pass =
        new RowPass(
            bench.dataset(),
            sql,
            bench.duck(),
            bench.outputs(),
            partition -> memories.computeIfAbsent(partition, fresh::apply));
  }

  /** Takes records of one partition, in order. */
  void pass(List<RawRecord> records) throws SQLException, IOException {
    pass(records, Set.of());
  }

  /**
   * The same, when patches are in the place of some.
   *
   * @param patched offsets of those: they are JSON, whatever the topic's format
   */
  void pass(List<RawRecord> records, Set<Long> patched) throws SQLException, IOException {
    if (records.isEmpty()) {
      return;
    }
    for (RawRecord record : records) {
      if (patched.contains(record.offset)) {
        staging.add(record, ofPatches);
      } else {
        staging.add(record);
      }
    }
    staging.seal();
    pass.begin();
    String name = bench.name();
    String at = now.toString();
    if (staging.rowCount() > 0 && kind == Kind.RESTORED) {
      pass.write(Layer.BRONZE, bench.folder(), name, at);
    } else if (staging.rowCount() > 0) {
      pass.check();
      stay.say(Set.of(records.get(0).partition), sql);
      pass.judge();
      verdicts.add();
      for (Layer layer : WRITTEN) {
        if (bench.has(layer)) {
          pass.write(layer, bench.folder(), name, at);
        }
      }
    }
    if (staging.deadCount() > 0 && kind != Kind.MENDED) {
      pass.write(Layer.DEAD_LETTERS, Staging.deadRows(bench.dataset(), at), bench.folder(), name);
    }
    pass.files()
        .forEach(
            (layer, made) -> files.computeIfAbsent(layer, l -> new ArrayList<>()).addAll(made));
    long dead = pass.rows(Layer.DEAD_LETTERS);
    long bronze = pass.rows(Layer.BRONZE);
    tally = tally.plus(pass.tally(bronze + dead, dead, bronze));
    staging.clear();
  }

  /** New files of each table. */
  Map<Layer, List<String>> files() {
    return files;
  }

  /** How many rows went where. */
  Map<String, Long> places() {
    return verdicts.places();
  }

  /** The records that were taken, in numbers. */
  Tally tally() {
    return tally;
  }

  @Override
  public void close() throws SQLException {
    staging.close();
  }
}
