package io.moulin.load.file;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;

/** Hashes a stream to its very end, even when its reader stops before: on close it reads on. */
public final class HashingStream extends FilterInputStream {
  private boolean closed;

  public HashingStream(InputStream in, MessageDigest digest) {
    super(new DigestInputStream(in, digest));
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      try {
        in.transferTo(OutputStream.nullOutputStream());
      } finally {
        super.close();
      }
    }
  }
}
