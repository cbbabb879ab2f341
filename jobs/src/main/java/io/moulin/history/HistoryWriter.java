package io.moulin.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.moulin.spec.MoulinException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.ContentFileParser;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ValidationException;

/** Commits versions to a history, atomically, and only to the snapshot they were made over. */
final class HistoryWriter {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Table history;

  /**
   * @param history as it was read
   */
  HistoryWriter(Table history) {
    this.history = history;
  }

  /**
   * Puts files in the place of others.
   *
   * @param added as the JSON of Iceberg's content file parser
   */
  void commit(List<String> added, List<DataFile> replaced, HistoryMark mark) {
    Snapshot basis = history.currentSnapshot();
    SnapshotUpdate<?> update = update(added, replaced);
    update.validateWith(
        ancestors -> {
          Iterator<Snapshot> newest = ancestors.iterator();
          return newest.hasNext()
              ? basis != null && newest.next().snapshotId() == basis.snapshotId()
              : basis == null;
        });
    for (Map.Entry<String, String> entry : mark.properties().entrySet()) {
      update.set(entry.getKey(), entry.getValue());
    }
    try {
      update.commit();
    } catch (CommitStateUnknownException e) {
      throw failed("The catalog did not say whether it has committed to %s", e);
    } catch (ValidationException e) {
      throw failed("Another writer has committed to %s in the meantime", e);
    } catch (CommitFailedException e) {
      throw failed("The catalog refused a commit to %s", e);
    }
  }

  private SnapshotUpdate<?> update(List<String> added, List<DataFile> replaced) {
    if (replaced.isEmpty()) {
      AppendFiles append = history.newAppend();
      added.forEach(json -> append.appendFile(dataFile(json)));
      return append;
    }
    OverwriteFiles overwrite = history.newOverwrite();
    replaced.forEach(overwrite::deleteFile);
    added.forEach(json -> overwrite.addFile(dataFile(json)));
    return overwrite;
  }

  /** Whatever happened is seen in the table by who comes next. */
  private MoulinException failed(String what, RuntimeException e) {
    return MoulinException.external(
        HistoryKeeper.NOT_COMMITTED,
        what.formatted(history.name()),
        "nothing is lost: the next run or commit follows silver from where the history is",
        e);
  }

  private DataFile dataFile(String json) {
    try {
      return (DataFile) ContentFileParser.fromJson(MAPPER.readTree(json), history.specs());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Invalid data file: " + json, e);
    }
  }
}
