package io.moulin.control;

import io.moulin.control.Recount.Line;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.Sql;
import io.moulin.spec.TableSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Counts the rows of a dataset themselves, for those who do not trust the metadata. */
public final class Recounting {

  /** Counts what {@code books} say, and that no record is in the tables twice. */
  public Recount recount(Session session, DatasetSpec dataset, BalanceReport books) {
    List<Line> lines = new ArrayList<>();
    for (TableSpec table : dataset.tables()) {
      long ledger =
          switch (table.layer()) {
            case DEAD_LETTERS -> books.dead();
            case BRONZE -> books.bronze();
            case QUARANTINE -> books.quarantine();
            case LATE -> books.lateRouted();
            case SILVER -> books.silver();
            case HISTORY, LIVE ->
                throw new IllegalArgumentException("Invalid layer: " + table.layer());
          };
      lines.add(
          new Line(
              "rows of " + table.fullName(),
              ledger,
              count(session, "SELECT count(*) FROM " + counted(table, books))));
    }
    books
        .reasons()
        .forEach(
            (reason, rows) ->
                lines.add(
                    new Line(
                        "quarantined for " + reason,
                        rows,
                        quarantined(session, dataset, reason, books))));
    lines.add(
        new Line(
            "records in dead letters and bronze, each once",
            books.consumed(),
            distinct(session, dataset, List.of(Layer.DEAD_LETTERS, Layer.BRONZE), books)));
    List<Layer> ends =
        dataset.tables().stream()
            .map(TableSpec::layer)
            .filter(layer -> layer != Layer.DEAD_LETTERS && layer != Layer.BRONZE)
            .toList();
    lines.add(
        new Line(
            "records beyond bronze, each once",
            books.silver() + books.quarantine() + books.lateRouted(),
            distinct(session, dataset, ends, books)));
    return new Recount(lines);
  }

  /** Rows that were replayed stay in their table, but are counted where they went. */
  private static String counted(TableSpec table, BalanceReport books) {
    boolean some =
        switch (table.layer()) {
          case DEAD_LETTERS -> books.mended().deadReplayed() > 0;
          case QUARANTINE -> books.mended().replayed() > 0;
          default -> false;
        };
    return some
        ? "(SELECT * FROM %s WHERE coalesce(_status, 'open') <> 'replayed')".formatted(name(table))
        : name(table);
  }

  private static long quarantined(
      Session session, DatasetSpec dataset, String reason, BalanceReport books) {
    return count(
        session,
        "SELECT count(*) FROM %s WHERE _reason = %s"
            .formatted(counted(dataset.table(Layer.QUARANTINE), books), Sql.text(reason)));
  }

  private static long distinct(
      Session session, DatasetSpec dataset, List<Layer> layers, BalanceReport books) {
    String all =
        layers.stream()
            .map(layer -> "SELECT _partition, _offset FROM " + counted(dataset.table(layer), books))
            .collect(Collectors.joining(" UNION ALL "));
    return count(session, "SELECT count(*) FROM (SELECT DISTINCT * FROM (%s))".formatted(all));
  }

  private static long count(Session session, String sql) {
    return Querying.number(session, sql);
  }

  private static String name(TableSpec table) {
    return table.layer().namespace() + "." + Sql.name(table.name());
  }
}
