package io.moulin.ingest;

import static io.moulin.spec.DatasetTables.EXTRA;
import static io.moulin.spec.DatasetTables.INGESTED_AT;
import static io.moulin.spec.DatasetTables.MALFORMED;
import static io.moulin.spec.DatasetTables.OFFSET;
import static io.moulin.spec.DatasetTables.PARTITION;
import static io.moulin.spec.DatasetTables.PATCH;
import static io.moulin.spec.DatasetTables.QUARANTINED_AT;
import static io.moulin.spec.DatasetTables.RECORD_TIME;

import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The tables of DuckDB that the pass over a batch works with, as statements that make them. */
final class IngestTables {
  private final DatasetSpec dataset;
  private final IngestSql.Source source;

  IngestTables(DatasetSpec dataset, IngestSql.Source source) {
    this.dataset = dataset;
    this.source = source;
  }

  /**
   * Columns of {@link IngestSql#KEPT}: a row, whether its key is in silver, the greatest time
   * before it.
   */
  private static String keptColumns() {
    return "CREATE TEMP TABLE %s (%s INTEGER, duplicate BOOLEAN, max_event BIGINT)"
        .formatted(IngestSql.KEPT, IngestSql.ROW);
  }

  /** Tables that live as long as the connection. */
  List<String> all() {
    String marks =
        "CREATE TEMP TABLE %s (%s INTEGER, late BOOLEAN)".formatted(IngestSql.MARKS, IngestSql.ROW);
    if (source == IngestSql.Source.ROWS_AGAIN) {
      return List.of(rawTable(), marks, keptColumns());
    }
    List<String> statements = new ArrayList<>(staged());
    statements.add(marks);
    if (source == IngestSql.Source.RECORDS_AGAIN) {
      statements.add(keptColumns());
    }
    return statements;
  }

  /** {@code raw} as a table: the wire's columns, and what its row has been through. */
  private String rawTable() {
    List<String> columns = new ArrayList<>();
    columns.add(IngestSql.ROW + " INTEGER");
    columns.add(PARTITION + " INTEGER");
    columns.add(OFFSET + " BIGINT");
    columns.add(RECORD_TIME + " TIMESTAMPTZ");
    for (ColumnSpec column : dataset.columns()) {
      columns.add(Sql.name(column.name()) + " " + column.type().sql());
    }
    columns.add(MALFORMED + " VARCHAR");
    columns.add(EXTRA + " VARCHAR");
    columns.add(INGESTED_AT + " TIMESTAMPTZ");
    columns.add(QUARANTINED_AT + " TIMESTAMPTZ");
    columns.add(PATCH + " VARCHAR");
    return "CREATE TEMP TABLE %s (%s)".formatted(IngestSql.RAW, String.join(", ", columns));
  }

  /** {@code batch} and, as a view of it, {@code raw}. */
  List<String> staged() {
    List<String> columns = new ArrayList<>();
    columns.add(IngestSql.ROW + " INTEGER");
    columns.add(PARTITION + " INTEGER");
    columns.add(OFFSET + " BIGINT");
    columns.add(RECORD_TIME + " TIMESTAMPTZ");
    for (ColumnSpec column : dataset.columns()) {
      String type = column.type().nested() ? "VARCHAR" : column.type().sql();
      columns.add(Sql.name(column.name()) + " " + type);
    }
    columns.add(MALFORMED + " VARCHAR");
    columns.add(EXTRA + " VARCHAR");
    String batch =
        "CREATE TEMP TABLE %s (%s)".formatted(IngestSql.BATCH, String.join(", ", columns));
    String nested =
        dataset.columns().stream()
            .filter(column -> column.type().nested())
            .map(column -> nested(column) + " AS " + Sql.name(column.name()))
            .collect(Collectors.joining(", "));
    String raw =
        "CREATE TEMP VIEW %s AS SELECT * %s FROM %s"
            .formatted(
                IngestSql.RAW, nested.isEmpty() ? "" : "REPLACE (" + nested + ")", IngestSql.BATCH);
    return List.of(batch, raw);
  }

  private static String nested(ColumnSpec column) {
    return "CAST(CAST(%s AS JSON) AS %s)".formatted(Sql.name(column.name()), column.type().sql());
  }
}
