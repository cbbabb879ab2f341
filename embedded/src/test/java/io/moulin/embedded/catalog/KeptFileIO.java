package io.moulin.embedded.catalog;

import java.nio.file.Path;
import java.util.stream.StreamSupport;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.SupportsPrefixOperations;

/**
 * Files under a name of their own, wherever their folder is: what a table says of its files holds
 * in every clone.
 */
public final class KeptFileIO implements SupportsPrefixOperations {
  /** The warehouse, as tables name it. */
  public static final String WAREHOUSE = "kept:/warehouse";

  private static final long serialVersionUID = 1L;
  private final String folder;

  public KeptFileIO(Path folder) {
    this.folder = folder.toAbsolutePath().toString();
  }

  /** Where a file is. */
  public Path path(String location) {
    if (!location.startsWith(WAREHOUSE)) {
      throw new IllegalArgumentException("Invalid location: " + location);
    }
    return Path.of(folder + location.substring(WAREHOUSE.length()));
  }

  @Override
  public InputFile newInputFile(String location) {
    return new LocalInputFile(location, path(location));
  }

  @Override
  public OutputFile newOutputFile(String location) {
    return new LocalOutputFile(location, path(location));
  }

  @Override
  public void deleteFile(String location) {
    new LocalFileIO().deleteFile(path(location).toString());
  }

  @Override
  public Iterable<FileInfo> listPrefix(String prefix) {
    Iterable<FileInfo> found = new LocalFileIO().listPrefix(path(prefix).toString());
    return StreamSupport.stream(found.spliterator(), false)
        .map(
            file ->
                new FileInfo(
                    WAREHOUSE + file.location().substring(folder.length()),
                    file.size(),
                    file.createdAtMillis()))
        .toList();
  }

  @Override
  public void deletePrefix(String prefix) {
    new LocalFileIO().deletePrefix(path(prefix).toString());
  }
}
