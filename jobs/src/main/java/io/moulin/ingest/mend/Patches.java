package io.moulin.ingest.mend;

import io.moulin.decode.JsonDecoder;
import io.moulin.decode.Undecodable;
import io.moulin.duck.Duck;
import io.moulin.ingest.IngestSql;
import io.moulin.ingest.RawRecord;
import io.moulin.ingest.Staging;
import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DatasetTables;
import io.moulin.spec.MoulinException;
import io.moulin.spec.Sql;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Patches as a table of DuckDB: decoded by the rules by which records are. */
final class Patches {
  private static final String TABLE = "patches";
  private static final String NAMES = "_names";

  /** No row is patched. */
  static final Patches NONE = new Patches(Kind.NONE);

  private enum Kind {
    NONE,
    SOME
  }

  private final Kind kind;

  private Patches(Kind kind) {
    this.kind = kind;
  }

  /** Makes the table; the database has no {@code raw} yet. */
  static Patches stage(Duck duck, DatasetSpec dataset, List<PatchLine> lines) throws SQLException {
    if (lines.isEmpty()) {
      return NONE;
    }
    for (String statement : new IngestSql(dataset, IngestSql.Source.RECORDS).staged()) {
      duck.run(statement);
    }
    duck.run(Staging.prepareDead());
    duck.run("CREATE TEMP TABLE patch_names (p INTEGER, o BIGINT, names VARCHAR[])");
    try (Staging staging = new Staging(duck, dataset, new JsonDecoder(dataset))) {
      for (PatchLine line : lines) {
        Undecodable reason =
            staging.add(
                new RawRecord(
                    line.partition(),
                    line.offset(),
                    0,
                    null,
                    line.values().getBytes(StandardCharsets.UTF_8)));
        if (reason != null) {
          throw wrong(line, reason.message());
        }
        duck.run(
            "INSERT INTO patch_names VALUES (%d, %d, json_keys(%s))"
                .formatted(line.partition(), line.offset(), Sql.text(line.values())));
      }
      staging.seal();
      requireWhole(duck);
      duck.run(
          "CREATE TEMP TABLE %s AS SELECT r.*, n.names AS %s FROM %s r JOIN patch_names n ON n.p = r.%s AND n.o = r.%s"
              .formatted(
                  TABLE, NAMES, IngestSql.RAW, DatasetTables.PARTITION, DatasetTables.OFFSET));
      duck.run("DROP VIEW " + IngestSql.RAW);
      duck.run("DROP TABLE batch");
      duck.run("DROP TABLE dead");
    }
    return new Patches(Kind.SOME);
  }

  /**
   * Values that are not of their declared type, and fields that no column declares, mend nothing.
   */
  private static void requireWhole(Duck duck) throws SQLException {
    List<MoulinException> wrong = new ArrayList<>();
    duck.query(
        "SELECT %1$s, %2$s, coalesce(%3$s, %4$s) FROM %5$s WHERE %3$s IS NOT NULL OR %4$s IS NOT NULL LIMIT 1"
            .formatted(
                DatasetTables.PARTITION,
                DatasetTables.OFFSET,
                DatasetTables.MALFORMED,
                DatasetTables.EXTRA,
                IngestSql.RAW),
        row ->
            wrong.add(
                wrong(
                    new PatchLine(row.getInt(1), row.getLong(2), ""),
                    "not a column of the dataset, or not of its type: " + row.getString(3))));
    if (!wrong.isEmpty()) {
      throw wrong.get(0);
    }
  }

  private static MoulinException wrong(PatchLine line, String why) {
    return MoulinException.user(
        "bad-patch",
        "The patch of partition %d, offset %d cannot be used: %s"
            .formatted(line.partition(), line.offset(), why),
        "write values as they would stand in a record, by their names on the wire");
  }

  boolean any() {
    return kind == Kind.SOME;
  }

  /** Joins the patches to rows {@code s}. */
  String join() {
    return any()
        ? " LEFT JOIN %1$s x ON x.%2$s = s.%2$s AND x.%3$s = s.%3$s"
            .formatted(TABLE, DatasetTables.PARTITION, DatasetTables.OFFSET)
        : "";
  }

  /** The value of a column of row {@code s}, replaced where its patch says so. */
  String value(ColumnSpec column) {
    String name = Sql.name(column.name());
    return any()
        ? "CASE WHEN list_contains(x.%s, %s) THEN x.%s ELSE s.%s END"
            .formatted(NAMES, Sql.text(column.name()), name, name)
        : "s." + name;
  }

  /** What is malformed of row {@code s} beyond what its patch replaces. */
  String malformed() {
    String own = "s." + DatasetTables.MALFORMED;
    if (!any()) {
      return own;
    }
    String rest =
        "list_filter(json_keys(%s), lambda k: NOT list_contains(x.%s, k))".formatted(own, NAMES);
    // A value that is NULL takes the name out of the object.
    String without =
        "CAST(json_merge_patch(CAST(%s AS JSON), CAST(to_json(map_from_entries(list_transform(x.%s, lambda k: {'k': k, 'v': NULL}))) AS JSON)) AS VARCHAR)"
            .formatted(own, NAMES);
    return "CASE WHEN x.%s IS NULL OR %s IS NULL THEN %2$s WHEN len(%s) = 0 THEN NULL ELSE %s END"
        .formatted(NAMES, own, rest, without);
  }

  String table() {
    return TABLE;
  }
}
