package io.moulin.ingest.mend;

import static io.moulin.spec.DatasetTables.OFFSET;
import static io.moulin.spec.DatasetTables.PARTITION;
import static io.moulin.spec.DatasetTables.REASONS;

import io.moulin.commit.Correction.Changes;
import io.moulin.ingest.IngestSql;
import io.moulin.spec.DatasetTables;
import io.moulin.spec.Layer;
import io.moulin.spec.MoulinException;
import io.moulin.spec.Sql;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What becomes of rows of quarantine, or of dead letters: which are chosen, where each goes now,
 * and how its table says so.
 */
final class Verdicts {
  /** Rows that are chosen: partition, offset, status, when, patch, reason. */
  static final String OLD = "old_rows";

  /** Where each of them goes now: partition, offset, place. */
  static final String TABLE = "verdicts";

  private final Bench bench;
  private final Map<String, Long> places = new TreeMap<>();

  Verdicts(Bench bench) throws SQLException {
    this.bench = bench;
    bench.duck().run("CREATE TEMP TABLE %s (p INTEGER, o BIGINT, place VARCHAR)".formatted(TABLE));
  }

  /** Makes {@link #OLD} of the rows of a table for which {@code condition} is true. */
  static void remember(Bench bench, Layer layer, String condition) throws SQLException {
    boolean quarantine = layer == Layer.QUARANTINE;
    bench
        .duck()
        .run(
            "CREATE TEMP TABLE %s AS SELECT %s AS p, %s AS o, coalesce(%s, 'open') AS status, %s AS at, %s AS patch, %s AS reason FROM %s WHERE %s"
                .formatted(
                    OLD,
                    PARTITION,
                    OFFSET,
                    DatasetTables.STATUS,
                    quarantine ? DatasetTables.QUARANTINED_AT : DatasetTables.FAILED_AT,
                    DatasetTables.PATCH,
                    quarantine ? DatasetTables.REASON : DatasetTables.ERROR_TYPE,
                    bench.files(layer).rows(),
                    condition));
  }

  /** Chooses no row. */
  static void rememberNothing(Bench bench) throws SQLException {
    remember(bench, Layer.QUARANTINE, "FALSE");
  }

  /** The same for chosen rows; with patches, only those that are named. */
  static void remember(Bench bench, RowChoice choice, List<PatchLine> lines) throws SQLException {
    if (lines.isEmpty()) {
      remember(bench, choice.layer(), choice.sql());
      return;
    }
    bench.duck().run("CREATE TEMP TABLE named (p INTEGER, o BIGINT, patch VARCHAR)");
    for (PatchLine line : lines) {
      bench
          .duck()
          .run(
              "INSERT INTO named VALUES (%d, %d, %s)"
                  .formatted(line.partition(), line.offset(), Sql.text(line.values())));
    }
    List<String> unknown = new ArrayList<>();
    bench
        .duck()
        .query(
            "SELECT p, o FROM named WHERE NOT EXISTS (SELECT 1 FROM %s WHERE %s = p AND %s = o) ORDER BY 1, 2 LIMIT 5"
                .formatted(bench.files(choice.layer()).rows(), PARTITION, OFFSET),
            row -> unknown.add("%d:%d".formatted(row.getInt(1), row.getLong(2))));
    if (!unknown.isEmpty()) {
      throw MoulinException.user(
          "no-such-row",
          "%s has no row %s"
              .formatted(
                  bench.dataset().table(choice.layer()).fullName(), String.join(", ", unknown)),
          "a patch names rows of this table by _partition and _offset, as its list shows them");
    }
    remember(
        bench,
        choice.layer(),
        choice.sql()
            + " AND EXISTS (SELECT 1 FROM named WHERE p = %s AND o = %s)"
                .formatted(PARTITION, OFFSET));
    bench
        .duck()
        .run(
            "UPDATE %1$s SET patch = n.patch FROM named n WHERE n.p = %1$s.p AND n.o = %1$s.o"
                .formatted(OLD));
  }

