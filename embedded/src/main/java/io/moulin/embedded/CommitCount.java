package io.moulin.embedded;

import io.moulin.commit.Ledger;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;

/** What a dataset's jobs have committed, read from the table that every commit ends with. */
final class CommitCount {
  private final Catalog catalog;
  private final TableIdentifier table;

  CommitCount(Catalog catalog, DatasetSpec dataset) {
    this.catalog = catalog;
    this.table = TableIdentifier.of(Layer.SILVER.namespace(), dataset.table());
  }

  /** How far the table is now. */
  Mark mark() {
    return load()
        .map(
            loaded ->
                new Mark(
                    loaded.currentSnapshot() == null
                        ? 0
                        : loaded.currentSnapshot().sequenceNumber(),
                    consumed(loaded)))
        .orElse(new Mark(0, 0));
  }

  /** Commits that were made after {@code start}. */
  int commitsSince(Mark start) {
    int commits = 0;
    Optional<Table> loaded = load();
    if (loaded.isPresent()) {
      for (Snapshot snapshot : loaded.get().snapshots()) {
        if (snapshot.sequenceNumber() > start.sequence() && Ledger.in(snapshot)) {
          commits++;
        }
      }
    }
    return commits;
  }

  private static long consumed(Table table) {
    return Ledger.newest(table).map(ledger -> ledger.total().consumed()).orElse(0L);
  }

  private Optional<Table> load() {
    try {
      return Optional.of(catalog.loadTable(table));
    } catch (NoSuchTableException e) {
      return Optional.empty(); // the job says so
    }
  }

  /**
   * A moment in the table's life.
   *
   * @param sequence Iceberg's number of the newest snapshot
   * @param consumed rows consumed by all commits until then
   */
  record Mark(long sequence, long consumed) {}
}
