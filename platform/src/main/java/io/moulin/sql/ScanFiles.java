package io.moulin.sql;

import io.moulin.spec.MoulinException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileFormat;

/**
 * The files that a plan names, in the order in which they were added.
 *
 * @param clean data files of which every row counts
 * @param dirty data files of which some rows are deleted, by location
 * @param positionDeletes Parquet files that name rows of the dirty ones
 * @param vectors deletion vectors of the dirty ones
 */
record ScanFiles(
    List<String> clean,
    List<String> dirty,
    List<String> positionDeletes,
    List<DeleteFile> vectors) {

  static ScanFiles of(String name, TablePlan plan) {
    ScanFiles files =
        new ScanFiles(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    Map<String, DeleteFile> deletes = new LinkedHashMap<>();
    for (TablePlan.Read read : plan.reads()) {
      supported(name, read.file());
      (read.deletes().isEmpty() ? files.clean : files.dirty).add(read.file().location());
      for (DeleteFile delete : read.deletes()) {
        // Several vectors may lie in one file.
        deletes.put(delete.location() + "#" + delete.contentOffset(), delete);
      }
    }
    deletes.values().forEach(delete -> files.add(name, delete));
    return files;
  }

  private static void supported(String name, DataFile file) {
    if (file.format() != FileFormat.PARQUET) {
      throw unsupported(name, file, "a data file of format " + file.format());
    }
  }

  private void add(String name, DeleteFile delete) {
    if (delete.content() == FileContent.EQUALITY_DELETES) {
      throw unsupported(name, delete, "equality deletes");
    } else if (delete.format() == FileFormat.PUFFIN) {
      vectors.add(delete);
    } else if (delete.format() == FileFormat.PARQUET) {
      positionDeletes.add(delete.location());
    } else {
      throw unsupported(name, delete, "position deletes of format " + delete.format());
    }
  }

  private static MoulinException unsupported(String name, ContentFile<?> file, String what) {
    return MoulinException.user(
        "unsupported-files",
        "%s has %s, which Moulin neither writes nor reads: %s"
            .formatted(name, what, file.location()),
        "compact the table with the engine that wrote them, or query it there");
  }
}
