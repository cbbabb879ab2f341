package io.moulin.ingest.mend;

import static io.moulin.spec.DatasetTables.OFFSET;
import static io.moulin.spec.DatasetTables.PARTITION;
import static io.moulin.spec.DatasetTables.RECORD_TIME;

import io.moulin.ingest.IngestSql;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DedupSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.TimeSpec;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;

/**
 * What the rows that stay where they are say about rows that are judged again: whether silver has
 * their key within the time to live, before or after them, and the greatest event time before them
 * in their partition.
 */
final class Stay {
  private final Bench bench;
  private final String staying;

  /**
   * @param staying which rows of silver and of the late rows stay, in SQL
   */
  Stay(Bench bench, String staying) {
    this.bench = bench;
    this.staying = staying;
  }

  /**
   * Fills {@link IngestSql#KEPT} for the rows in {@code checked}.
   *
   * @param partitions of those rows; one, unless dedup is across the topic
   */
  void say(Set<Integer> partitions, IngestSql sql) throws SQLException {
    bench.duck().run("TRUNCATE " + IngestSql.KEPT);
    DatasetSpec dataset = bench.dataset();
    DedupSpec dedup = dataset.dedup();
    TimeSpec time = dataset.time();
    if (dedup != null) {
      keys(partitions, dedup);
      bench
          .duck()
          .run(
              "INSERT INTO %s SELECT DISTINCT c.%s, TRUE, CAST(NULL AS BIGINT) FROM %s c JOIN stay_keys k ON k.h = c.%s AND abs(k.t - epoch_us(c.%s)) <= %d"
                  .formatted(
                      IngestSql.KEPT,
                      IngestSql.ROW,
                      IngestSql.CHECKED,
                      IngestSql.HASH,
                      RECORD_TIME,
                      TimeUnit.NANOSECONDS.toMicros(dedup.within().toNanos())));
    }
    if (time != null && time.lateness() != null) {
      times(partitions, sql);
    }
  }

  private void keys(Set<Integer> partitions, DedupSpec dedup) throws SQLException {
    boolean everywhere = DedupSpec.acrossTopic(dedup);
    Expression wanted =
        everywhere ? Expressions.alwaysTrue() : Expressions.in(PARTITION, partitions);
    String there = everywhere ? "TRUE" : in(partitions);
    String keys =
        layers()
            .map(
                layer ->
                    "SELECT %s AS h, epoch_us(%s) AS t FROM %s WHERE %s AND (%s)"
                        .formatted(
                            IngestSql.hash(dedup.key()),
                            RECORD_TIME,
                            bench.files(layer).rows(wanted),
                            there,
                            staying))
            .collect(Collectors.joining(" UNION ALL "));
    bench
        .duck()
        .run(
            "CREATE OR REPLACE TEMP TABLE stay_keys AS SELECT * FROM (%s) WHERE h IN (SELECT %s FROM %s)"
                .formatted(keys, IngestSql.HASH, IngestSql.CHECKED));
  }

  /** A row is late by those before it that were accepted, which are those that have a place. */
  private void times(Set<Integer> partitions, IngestSql sql) throws SQLException {
    Expression wanted = Expressions.in(PARTITION, partitions);
    String places =
        layers()
            .map(
                layer ->
                    "SELECT %s, %s FROM %s WHERE %s AND (%s)"
                        .formatted(
                            PARTITION,
                            OFFSET,
                            bench.files(layer).rows(wanted),
                            in(partitions),
                            staying))
            .collect(Collectors.joining(" UNION ALL "));
    String events =
        "SELECT CAST(NULL AS INTEGER) AS r, %1$s AS p, %2$s AS o, %3$s AS e FROM %4$s WHERE %5$s AND (%1$s, %2$s) IN (%6$s)"
            .formatted(
                PARTITION,
                OFFSET,
                sql.eventMicros(),
                bench.files(Layer.BRONZE).rows(wanted),
                in(partitions),
                places);
    String all =
        "SELECT %s AS r, %s AS p, %s AS o, CAST(NULL AS BIGINT) AS e FROM %s UNION ALL %s"
            .formatted(IngestSql.ROW, PARTITION, OFFSET, IngestSql.CHECKED, events);
    String greatest =
        "SELECT r, max(e) OVER (PARTITION BY p ORDER BY o ROWS UNBOUNDED PRECEDING) AS m FROM (%s)"
            .formatted(all);
    String both =
        "SELECT g.r, coalesce(k.duplicate, FALSE), g.m FROM (%s) g LEFT JOIN %s k ON k.%s = g.r WHERE g.r IS NOT NULL"
            .formatted(greatest, IngestSql.KEPT, IngestSql.ROW);
    bench.duck().run("CREATE OR REPLACE TEMP TABLE stay_times AS " + both);
    bench.duck().run("TRUNCATE " + IngestSql.KEPT);
    bench.duck().run("INSERT INTO %s SELECT * FROM stay_times".formatted(IngestSql.KEPT));
  }

  private static String in(Set<Integer> partitions) {
    return partitions.stream()
        .map(String::valueOf)
        .collect(Collectors.joining(", ", PARTITION + " IN (", ")"));
  }

  private Stream<Layer> layers() {
    return List.of(Layer.LATE, Layer.SILVER).stream().filter(bench::has);
  }
}
