package io.moulin.embedded.catalog;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.RuntimeIOException;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;

/** A file of the local disk, to write. */
record LocalOutputFile(String location, Path path) implements OutputFile {
  private static final int BUFFER_BYTES = 64 * 1024;

  @Override
  public PositionOutputStream create() {
    if (Files.exists(path)) {
      throw new AlreadyExistsException("File already exists: %s", location);
    }
    return open(Publish.NEW);
  }

  @Override
  public PositionOutputStream createOrOverwrite() {
    return open(Publish.OVER);
  }

  private PositionOutputStream open(Publish publish) {
    try {
      Path folder = path.getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      // Hidden, so that no reader of the folder takes it for a file of the table.
      Path temporary = path.resolveSibling("." + UUID.randomUUID() + ".tmp");
      FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
      return new Writer(channel, temporary, path, publish);
    } catch (IOException e) {
      throw new RuntimeIOException(e, "Cannot create %s", location);
    }
  }

  @Override
  public InputFile toInputFile() {
    return new LocalInputFile(location, path);
  }

  /** What happens when the name is taken at the end of writing. */
  private enum Publish {
    NEW,
    OVER
  }

  private static final class Writer extends PositionOutputStream {
    private final FileChannel channel;
    private final OutputStream buffered;
    private final Path temporary;
    private final Path target;
    private final Publish publish;
    private long position;
    private boolean failed;
    private boolean closed;

    Writer(FileChannel channel, Path temporary, Path target, Publish publish) {
      this.channel = channel;
      this.buffered = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES);
      this.temporary = temporary;
      this.target = target;
      this.publish = publish;
    }

    @Override
    public long getPos() {
      return position;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        buffered.write(bytes, offset, length);
        position += length;
      } catch (IOException e) {
        failed = true;
        throw e;
      }
    }

    @Override
    public void flush() throws IOException {
      buffered.flush();
    }

    /** Makes the file visible, and durable: a commit that points to it must survive a crash. */
    @Override
    public void close() throws IOException {
      if (closed) {
        return;
      }
      closed = true;
      try (FileChannel open = channel) {
        buffered.flush();
        open.force(true);
      } catch (IOException e) {
        failed = true;
        throw e;
      } finally {
        if (failed) {
          Files.deleteIfExists(temporary);
        }
      }
      if (failed) {
        throw new IOException("Cannot complete " + target + ": writing it failed before");
      }
      rename();
    }

    private void rename() throws IOException {
      try {
        switch (publish) {
          case OVER ->
              Files.move(
                  temporary,
                  target,
                  StandardCopyOption.ATOMIC_MOVE,
                  StandardCopyOption.REPLACE_EXISTING);
          // A link is the one atomic way to take a name only if it is free.
          case NEW -> Files.createLink(target, temporary);
        }
      } catch (FileAlreadyExistsException e) {
        throw new AlreadyExistsException(e, "File already exists: %s", target);
      } finally {
        Files.deleteIfExists(temporary);
      }
    }
  }
}
