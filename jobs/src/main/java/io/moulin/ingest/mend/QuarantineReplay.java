package io.moulin.ingest.mend;

import io.moulin.commit.Correction;
import io.moulin.commit.Correction.Changes;
import io.moulin.commit.Ledger;
import io.moulin.commit.Mended;
import io.moulin.commit.Tally;
import io.moulin.ingest.PartitionMemory;
import io.moulin.spec.Layer;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Judges rows of quarantine again, by the rules of now and with patches over them. Rows that pass
 * are appended to where they belong; their rows in quarantine stay and say so. A row that is no
 * longer open is not chosen, so running it twice changes nothing.
 */
public final class QuarantineReplay {
  private final Workshop workshop;
  private final RowChoice choice;
  private final List<PatchLine> lines;
  private final Instant now;

  private QuarantineReplay(Workshop workshop, RowChoice choice, List<PatchLine> lines) {
    this.workshop = workshop;
    this.choice = choice;
    this.lines = lines;
    this.now = workshop.job().clock().instant();
  }

  /**
   * Replays rows.
   *
   * @param lines when there are any, only their rows are replayed
   */
  public static Outcome run(MendJob job, RowChoice choice, List<PatchLine> lines) {
    return Workshop.alone(
        job,
        workshop -> workshop.overTables(new QuarantineReplay(workshop, choice, lines)::replay));
  }

  private Outcome replay(Bench bench, Ledger head) throws SQLException, IOException {
    Verdicts.remember(bench, choice, lines);
    long rows = bench.number("SELECT count(*) FROM " + Verdicts.OLD);
    Patches patches = Patches.stage(bench.duck(), bench.dataset(), Verdicts.patches(bench));
    if (rows == 0) {
      return new Outcome(false, 0, Map.of(), 0, head.total(), head.total());
    }
    Rejudge rejudge =
        new Rejudge(
            bench,
            patches,
            new Stay(bench, "TRUE"),
            new HashMap<>(),
            PartitionMemory.fresh(bench.dataset()),
            now);
    rejudge.judge(Layer.QUARANTINE, "q.o IS NOT NULL", Rejudge.Unmended.STAY);
    Map<String, Long> reasons = new HashMap<>();
    bench
        .duck()
        .query(
            "SELECT q.reason, count(*) FROM %s q JOIN %s v ON v.p = q.p AND v.o = q.o GROUP BY 1"
                .formatted(Verdicts.OLD, Verdicts.TABLE),
            row -> reasons.put(row.getString(1), row.getLong(2)));
    Tally judged = rejudge.tally();
    Tally total = head.total().plus(judged).minus(Tally.quarantined(reasons));
    Outcome outcome =
        new Outcome(
            judged.consumed() > 0,
            rows,
            rejudge.places(),
            rows - judged.consumed(),
            head.total(),
            total);
    if (outcome.made()) {
      Mended mended = head.mended();
      long passed = judged.consumed() - judged.quarantine();
      Mended after =
          new Mended(
              mended.replayed() + passed,
              mended.discarded(),
              mended.deadReplayed(),
              mended.deadDiscarded());
      workshop
          .committer()
          .correct(
              head,
              new Correction(
                  Correction.Kind.REPLAY,
                  changes(bench, rejudge),
                  bench.basis(),
                  new Correction.After(total, after, head.positions()),
                  workshop.audit("", passed)));
    }
    return outcome;
  }

  private Map<Layer, Changes> changes(Bench bench, Rejudge rejudge)
      throws SQLException, IOException {
    Map<Layer, Changes> changes = new EnumMap<>(Layer.class);
    rejudge.files().forEach((layer, files) -> changes.put(layer, new Changes(files, List.of())));
    Changes rewritten = Verdicts.resolved(bench, Layer.QUARANTINE, workshop.job().who(), now);
    List<String> added = new ArrayList<>(rewritten.added());
    added.addAll(rejudge.files().getOrDefault(Layer.QUARANTINE, List.of()));
    changes.put(Layer.QUARANTINE, new Changes(added, rewritten.deleted()));
    return changes;
  }
}
