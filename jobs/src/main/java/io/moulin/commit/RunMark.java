package io.moulin.commit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.SupportsPrefixOperations;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says beside the bronze table which run is at work. A mark that is still there when the next run
 * begins tells of a run that did not end, and by its name which files it may have left: written,
 * but part of no snapshot. Only files of that one run are ever deleted, so nothing of a living
 * writer is.
 */
public record RunMark(String run) {
  private static final Logger LOG = LoggerFactory.getLogger(RunMark.class);

  /** Of the stream; also beside a table that is made of silver, of who is at work there. */
  public static final Note<RunMark> NOTE = new Note<>("moulin-run.json", RunMark.class);

  /** Of the correction that is being worked out; a stream may run beside it. */
  static final Note<RunMark> CORRECTION = new Note<>("moulin-correction.json", RunMark.class);

  /** Deletes what the run has written and no snapshot holds; returns how many files that were. */
  public int sweep(Collection<Table> tables) {
    int deleted = 0;
    for (Table table : tables) {
      if (table.io() instanceof SupportsPrefixOperations files) {
        deleted += sweep(table, files);
      }
    }
    if (deleted > 0) {
      LOG.info("Deleted {} files that the run {} had left uncommitted", deleted, run);
    }
    return deleted;
  }

  private int sweep(Table table, SupportsPrefixOperations files) {
    List<String> written = new ArrayList<>();
    for (FileInfo file : files.listPrefix(table.location() + "/data")) {
      if (name(file.location()).startsWith(run + "-")) {
        written.add(file.location());
      }
    }
    if (written.isEmpty()) {
      return 0;
    }
    Set<String> known = known(table);
    written.removeIf(location -> known.contains(name(location)));
    written.forEach(files::deleteFile);
    return written.size();
  }

  private static String name(String location) {
    return location.substring(location.lastIndexOf('/') + 1);
  }

  /**
   * Names of the files that any snapshot holds. Who added them does not tell: the snapshots of a
   * long run are expired while its files live on.
   */
  private static Set<String> known(Table table) {
    Set<String> names = new HashSet<>();
    Set<String> read = new HashSet<>();
    for (Snapshot snapshot : table.snapshots()) {
      for (ManifestFile manifest : snapshot.dataManifests(table.io())) {
        if (read.add(manifest.path())) {
          try (ManifestReader<DataFile> files =
              ManifestFiles.read(manifest, table.io(), table.specs())) {
            files.forEach(file -> names.add(name(file.location())));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      }
    }
    return names;
  }
}
