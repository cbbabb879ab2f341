package io.moulin.commit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.moulin.commit.Correction.Changes;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.MoulinException;
import io.moulin.spec.TableSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Proves a correction before anybody can read it: the rows that each table would hold are those
 * that the new ledger speaks of. A rebuild is made on a branch of every table first.
 */
final class Proof {
  private static final Logger LOG = LoggerFactory.getLogger(Proof.class);
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String PREFIX = "rebuild-";

  private final DatasetSpec dataset;
  private final CommitIntent intent;
  private final String branch;

  Proof(DatasetSpec dataset, CommitIntent intent) {
    this.dataset = dataset;
    this.intent = intent;
    this.branch = PREFIX + intent.ledger().run();
  }

  /** Compares what the tables would hold, by the counts of their files, with the new ledger. */
  void check(Map<Layer, Table> tables) {
    for (TableSpec spec : dataset.tables()) {
      Table table = tables.get(spec.layer());
      Changes changes = intent.changes(spec.layer());
      if (table != null && !changes.empty()) {
        long rows = Books.rows(table) + rows(changes.added()) - rows(changes.deleted());
        require(spec, rows);
      }
    }
  }

  /** Makes the snapshots on their branch, and reads there what they hold. */
  void stage(Map<Layer, Table> tables) {
    for (TableSpec spec : dataset.tables()) {
      Table table = tables.get(spec.layer());
      if (table != null && !intent.changes(spec.layer()).empty()) {
        Snapshot staged = new TableCommit(spec.layer(), table, intent).stage(branch);
        require(spec, Books.rows(staged));
      }
    }
  }

  /**
   * Removes the branches of rebuilds; nobody stages one, because the caller has the lock that a
   * rebuild holds while it does.
   */
  static void clear(Collection<Table> tables) {
    for (Table table : tables) {
      table.refresh();
      for (Map.Entry<String, SnapshotRef> ref : table.refs().entrySet()) {
        if (ref.getValue().isBranch() && ref.getKey().startsWith(PREFIX)) {
          try {
            table.manageSnapshots().removeBranch(ref.getKey()).commit();
          } catch (CommitStateUnknownException | CommitFailedException e) {
            // No row depends on it, and the next run or correction tries again.
            LOG.warn("Cannot remove the branch {} of {} yet", ref.getKey(), table.name(), e);
          }
        }
      }
    }
  }

  private void require(TableSpec spec, long rows) {
    long expected = Books.expected(intent.ledger(), spec.layer());
    if (rows != expected) {
      throw MoulinException.check(
          "books-do-not-balance",
          "%s would hold %,d rows after the correction, the new ledger says %,d"
              .formatted(spec.fullName(), rows, expected),
          "nothing was changed; 'moulin balance --deep' shows whether the tables were out of step before");
    }
  }

  private static long rows(List<String> files) {
    long rows = 0;
    for (String json : files) {
      try {
        JsonNode count = MAPPER.readTree(json).path("record-count");
        rows += count.asLong();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return rows;
  }
}
