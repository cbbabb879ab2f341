package io.moulin.commit;

import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.TableSpec;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;

/** Proves the balance of a dataset from the metadata of its tables alone. */
public final class Books {
  private Books() {}

  /** The balance of a dataset of which every table exists. */
  public static Balance of(Catalog catalog, DatasetSpec dataset) {
    Map<Layer, Table> tables = new EnumMap<>(Layer.class);
    Map<Layer, Long> rows = new EnumMap<>(Layer.class);
    for (TableSpec spec : dataset.tables()) {
      Table table = catalog.loadTable(TableIdentifier.of(spec.layer().namespace(), spec.name()));
      tables.put(spec.layer(), table);
      rows.put(spec.layer(), rows(table));
    }
    Optional<Ledger> head = Optional.ofNullable(tables.get(Layer.SILVER)).flatMap(Ledger::newest);
    Tally total = head.map(Ledger::total).orElse(Tally.ZERO);
    Mended mended = head.map(Ledger::mended).orElse(Mended.NONE);
    List<String> problems = new ArrayList<>();
    if (!total.balanced()) {
      problems.add("the counts of the ledger do not add up: " + total);
    }
    for (Map.Entry<Layer, Long> entry : rows.entrySet()) {
      long expected = expected(total, mended, entry.getKey());
      if (entry.getValue() != expected) {
        problems.add(
            "%s.%s holds %,d rows, the ledger says %,d"
                .formatted(
                    entry.getKey().namespace(), dataset.table(), entry.getValue(), expected));
      }
    }
    Table bronze = tables.get(Layer.BRONZE);
    if (bronze != null && CommitIntent.NOTE.read(bronze).isPresent()) {
      problems.add("a commit was interrupted between two tables: the next run finishes it");
    }
    if (total.bronze() > 0 && total.silver() == 0 && total.quarantine() == total.bronze()) {
      problems.add(
          "silver is empty: every one of %,d bronze rows was quarantined, first of all for %s"
              .formatted(total.bronze(), total.reasons().keySet()));
    }
    return new Balance(
        dataset.name(),
        total,
        mended,
        rows,
        head.map(Ledger::positions).orElse(Map.of()),
        problems);
  }

  /** Rows that a table holds, as the ledger says. */
  static long expected(Ledger ledger, Layer layer) {
    return expected(ledger.total(), ledger.mended(), layer);
  }

  private static long expected(Tally total, Mended mended, Layer layer) {
    return switch (layer) {
      case DEAD_LETTERS -> total.dead() + mended.deadReplayed();
      case BRONZE -> total.bronze();
      case QUARANTINE -> total.quarantine() + mended.replayed();
      case LATE -> total.lateRouted();
      case SILVER -> total.silver();
      case HISTORY, LIVE -> throw new IllegalArgumentException("Invalid layer: " + layer);
    };
  }

  /** Rows that a table holds, as its metadata says. */
  static long rows(Table table) {
    Snapshot current = table.currentSnapshot();
    return current == null ? 0 : rows(current);
  }

  static long rows(Snapshot snapshot) {
    return Long.parseLong(snapshot.summary().getOrDefault(SnapshotSummary.TOTAL_RECORDS_PROP, "0"));
  }
}
