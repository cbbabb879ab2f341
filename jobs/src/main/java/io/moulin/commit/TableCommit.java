package io.moulin.commit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.moulin.commit.Correction.Changes;
import io.moulin.parquet.ManifestThreads;
import io.moulin.spec.Layer;
import io.moulin.spec.MoulinException;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.ContentFileParser;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ValidationException;
import org.jspecify.annotations.Nullable;

/** What one commit does to one table, in one snapshot, made at most once. */
final class TableCommit {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Layer layer;
  private final Table table;
  private final CommitIntent intent;

  TableCommit(Layer layer, Table table, CommitIntent intent) {
    this.layer = layer;
    this.table = table;
    this.intent = intent;
  }

  /** Whether the table has the commit already. */
  boolean made() {
    return Ledger.newest(table).map(Ledger::token).filter(token()::equals).isPresent();
  }

  private String token() {
    return intent.ledger().token();
  }

  /**
   * Makes the commit, unless the table has it. The history that it was worked out from is checked
   * in the same atomic step.
   */
  void make() {
    if (made()) {
      return;
    }
    try {
      update(null).commit();
    } catch (CommitStateUnknownException e) {
      table.refresh();
      if (!made()) {
        throw MoulinException.external(
            "commit-unknown",
            "The catalog did not say whether it has committed to " + table.name(),
            "run again: the intent is kept and the commit is finished or skipped",
            e);
      }
    } catch (ValidationException e) {
      throw changed(e);
    } catch (CommitFailedException e) {
      throw MoulinException.external(
          "commit-failed",
          "The catalog refused a commit to " + table.name() + ": " + e.getMessage(),
          "run again: the intent is kept and the commit is finished",
          e);
    }
  }

  /** Makes the snapshot on a branch beside main, where nobody reads it. */
  Snapshot stage(String branch) {
    Snapshot from = table.currentSnapshot();
    try {
      if (from != null) {
        // The totals of a snapshot are counted on from its branch.
        table.manageSnapshots().createBranch(branch, from.snapshotId()).commit();
      }
      update(branch).commit();
    } catch (ValidationException e) {
      throw changed(e);
    } catch (CommitStateUnknownException | CommitFailedException e) {
      throw MoulinException.external(
          "staging-failed",
          "The catalog did not take the branch %s of %s".formatted(branch, table.name()),
          "nothing was changed, and the next run or correction removes the branch; run it again",
          e);
    }
    table.refresh();
    Snapshot staged = table.snapshot(branch);
    if (staged == null) {
      throw new IllegalStateException("Cannot find the branch " + branch + " of " + table.name());
    }
    return staged;
  }

  private MoulinException changed(ValidationException e) {
    return MoulinException.external(
        "tables-changed",
        "Another writer has committed to %s in the meantime".formatted(table.name()),
        "nothing was doubled; run it again and it is worked out anew",
        e);
  }

  private SnapshotUpdate<?> update(@Nullable String branch) {
    Changes changes = intent.changes(layer);
    SnapshotUpdate<?> update = changes.deleted().isEmpty() ? append(changes) : overwrite(changes);
    update.scanManifestsWith(ManifestThreads.of(table));
    update.validateWith(basis());
    if (branch != null) {
      update.toBranch(branch); // without a ledger: it is not a commit yet
    }
    if (branch == null) {
      update.set(Ledger.PROPERTY, intent.ledger().toJson());
    }
    update.set(Ledger.TOKEN_PROPERTY, token());
    for (Map.Entry<String, String> entry : intent.audit().entrySet()) {
      update.set(entry.getKey(), entry.getValue());
    }
    return update;
  }

  private AppendFiles append(Changes changes) {
    AppendFiles append = table.newAppend();
    changes.added().forEach(json -> append.appendFile(dataFile(json)));
    return append;
  }

  private OverwriteFiles overwrite(Changes changes) {
    OverwriteFiles overwrite = table.newOverwrite();
    changes.deleted().forEach(json -> overwrite.deleteFile(dataFile(json)));
    changes.added().forEach(json -> overwrite.addFile(dataFile(json)));
    return overwrite;
  }

  /**
   * A correction replaces files, so its table must be the very snapshot that it has read. An ingest
   * only adds: others may rewrite files beneath it, as long as they leave the ledger.
   */
  private SnapshotAncestryValidator basis() {
    Correction correction = intent.correction();
    Map<Layer, String> before = intent.before();
    if (correction != null) {
      Long snapshot = correction.basis().get(layer);
      return ancestors -> {
        Iterator<Snapshot> newest = ancestors.iterator();
        return newest.hasNext()
            ? snapshot != null && newest.next().snapshotId() == snapshot
            : snapshot == null;
      };
    }
    if (before == null) {
      return SnapshotAncestryValidator.NON_VALIDATING; // written down by an older version
    }
    Optional<String> expected = Optional.ofNullable(before.get(layer));
    return ancestors -> Ledger.newest(ancestors).map(Ledger::token).equals(expected);
  }

  private DataFile dataFile(String json) {
    try {
      return (DataFile) ContentFileParser.fromJson(MAPPER.readTree(json), table.specs());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Invalid data file: " + json, e);
    }
  }
}
