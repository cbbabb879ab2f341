package io.moulin.ingest.mend;

import static io.moulin.spec.DatasetTables.INGESTED_AT;
import static io.moulin.spec.DatasetTables.OFFSET;
import static io.moulin.spec.DatasetTables.PARTITION;

import io.moulin.ingest.IngestSql;
import io.moulin.spec.DedupSpec;
import io.moulin.spec.Layer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;

/**
 * The order in which rows are judged again, in chunks of at most a batch: the order in which the
 * stream judged them. Where every partition is by itself that is its offsets, one partition after
 * the other. Where equal rows are looked for across the topic it is batch by batch, as {@code
 * _ingested_at} tells, and within a batch by {@link IngestSql#turn}. A row that was put between
 * others later, as a mended dead letter is, has its turn with the next one of its partition.
 */
final class Turns {
  private static final String TABLE = "turns";

  private final Bench bench;
  private final Layer source;
  private final String condition;

  /**
   * @param condition which rows; in it, {@code s} is the row and {@code q} what {@link
   *     Verdicts#OLD} says of it
   */
  Turns(Bench bench, Layer source, String condition) {
    this.bench = bench;
    this.source = source;
    this.condition = condition;
  }

  /** The chunks, in order. */
  List<Chunk> chunks() throws SQLException {
    return DedupSpec.acrossTopic(bench.dataset().dedup()) ? acrossTopic() : byPartition();
  }

  private List<Chunk> byPartition() throws SQLException {
    String numbered =
        "SELECT s.%1$s AS p, s.%2$s AS o, (row_number() OVER (PARTITION BY s.%1$s ORDER BY s.%2$s) - 1) // %3$d AS n FROM %4$s WHERE %5$s"
            .formatted(
                PARTITION,
                OFFSET,
                bench.batchRows(),
                joined(bench.files(source).rows()),
                condition);
    List<Chunk> chunks = new ArrayList<>();
    bench
        .duck()
        .query(
            "SELECT p, min(o) - 1, max(o) FROM (%s) GROUP BY p, n ORDER BY p, n"
                .formatted(numbered),
            row -> {
              Span span = new Span(row.getInt(1), row.getLong(2), row.getLong(3));
              chunks.add(
                  chunk(
                      Set.of(span.partition),
                      span.expression(),
                      "",
                      "s.%s = %d AND s.%s > %d AND s.%3$s <= %d"
                          .formatted(PARTITION, span.partition, OFFSET, span.after, span.to),
                      "s." + OFFSET));
            });
    return chunks;
  }

  private List<Chunk> acrossTopic() throws SQLException {
    String batches =
        "SELECT *, min(%s) OVER (PARTITION BY %s ORDER BY %s ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS _batch FROM %s"
            .formatted(INGESTED_AT, PARTITION, OFFSET, bench.files(source).rows());
    String turns =
        "SELECT *, %s AS _turn FROM (%s)"
            .formatted(IngestSql.turn("_batch, " + PARTITION), batches);
    bench
        .duck()
        .run(
            "CREATE OR REPLACE TEMP TABLE %s AS SELECT s.%s AS p, s.%s AS o, row_number() OVER (ORDER BY s._batch, s._turn, s.%2$s, s.%3$s) - 1 AS n FROM %s WHERE %s"
                .formatted(TABLE, PARTITION, OFFSET, joined("(" + turns + ")"), condition));
    TreeMap<Long, List<Span>> spans = new TreeMap<>();
    bench
        .duck()
        .query(
            "SELECT n // %d, p, min(o) - 1, max(o) FROM %s GROUP BY 1, 2"
                .formatted(bench.batchRows(), TABLE),
            row ->
                spans
                    .computeIfAbsent(row.getLong(1), n -> new ArrayList<>())
                    .add(new Span(row.getInt(2), row.getLong(3), row.getLong(4))));
    List<Chunk> chunks = new ArrayList<>();
    spans.forEach(
        (number, some) -> {
          Set<Integer> partitions = new TreeSet<>();
          Expression wanted = Expressions.alwaysFalse();
          for (Span span : some) {
            partitions.add(span.partition);
            wanted = Expressions.or(wanted, span.expression());
          }
          chunks.add(
              chunk(
                  partitions,
                  wanted,
                  " JOIN %s w ON w.p = s.%s AND w.o = s.%s".formatted(TABLE, PARTITION, OFFSET),
                  "w.n // %d = %d".formatted(bench.batchRows(), number),
                  "w.n"));
        });
    return chunks;
  }

  private static String joined(String rows) {
    return "%s s LEFT JOIN %s q ON q.p = s.%s AND q.o = s.%s"
        .formatted(rows, Verdicts.OLD, PARTITION, OFFSET);
  }

  private Chunk chunk(
      Set<Integer> partitions, Expression wanted, String join, String which, String order) {
    return new Chunk(
        partitions,
        " FROM " + joined(bench.files(source).rows(wanted)) + join,
        " WHERE %s AND (%s)".formatted(which, condition),
        order);
  }

  /**
   * A selection of rows, with room for another join between {@code from} and {@code where}.
   *
   * @param order of the rows
   */
  record Chunk(Set<Integer> partitions, String from, String where, String order) {}

  private record Span(int partition, long after, long to) {
    Expression expression() {
      return Expressions.and(
          Expressions.equal(PARTITION, partition),
          Expressions.greaterThan(OFFSET, after),
          Expressions.lessThanOrEqual(OFFSET, to));
    }
  }
}
