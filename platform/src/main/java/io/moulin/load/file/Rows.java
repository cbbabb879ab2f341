package io.moulin.load.file;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The rows of a file, one after the other. */
public interface Rows extends AutoCloseable {

  /** Goes to the next row; false when there is none. */
  boolean next() throws IOException;

  /** The row as the value of a record. */
  byte[] value();

  /**
   * The text of the value of the {@code index}-th watched column, as it stands on the wire; null
   * when it has none or its row cannot be decoded.
   */
  @Nullable String text(int index);

  @Override
  void close() throws IOException;
}
