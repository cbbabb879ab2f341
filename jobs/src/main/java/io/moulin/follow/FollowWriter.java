package io.moulin.follow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.moulin.parquet.ManifestThreads;
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

/** Commits rows to a table, atomically, and only to the snapshot they were made over. */
final class FollowWriter {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Table table;
  private final Following following;

  /**
   * @param table as it was read
   */
  FollowWriter(Table table, Following following) {
    this.table = table;
    this.following = following;
  }

  /**
   * Puts files in the place of others.
   *
   * @param added as the JSON of Iceberg's content file parser
   */
  void commit(List<String> added, List<DataFile> replaced, FollowMark mark) {
    Snapshot basis = table.currentSnapshot();
    SnapshotUpdate<?> update = update(added, replaced);
    update.validateWith(
        ancestors -> {
          Iterator<Snapshot> newest = ancestors.iterator();
          return newest.hasNext()
              ? basis != null && newest.next().snapshotId() == basis.snapshotId()
              : basis == null;
        });
    for (Map.Entry<String, String> entry : mark.properties(following.table().layer()).entrySet()) {
      update.set(entry.getKey(), entry.getValue());
    }
    update.scanManifestsWith(ManifestThreads.of(table));
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
      AppendFiles append = table.newAppend();
      added.forEach(json -> append.appendFile(dataFile(json)));
      return append;
    }
    OverwriteFiles overwrite = table.newOverwrite();
    replaced.forEach(overwrite::deleteFile);
    added.forEach(json -> overwrite.addFile(dataFile(json)));
    return overwrite;
  }

  /** Whatever happened is seen in the table by who comes next. */
  private MoulinException failed(String what, RuntimeException e) {
    return MoulinException.external(
        Keeper.notCommitted(following),
        what.formatted(table.name()),
        "nothing is lost: the next run or commit follows silver from where the table is",
        e);
  }

  private DataFile dataFile(String json) {
    try {
      return (DataFile) ContentFileParser.fromJson(MAPPER.readTree(json), table.specs());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Invalid data file: " + json, e);
    }
  }
}
