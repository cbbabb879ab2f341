package io.moulin.load.file;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Splits bytes into lines, byte for byte: whatever stands in them. */
public final class Lines implements AutoCloseable {
  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private int at;
  private int end;
  private byte[] carry = new byte[0];
  private boolean first = true;
  private long number;

  public Lines(InputStream in) {
    this.in = in;
  }

  /** The next line without its end (LF or CRLF); null after the last. */
  public byte @Nullable [] next() throws IOException {
    int carried = 0;
    while (true) {
      if (at == end) {
        end = in.read(buffer, 0, buffer.length);
        at = 0;
        if (end <= 0) {
          end = 0;
          return carried == 0 ? null : line(carried);
        }
      }
      int stop = at;
      while (stop < end && buffer[stop] != '\n') {
        stop++;
      }
      int length = stop - at;
      if (stop < end && carried == 0) {
        byte[] line = Arrays.copyOfRange(buffer, at, trimmed(buffer, at, stop));
        at = stop + 1;
        return counted(line);
      }
      if (carry.length < carried + length) {
        carry = Arrays.copyOf(carry, Math.max(carried + length, 2 * carry.length));
      }
      System.arraycopy(buffer, at, carry, carried, length);
      carried += length;
      at = stop;
      if (stop < end) {
        at = stop + 1;
        return line(carried);
      }
    }
  }

  /** Number of the line that {@link #next} gave last, from 1. */
  public long number() {
    return number;
  }

  private byte[] line(int carried) {
    return counted(Arrays.copyOf(carry, trimmed(carry, 0, carried)));
  }

  private byte[] counted(byte[] line) {
    number++;
    if (first) {
      first = false;
      // A byte order mark belongs to the file, not to its first line.
      if (line.length >= 3
          && line[0] == (byte) 0xef
          && line[1] == (byte) 0xbb
          && line[2] == (byte) 0xbf) {
        return Arrays.copyOfRange(line, 3, line.length);
      }
    }
    return line;
  }

  private static int trimmed(byte[] bytes, int from, int to) {
    return to > from && bytes[to - 1] == '\r' ? to - 1 : to;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
