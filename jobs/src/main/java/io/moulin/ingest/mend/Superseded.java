package io.moulin.ingest.mend;

import static io.moulin.spec.DatasetTables.OFFSET;
import static io.moulin.spec.DatasetTables.PARTITION;
import static io.moulin.spec.DatasetTables.RECORD_TIME;

import io.moulin.ingest.IngestSql;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DedupSpec;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/**
 * Where the last of equal rows is to stay: the rows that are followed, within the time to live, by
 * another good one of their key in their partition.
 */
final class Superseded {
  private final Bench bench;

  Superseded(Bench bench) throws SQLException {
    this.bench = bench;
    bench.duck().run("CREATE TEMP TABLE good_rows (p INTEGER, o BIGINT, h UHUGEINT, t BIGINT)");
  }

  /** Whether a rebuild of the dataset keeps the last of equal rows. */
  static boolean wanted(DatasetSpec dataset) {
    return dataset.dedup() != null && dataset.dedup().keep() == DedupSpec.Keep.LAST;
  }

  /** Takes down the good rows in {@code checked}. */
  void take() throws SQLException {
    bench
        .duck()
        .run(
            "INSERT INTO good_rows SELECT %s, %s, %s, epoch_us(%s) FROM %s WHERE %s"
                .formatted(
                    PARTITION,
                    OFFSET,
                    IngestSql.HASH,
                    RECORD_TIME,
                    IngestSql.CHECKED,
                    IngestSql.passed()));
  }

  /** Finds out, once all rows were taken. */
  void close() throws SQLException {
    DedupSpec dedup = bench.dataset().dedup();
    if (dedup == null) {
      throw new IllegalStateException("Cannot find equal rows: the dataset has no dedup");
    }
    bench
        .duck()
        .run(
            "CREATE TEMP TABLE superseded AS SELECT p, o FROM (SELECT p, o, lead(t) OVER (PARTITION BY %s) - t AS gap FROM good_rows) WHERE gap <= %d"
                .formatted(
                    DedupSpec.acrossTopic(dedup) ? "h ORDER BY t, p, o" : "p, h ORDER BY o",
                    TimeUnit.NANOSECONDS.toMicros(dedup.within().toNanos())));
    bench.duck().run("DROP TABLE good_rows");
  }

  /** Adds to {@link IngestSql#KEPT} what it says of the rows in {@code checked}. */
  void say() throws SQLException {
    String both =
        "SELECT * FROM %s UNION ALL SELECT c.%s, TRUE, CAST(NULL AS BIGINT) FROM %s c JOIN superseded s ON s.p = c.%s AND s.o = c.%s"
            .formatted(IngestSql.KEPT, IngestSql.ROW, IngestSql.CHECKED, PARTITION, OFFSET);
    bench
        .duck()
        .run(
            "CREATE OR REPLACE TEMP TABLE kept_all AS SELECT %1$s, bool_or(duplicate), max(max_event) FROM (%2$s) GROUP BY %1$s"
                .formatted(IngestSql.ROW, both));
    bench.duck().run("TRUNCATE " + IngestSql.KEPT);
    bench.duck().run("INSERT INTO %s SELECT * FROM kept_all".formatted(IngestSql.KEPT));
  }
}
