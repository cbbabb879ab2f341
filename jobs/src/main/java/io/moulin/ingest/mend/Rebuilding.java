package io.moulin.ingest.mend;

import static io.moulin.spec.DatasetTables.OFFSET;
import static io.moulin.spec.DatasetTables.PARTITION;
import static io.moulin.spec.DatasetTables.STATUS;

import io.moulin.commit.CommitLock;
import io.moulin.commit.Correction;
import io.moulin.commit.Correction.Changes;
import io.moulin.commit.Ledger;
import io.moulin.commit.Mended;
import io.moulin.commit.PartitionRange;
import io.moulin.commit.Tally;
import io.moulin.ingest.PartitionMemory;
import io.moulin.spec.DatasetTables;
import io.moulin.spec.Layer;
import io.moulin.spec.MoulinException;
import io.moulin.spec.Sql;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/**
 * Computes silver, quarantine and the late rows anew from bronze, by the rules of now. Most of the
 * work is done while a stream goes on committing; only what came in the meantime is computed while
 * it waits. Discarded rows stay discarded, and patches stay.
 */
public final class Rebuilding {
  private static final List<Layer> REBUILT = List.of(Layer.QUARANTINE, Layer.LATE, Layer.SILVER);

  private final Workshop workshop;
  private final Range range;
  private final Instant now;
  private final Map<Integer, PartitionMemory> memories = new HashMap<>();
  private final IntFunction<PartitionMemory> fresh;
  private final Map<Layer, List<String>> files = new EnumMap<>(Layer.class);
  private final Map<Layer, Fingerprint> made = new EnumMap<>(Layer.class);
  private final Map<String, Long> places = new TreeMap<>();
  private final List<PatchLine> reopened = new ArrayList<>();
  private Tally judged = Tally.ZERO;

  /** Whether the result becomes what readers see. */
  public enum Mode {
    MAKE,
    DRY_RUN
  }

  private Rebuilding(Workshop workshop, Range range) {
    this.workshop = workshop;
    this.range = range;
    this.fresh = PartitionMemory.fresh(workshop.job().dataset());
    this.now = workshop.job().clock().instant();
  }

  /** Rebuilds the rows of {@code range}; those outside of it stay as they are. */
  public static Outcome run(MendJob job, Range range, Mode mode) {
    return Workshop.alone(job, workshop -> new Rebuilding(workshop, range).rebuild(mode));
  }

  private Outcome rebuild(Mode mode) throws SQLException, IOException {
    Map<Layer, Table> tables;
    try (CommitLock.Held held = workshop.committer().lock().take()) {
      tables = workshop.committer().finished();
    }
    Optional<Ledger> first = Workshop.head(tables);
    if (first.isEmpty()) {
      return new Outcome(false, 0, Map.of(), 0, Tally.ZERO, Tally.ZERO);
    }
    boolean last = Superseded.wanted(workshop.job().dataset());
    if (!last) {
      try (Bench bench = workshop.bench(tables)) {
        Verdicts.remember(bench, Layer.QUARANTINE, range.sql());
        judge(bench, "TRUE");
      }
    }
    try (CommitLock.Held held = workshop.committer().lock().take()) {
      tables = workshop.committer().finished();
      Ledger head = Workshop.head(tables).orElseThrow();
      if (head.epoch() != first.get().epoch()) {
        throw MoulinException.external(
            "tables-changed",
            "The tables of %s were corrected in the meantime"
                .formatted(workshop.job().dataset().name()),
            "nothing was changed; run it again and it is worked out anew");
      }
      try (Bench bench = workshop.bench(tables)) {
        Verdicts.remember(bench, Layer.QUARANTINE, range.sql());
        if (last) {
          judge(bench, "TRUE"); // what comes in the meantime could be the last
        } else if (!head.token().equals(first.get().token())) {
          judge(bench, behind(first.get()));
        }
        return finish(bench, head, mode);
      }
    }
  }

