package io.moulin.ingest.mend;

import io.moulin.commit.Correction;
import io.moulin.commit.Correction.Changes;
import io.moulin.commit.Ledger;
import io.moulin.commit.Mended;
import io.moulin.spec.DatasetTables;
import io.moulin.spec.Layer;
import io.moulin.spec.Sql;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Gives rows of quarantine, or dead letters, up. They stay in their table and are counted there;
 * only their status changes, and neither a replay nor a rebuild takes them up again.
 */
public final class Discarding {
  private final Workshop workshop;
  private final RowChoice choice;
  private final String why;

  private Discarding(Workshop workshop, RowChoice choice, String why) {
    this.workshop = workshop;
    this.choice = choice;
    this.why = why;
  }

  /**
   * Discards the chosen rows.
   *
   * @param why for those who ask later
   */
  public static Outcome run(MendJob job, RowChoice choice, String why) {
    return Workshop.alone(
        job, workshop -> workshop.overTables(new Discarding(workshop, choice, why)::discard));
  }

  private Outcome discard(Bench bench, Ledger head) throws SQLException, IOException {
    TableFiles table = bench.files(choice.layer());
    List<Path> touched =
        bench.paths(
            "SELECT DISTINCT %s FROM %s WHERE %s"
                .formatted(TableFiles.FILE, table.rows(), choice.sql()));
    long rows =
        bench.number(
            "SELECT count(*) FROM %s WHERE %s".formatted(table.rows(touched), choice.sql()));
    if (rows == 0) {
      return new Outcome(false, 0, Map.of(), 0, head.total(), head.total());
    }
    Map<String, String> resolved =
        Map.of(
            DatasetTables.STATUS, Sql.text(DatasetTables.DISCARDED),
            DatasetTables.RESOLVED_AT,
                "TIMESTAMPTZ " + Sql.text(workshop.job().clock().instant().toString()),
            DatasetTables.RESOLVED_BY, Sql.text(workshop.job().who()),
            DatasetTables.RESOLUTION, Sql.text(why));
    String columns =
        bench.dataset().table(choice.layer()).fields().stream()
            .map(field -> column(Sql.name(field.name()), resolved.get(field.name())))
            .collect(Collectors.joining(", "));
    Changes changes =
        bench.rewrite(
            choice.layer(),
            touched,
            "SELECT %s FROM (SELECT *, coalesce((%s), FALSE) AS _chosen FROM %s)"
                .formatted(columns, choice.sql(), table.rows(touched)));
    workshop
        .committer()
        .correct(
            head,
            new Correction(
                Correction.Kind.DISCARD,
                Map.of(choice.layer(), changes),
                bench.basis(),
                new Correction.After(head.total(), after(head.mended(), rows), head.positions()),
                workshop.audit(why, rows)));
    return new Outcome(true, rows, Map.of("discarded", rows), 0, head.total(), head.total());
  }

  private static String column(String name, @Nullable String resolved) {
    return resolved == null
        ? name
        : "CASE WHEN _chosen THEN %s ELSE %s END AS %2$s".formatted(resolved, name);
  }

  private Mended after(Mended mended, long rows) {
    boolean dead = choice.layer() == Layer.DEAD_LETTERS;
    return new Mended(
        mended.replayed(),
        mended.discarded() + (dead ? 0 : rows),
        mended.deadReplayed(),
        mended.deadDiscarded() + (dead ? rows : 0));
  }
}
