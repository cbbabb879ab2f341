package io.moulin.verify;

import java.util.Map;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.SupportsPrefixOperations;

/** Files of which none can be written while {@link Suffering} says that the disk is full. */
final class HurtFiles implements SupportsPrefixOperations {
  private static final long serialVersionUID = 1L;

  private final FileIO real;

  HurtFiles(FileIO real) {
    this.real = real;
  }

  @Override
  public OutputFile newOutputFile(String location) {
    Suffering.ofProcess().write(location);
    return real.newOutputFile(location);
  }

  @Override
  public InputFile newInputFile(String location) {
    return real.newInputFile(location);
  }

  @Override
  public InputFile newInputFile(String location, long length) {
    return real.newInputFile(location, length);
  }

  @Override
  public void deleteFile(String location) {
    real.deleteFile(location);
  }

  @Override
  public Map<String, String> properties() {
    return real.properties();
  }

  @Override
  public void close() {
    real.close();
  }

  @Override
  public Iterable<FileInfo> listPrefix(String prefix) {
    return byPrefix().listPrefix(prefix);
  }

  @Override
  public void deletePrefix(String prefix) {
    byPrefix().deletePrefix(prefix);
  }

  /** The tables of a verification are on the local disk. */
  private SupportsPrefixOperations byPrefix() {
    return (SupportsPrefixOperations) real;
  }
}