  /** Patches of the chosen rows, but of those that were discarded. */
  static List<PatchLine> patches(Bench bench) throws SQLException {
    List<PatchLine> patches = new ArrayList<>();
    bench
        .duck()
        .query(
            "SELECT p, o, patch FROM %s WHERE patch IS NOT NULL AND status <> %s"
                .formatted(OLD, Sql.text(DatasetTables.DISCARDED)),
            row -> patches.add(new PatchLine(row.getInt(1), row.getLong(2), row.getString(3))));
    return patches;
  }

  /** Takes down where the rows of a pass go that are chosen, and how many go where. */
  void add() throws SQLException {
    String late =
        switch (IngestSql.late(bench.dataset())) {
          case FLAG -> "'silver'";
          case ROUTE -> "'late'";
          case DROP -> "'late, dropped'";
        };
    String place =
        "CASE WHEN len(c.%s) > 0 THEN 'quarantine' WHEN c.%s THEN 'filtered' WHEN m.%s IS NULL THEN 'silver' WHEN m.late THEN %s ELSE 'duplicate' END"
            .formatted(REASONS, IngestSql.FILTERED, IngestSql.ROW, late);
    String all =
        "SELECT c.%s AS p, c.%s AS o, %s AS place FROM %s c LEFT JOIN %s m ON m.%6$s = c.%6$s"
            .formatted(PARTITION, OFFSET, place, IngestSql.CHECKED, IngestSql.MARKS, IngestSql.ROW);
    bench
        .duck()
        .run(
            "INSERT INTO %s SELECT a.* FROM (%s) a SEMI JOIN %s q ON q.p = a.p AND q.o = a.o"
                .formatted(TABLE, all, OLD));
    bench
        .duck()
        .query(
            "SELECT place, count(*) FROM (%s) GROUP BY 1".formatted(all),
            row -> places.merge(row.getString(1), row.getLong(2), Long::sum));
  }

  /** How many rows went where. */
  Map<String, Long> places() {
    return places;
  }

  /** The table's files with the rows that went elsewhere marked as replayed. */
  static Changes resolved(Bench bench, Layer layer, String who, Instant now)
      throws SQLException, IOException {
    TableFiles table = bench.files(layer);
    List<Path> touched =
        bench.paths(
            "SELECT DISTINCT s.%s FROM %s s JOIN %s v ON v.p = s.%s AND v.o = s.%s"
                .formatted(TableFiles.FILE, table.rows(), TABLE, PARTITION, OFFSET));
    Map<String, String> resolved =
        Map.of(
            DatasetTables.STATUS,
            Sql.text(DatasetTables.REPLAYED),
            DatasetTables.RESOLVED_AT,
            "TIMESTAMPTZ " + Sql.text(now.toString()),
            DatasetTables.RESOLVED_BY,
            Sql.text(who),
            DatasetTables.RESOLUTION,
            "v.place",
            DatasetTables.PATCH,
            "q.patch");
    String columns =
        bench.dataset().table(layer).fields().stream()
            .map(
                field -> {
                  String name = Sql.name(field.name());
                  String value = resolved.get(field.name());
                  return value == null
                      ? "s." + name
                      : "CASE WHEN v.place IS NULL THEN s.%s ELSE %s END AS %1$s"
                          .formatted(name, value);
                })
            .collect(Collectors.joining(", "));
    // A row of quarantine that still violates a rule is written anew by the pass.
    String kept = layer == Layer.QUARANTINE ? "v.place IS DISTINCT FROM 'quarantine'" : "TRUE";
    return bench.rewrite(
        layer,
        touched,
        "SELECT %s FROM %s s LEFT JOIN %s v ON v.p = s.%s AND v.o = s.%s LEFT JOIN %s q ON q.p = s.%4$s AND q.o = s.%5$s WHERE %7$s"
            .formatted(columns, table.rows(touched), TABLE, PARTITION, OFFSET, OLD, kept));
  }
}
