package io.moulin.history;

import io.moulin.spec.DatasetSpec;
import io.moulin.spec.TableSpec;
import io.moulin.spec.history.HistorySpec;
import java.nio.file.Path;
import org.apache.iceberg.catalog.Catalog;

/**
 * What keeping a history works with.
 *
 * @param dataset one that has a history
 * @param memoryBytes most memory of DuckDB
 * @param folder its own, for files until they are in a table and for what does not fit in memory
 * @param locks folder of the locks that all writers share; empty for none
 */
public record HistoryJob(
    DatasetSpec dataset, long memoryBytes, Catalog catalog, Path folder, String locks) {

  HistorySpec history() {
    HistorySpec history = dataset.history();
    if (history == null) {
      throw new IllegalStateException("Cannot keep a history: " + dataset.name() + " has none");
    }
    return history;
  }

  TableSpec table() {
    return dataset.historyTable().orElseThrow();
  }
}