  /** Rows that were not there when {@code ledger} was the head. */
  private static String behind(Ledger ledger) {
    StringBuilder sql = new StringBuilder("CASE s." + PARTITION);
    ledger
        .positions()
        .forEach(
            (partition, position) ->
                sql.append(" WHEN %d THEN s.%s >= %d".formatted(partition, OFFSET, position.to())));
    return sql + " ELSE TRUE END";
  }

  private void judge(Bench bench, String condition) throws SQLException, IOException {
    Patches patches = Patches.stage(bench.duck(), bench.dataset(), Verdicts.patches(bench));
    Stay stay = range.all() ? null : new Stay(bench, "NOT " + range.sql());
    Rejudge rejudge = new Rejudge(bench, patches, stay, memories, fresh, now);
    String rows =
        "%s AND %s AND coalesce(q.status, 'open') <> 'discarded'"
            .formatted(condition, range.sql("s."));
    if (Superseded.wanted(bench.dataset())) {
      rejudge.keepLast(Layer.BRONZE, rows);
    }
    rejudge.judge(Layer.BRONZE, rows, Rejudge.Unmended.JUDGED);
    judged = judged.plus(rejudge.tally());
    rejudge
        .files()
        .forEach(
            (layer, some) -> files.computeIfAbsent(layer, l -> new ArrayList<>()).addAll(some));
    rejudge.made().forEach((layer, some) -> made.merge(layer, some, Fingerprint::plus));
    rejudge.places().forEach((place, some) -> places.merge(place, some, Long::sum));
    bench
        .duck()
        .query(
            "SELECT q.p, q.o FROM %s q JOIN %s v ON v.p = q.p AND v.o = q.o WHERE q.status = %s AND v.place = 'quarantine'"
                .formatted(Verdicts.OLD, Verdicts.TABLE, Sql.text(DatasetTables.REPLAYED)),
            row -> reopened.add(new PatchLine(row.getInt(1), row.getLong(2), "")));
  }

  private Outcome finish(Bench bench, Ledger head, Mode mode) throws SQLException, IOException {
    bench.duck().run("CREATE TEMP TABLE reopened (p INTEGER, o BIGINT)");
    for (PatchLine row : reopened) {
      bench
          .duck()
          .run("INSERT INTO reopened VALUES (%d, %d)".formatted(row.partition(), row.offset()));
    }
    Correction.After after = after(bench, head);
    boolean different =
        !after.total().equals(head.total()) || !after.mended().equals(head.mended());
    for (Layer layer : REBUILT) {
      if (bench.has(layer)) {
        Fingerprint old =
            Fingerprint.of(
                bench.duck(),
                bench.dataset().table(layer),
                "SELECT * FROM %s WHERE %s AND NOT (%s)"
                    .formatted(
                        bench.files(layer).rows(range.expression()), range.sql(), stays(layer)));
        different |= !old.equals(made.getOrDefault(layer, Fingerprint.NOTHING));
      }
    }
    Outcome outcome =
        new Outcome(different, judged.consumed(), places, 0, head.total(), after.total());
    if (different && mode == Mode.MAKE) {
      Map<Layer, Changes> changes = new EnumMap<>(Layer.class);
      for (Layer layer : REBUILT) {
        if (bench.has(layer)) {
          changes.put(layer, changes(bench, layer));
        }
      }
      workshop
          .committer()
          .correct(
              head,
              new Correction(
                  Correction.Kind.REBUILD,
                  changes,
                  bench.basis(),
                  after,
                  workshop.audit("", judged.consumed())));
    }
    return outcome;
  }

  /** Rows within the range that are kept as they are. */
  private static String stays(Layer layer) {
    if (layer != Layer.QUARANTINE) {
      return "FALSE";
    }
    return "coalesce(%1$s, 'open') = %2$s OR (coalesce(%1$s, 'open') = %3$s AND NOT EXISTS (SELECT 1 FROM reopened r WHERE r.p = %4$s AND r.o = %5$s))"
        .formatted(
            STATUS,
            Sql.text(DatasetTables.DISCARDED),
            Sql.text(DatasetTables.REPLAYED),
            PARTITION,
            OFFSET);
  }

