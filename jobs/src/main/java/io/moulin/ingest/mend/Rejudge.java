package io.moulin.ingest.mend;

import static io.moulin.spec.DatasetTables.EXTRA;
import static io.moulin.spec.DatasetTables.INGESTED_AT;
import static io.moulin.spec.DatasetTables.OFFSET;
import static io.moulin.spec.DatasetTables.PARTITION;
import static io.moulin.spec.DatasetTables.REASONS;
import static io.moulin.spec.DatasetTables.RECORD_TIME;

import io.moulin.commit.Tally;
import io.moulin.ingest.IngestSql;
import io.moulin.ingest.PartitionMemory;
import io.moulin.ingest.RowPass;
import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DatasetSpec.UnknownFields;
import io.moulin.spec.Layer;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Judges rows of a table again, in their {@link Turns}, with the rules of now, and writes them to
 * new files. What becomes of the rows that were in quarantine is in the table {@link Verdicts}.
 */
final class Rejudge {
  private final Bench bench;
  private final IngestSql sql;
  private final RowPass pass;
  private final Patches patches;
  private final Verdicts verdicts;
  private final @Nullable Stay stay;
  private final Map<Integer, PartitionMemory> memories;
  private final IntFunction<PartitionMemory> fresh;
  private @Nullable Superseded superseded;
  private final Instant now;
  private final Map<Layer, List<String>> files = new EnumMap<>(Layer.class);
  private final Map<Layer, Fingerprint> made = new EnumMap<>(Layer.class);
  private Tally tally = Tally.ZERO;

  /**
   * @param patches of rows in {@link Verdicts#OLD}
   * @param stay what rows that stay where they are say; null when none stays
   * @param memories of partitions; those that are missing are made by {@code fresh}
   */
  Rejudge(
      Bench bench,
      Patches patches,
      @Nullable Stay stay,
      Map<Integer, PartitionMemory> memories,
      IntFunction<PartitionMemory> fresh,
      Instant now)
      throws SQLException {
    this.bench = bench;
    this.patches = patches;
    this.stay = stay;
    this.memories = memories;
    this.fresh = fresh;
    this.now = now;
    sql = new IngestSql(bench.dataset(), IngestSql.Source.ROWS_AGAIN);
    for (String statement : sql.prepare()) {
      bench.duck().run(statement);
    }
    verdicts = new Verdicts(bench);
    pass = new RowPass(bench.dataset(), sql, bench.duck(), bench.outputs(), this::memory);
  }

  private PartitionMemory memory(int partition) {
    return memories.computeIfAbsent(partition, fresh::apply);
  }

  /**
   * Judges the rows of {@code source} for which {@code condition} is true; in it, {@code s} is the
   * row and {@code q} what {@link Verdicts#OLD} says of it.
   *
   * @param unmended what happens to rows that their patch does not mend
   */
  void judge(Layer source, String condition, Unmended unmended) throws SQLException, IOException {
    for (Turns.Chunk chunk : new Turns(bench, source, condition).chunks()) {
      judge(chunk, unmended);
    }
  }

  /** Makes those of the rows that are followed by another of their key duplicates of it. */
  void keepLast(Layer source, String condition) throws SQLException {
    Superseded last = new Superseded(bench);
    for (Turns.Chunk chunk : new Turns(bench, source, condition).chunks()) {
      pass.begin();
      fill(chunk, patches);
      pass.check();
      last.take();
    }
    last.close();
    superseded = last;
  }

  private void judge(Turns.Chunk chunk, Unmended unmended) throws SQLException, IOException {
    pass.begin();
    fill(chunk, patches);
    pass.check();
    if (unmended == Unmended.STAY && patches.any()) {
      bench
          .duck()
          .run(
              "DELETE FROM %s WHERE len(%s) > 0 AND EXISTS (SELECT 1 FROM %s x WHERE x.%4$s = %1$s.%4$s AND x.%5$s = %1$s.%5$s)"
                  .formatted(IngestSql.CHECKED, REASONS, patches.table(), PARTITION, OFFSET));
    }
    bench.duck().run("TRUNCATE " + IngestSql.KEPT);
    if (stay != null) {
      stay.say(chunk.partitions(), sql);
    }
    if (superseded != null) {
      superseded.say();
    }
    pass.judge();
    verdicts.add();
    if (patches.any()) {
      fill(chunk, Patches.NONE); // quarantine keeps rows as they came
    }
    String name = bench.name();
    String at = now.toString();
    for (Layer layer : List.of(Layer.QUARANTINE, Layer.LATE, Layer.SILVER)) {
      if (bench.has(layer)) {
        pass.write(layer, bench.folder(), name, at);
        made.merge(
            layer,
            Fingerprint.of(bench.duck(), bench.dataset().table(layer), sql.rows(layer, at)),
            Fingerprint::plus);
      }
    }
    pass.files()
        .forEach(
            (layer, made) -> files.computeIfAbsent(layer, l -> new ArrayList<>()).addAll(made));
    long judged = bench.number("SELECT count(*) FROM " + IngestSql.CHECKED);
    tally = tally.plus(pass.tally(judged, 0, judged));
  }

  private void fill(Turns.Chunk chunk, Patches replaced) throws SQLException {
    List<String> columns = new ArrayList<>();
    columns.add("row_number() OVER (ORDER BY %s) - 1".formatted(chunk.order()));
    columns.add("s." + PARTITION);
    columns.add("s." + OFFSET);
    columns.add("s." + RECORD_TIME);
    for (ColumnSpec column : bench.dataset().columns()) {
      columns.add(replaced.value(column));
    }
    columns.add(replaced.malformed());
    columns.add(
        bench.dataset().unknownFields() == UnknownFields.IGNORE
            ? "CAST(NULL AS VARCHAR)"
            : "s." + EXTRA);
    columns.add("s." + INGESTED_AT);
    columns.add("q.at");
    columns.add("q.patch");
    bench.duck().run("TRUNCATE " + IngestSql.RAW);
    bench
        .duck()
        .run(
            "INSERT INTO %s SELECT %s%s%s%s ORDER BY %s"
                .formatted(
                    IngestSql.RAW,
                    String.join(", ", columns),
                    chunk.from(),
                    replaced.join(),
                    chunk.where(),
                    chunk.order()));
  }

  /** New files of each table. */
  Map<Layer, List<String>> files() {
    return files;
  }

  /** What the new files of each table hold. */
  Map<Layer, Fingerprint> made() {
    return made;
  }

  /** How many rows went where. */
  Map<String, Long> places() {
    return verdicts.places();
  }

  /** The rows that were judged, in numbers. */
  Tally tally() {
    return tally;
  }

  /** What happens to a row in quarantine that its patch does not mend. */
  enum Unmended {
    /** It stays as it was. */
    STAY,
    /** It is quarantined by the rules of now. */
    JUDGED
  }
}
