package io.moulin.load.file;

import io.moulin.spec.ColumnSpec;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** JSON lines, passed through byte for byte; only watched fields are looked at. */
public final class JsonLineRows implements Rows {
  private static final byte[] NOTHING = new byte[0];

  private final Lines lines;
  private final WatchedFields fields;
  private byte[] line = NOTHING;
  private boolean looked;

  public JsonLineRows(InputStream in, List<ColumnSpec> watched) {
    this.lines = new Lines(in);
    this.fields = new WatchedFields(watched);
  }

  @Override
  public boolean next() throws IOException {
    byte[] next = lines.next();
    while (next != null && isBlank(next)) {
      next = lines.next();
    }
    line = next == null ? NOTHING : next;
    looked = false;
    return next != null;
  }

  public static boolean isBlank(byte[] line) {
    for (byte b : line) {
      if (b != ' ' && b != '\t') {
        return false;
      }
    }
    return true;
  }

  @Override
  public byte[] value() {
    return line;
  }

  @Override
  public @Nullable String text(int index) {
    if (!looked) {
      looked = true;
      fields.look(line);
    }
    return fields.text(index);
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
