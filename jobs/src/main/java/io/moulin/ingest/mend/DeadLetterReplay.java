package io.moulin.ingest.mend;

import static io.moulin.spec.DatasetTables.OFFSET;
import static io.moulin.spec.DatasetTables.PARTITION;
import static io.moulin.spec.DatasetTables.RECORD_TIME;

import io.moulin.commit.Correction;
import io.moulin.commit.Correction.Changes;
import io.moulin.commit.Ledger;
import io.moulin.commit.Mended;
import io.moulin.commit.Tally;
import io.moulin.ingest.RawRecord;
import io.moulin.spec.DatasetTables;
import io.moulin.spec.Layer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decodes dead letters again, or the records that patches put in their place. Those that can be
 * read now go to bronze and on, judged by the rules of now; their rows among the dead letters stay
 * and say so.
 */
public final class DeadLetterReplay {
  /** Records may be large, so only a few are held at once. */
  private static final int AT_ONCE = 1_000;

  private final Workshop workshop;
  private final RowChoice choice;
  private final List<PatchLine> lines;
  private final Instant now;

  private DeadLetterReplay(Workshop workshop, RowChoice choice, List<PatchLine> lines) {
    this.workshop = workshop;
    this.choice = choice;
    this.lines = lines;
    this.now = workshop.job().clock().instant();
  }

  /**
   * Replays dead letters.
   *
   * @param lines whole records in place of those that cannot be read; when there are any, only
   *     these are replayed
   */
  public static Outcome run(MendJob job, RowChoice choice, List<PatchLine> lines) {
    return Workshop.alone(
        job,
        workshop -> workshop.overTables(new DeadLetterReplay(workshop, choice, lines)::replay));
  }

  private Outcome replay(Bench bench, Ledger head) throws SQLException, IOException {
    Verdicts.remember(bench, choice, lines);
    long rows = bench.number("SELECT count(*) FROM " + Verdicts.OLD);
    if (rows == 0) {
      return new Outcome(false, 0, Map.of(), 0, head.total(), head.total());
    }
    Tally judged;
    Map<Layer, Changes> changes = new EnumMap<>(Layer.class);
    Map<String, Long> places;
    try (Redecode redecode = new Redecode(bench, Redecode.Kind.MENDED, now)) {
      for (Records records : records(bench)) {
        redecode.pass(records.all, records.patched);
      }
      judged = redecode.tally();
      places = redecode.places();
      redecode.files().forEach((layer, files) -> changes.put(layer, new Changes(files, List.of())));
    }
    long read = judged.consumed();
    Tally total = head.total().plus(judged).minus(Tally.undecoded(read));
    Outcome outcome = new Outcome(read > 0, rows, places, rows - read, head.total(), total);
    if (outcome.made()) {
      changes.put(
          Layer.DEAD_LETTERS,
          Verdicts.resolved(bench, Layer.DEAD_LETTERS, workshop.job().who(), now));
      Mended mended = head.mended();
      Mended after =
          new Mended(
              mended.replayed(),
              mended.discarded(),
              mended.deadReplayed() + read,
              mended.deadDiscarded());
      workshop
          .committer()
          .correct(
              head,
              new Correction(
                  Correction.Kind.REPLAY,
                  changes,
                  bench.basis(),
                  new Correction.After(total, after, head.positions()),
                  workshop.audit("", read)));
    }
    return outcome;
  }

  /**
   * Some records of one partition, in order.
   *
   * @param patched offsets of those that have a patch in their place
   */
  private record Records(List<RawRecord> all, Set<Long> patched) {}

  /** The chosen records. */
  private static Iterable<Records> records(Bench bench) throws SQLException {
    List<long[]> borders = new ArrayList<>();
    bench
        .duck()
        .query(
            "SELECT p, min(o), max(o) FROM (SELECT p, o, (row_number() OVER (PARTITION BY p ORDER BY o) - 1) // %d AS n FROM %s) GROUP BY p, n ORDER BY p, n"
                .formatted(AT_ONCE, Verdicts.OLD),
            row -> borders.add(new long[] {row.getInt(1), row.getLong(2), row.getLong(3)}));
    return () -> borders.stream().map(border -> read(bench, border)).iterator();
  }

  private static Records read(Bench bench, long[] border) {
    List<RawRecord> records = new ArrayList<>();
    Set<Long> patched = new HashSet<>();
    try {
      bench
          .duck()
          .query(
              "SELECT s.%s, epoch_ms(s.%s), s.%s, s.%s, q.patch FROM %s s JOIN %s q ON q.p = s.%s AND q.o = s.%1$s WHERE q.p = %8$d AND q.o BETWEEN %9$d AND %10$d ORDER BY q.o"
                  .formatted(
                      OFFSET,
                      RECORD_TIME,
                      DatasetTables.RECORD_KEY,
                      DatasetTables.PAYLOAD,
                      bench.files(Layer.DEAD_LETTERS).rows(),
                      Verdicts.OLD,
                      PARTITION,
                      border[0],
                      border[1],
                      border[2]),
              row -> {
                String patch = row.getString(5);
                if (patch != null) {
                  patched.add(row.getLong(1));
                }
                records.add(
                    new RawRecord(
                        (int) border[0],
                        row.getLong(1),
                        row.getLong(2),
                        row.getBytes(3),
                        patch == null ? row.getBytes(4) : patch.getBytes(StandardCharsets.UTF_8)));
              });
    } catch (SQLException e) {
      throw Workshop.failed(bench.dataset().name(), e);
    }
    return new Records(records, patched);
  }
}