  private Changes changes(Bench bench, Layer layer) throws SQLException, IOException {
    List<Path> touched = bench.files(layer).paths(range.expression());
    String columns =
        bench.dataset().table(layer).fields().stream()
            .map(field -> Sql.name(field.name()))
            .collect(Collectors.joining(", "));
    Changes kept =
        bench.rewrite(
            layer,
            touched,
            "SELECT %s FROM %s WHERE NOT %s OR (%s)"
                .formatted(columns, bench.files(layer).rows(touched), range.sql(), stays(layer)));
    List<String> added = new ArrayList<>(kept.added());
    added.addAll(files.getOrDefault(layer, List.of()));
    return new Changes(added, kept.deleted());
  }

  private Correction.After after(Bench bench, Ledger head) throws SQLException {
    Mended mended = head.mended();
    Mended after =
        new Mended(
            mended.replayed() - reopened.size(),
            mended.discarded(),
            mended.deadReplayed(),
            mended.deadDiscarded());
    if (!range.all()) {
      Tally total = head.total().minus(replaced(bench, head.total())).plus(judged);
      return new Correction.After(total, after, head.positions());
    }
    Tally total =
        Tally.undecoded(head.total().dead())
            .plus(judged)
            .plus(Tally.quarantined(reasons(bench, "= " + Sql.text(DatasetTables.DISCARDED))));
    if (total.bronze() != head.total().bronze()) {
      throw MoulinException.check(
          "bronze-differs",
          "bronze.%s holds %,d rows, the ledger says %,d"
              .formatted(bench.dataset().table(), total.bronze(), head.total().bronze()),
          "somebody has changed bronze; roll it back, or read the records again: moulin replay");
    }
    Map<Integer, PartitionRange> positions = new TreeMap<>(head.positions());
    positions.replaceAll(
        (partition, position) -> {
          @Nullable PartitionMemory memory = memories.get(partition);
          if (memory == null) {
            return position; // no row of it ever came to bronze
          }
          return memory.range(position.from(), position.to());
        });
    return new Correction.After(total, after, positions);
  }

  /** The rows of the range as the books count them so far. */
  private Tally replaced(Bench bench, Tally total) throws SQLException {
    long silver = rows(bench, Layer.SILVER);
    long late = bench.has(Layer.LATE) ? rows(bench, Layer.LATE) : 0;
    Tally open = Tally.quarantined(reasons(bench, "= " + Sql.text(DatasetTables.OPEN)));
    long rest = judged.bronze() - silver - late - open.quarantine();
    // What has no row in a table is only known in total: it is taken to be as it is now.
    long dropped = Math.min(rest, Math.min(judged.lateDropped(), total.lateDropped()));
    rest -= dropped;
    long filtered = Math.min(rest, Math.min(judged.filtered(), total.filtered()));
    filtered += Math.max(0, rest - filtered - total.duplicate());
    return new Tally(
        judged.bronze(),
        0,
        judged.bronze(),
        open.quarantine(),
        open.reasons(),
        rest - filtered,
        flagged(bench),
        late,
        dropped,
        filtered,
        silver);
  }

  private long rows(Bench bench, Layer layer) throws SQLException {
    return bench.number(
        "SELECT count(*) FROM %s WHERE %s"
            .formatted(bench.files(layer).rows(range.expression()), range.sql()));
  }

  private long flagged(Bench bench) throws SQLException {
    boolean flags =
        bench.dataset().table(Layer.SILVER).fields().stream()
            .anyMatch(field -> field.name().equals(DatasetTables.IS_LATE));
    return flags
        ? bench.number(
            "SELECT count(*) FROM %s WHERE %s AND %s"
                .formatted(
                    bench.files(Layer.SILVER).rows(range.expression()),
                    range.sql(),
                    DatasetTables.IS_LATE))
        : 0;
  }

  private static Map<String, Long> reasons(Bench bench, String status) throws SQLException {
    Map<String, Long> reasons = new HashMap<>();
    bench
        .duck()
        .query(
            "SELECT reason, count(*) FROM %s WHERE status %s GROUP BY 1"
                .formatted(Verdicts.OLD, status),
            row -> reasons.put(row.getString(1), row.getLong(2)));
    return reasons;
  }
}
