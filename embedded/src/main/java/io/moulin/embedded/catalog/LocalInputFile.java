package io.moulin.embedded.catalog;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.RuntimeIOException;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.SeekableInputStream;

/** A file of the local disk, to read. */
record LocalInputFile(String location, Path path) implements InputFile {

  @Override
  public long getLength() {
    try {
      return Files.size(path);
    } catch (NoSuchFileException e) {
      throw missing(e);
    } catch (IOException e) {
      throw new RuntimeIOException(e, "Cannot read the size of %s", location);
    }
  }

  @Override
  public SeekableInputStream newStream() {
    try {
      return new Reader(Files.newByteChannel(path));
    } catch (NoSuchFileException e) {
      throw missing(e);
    } catch (IOException e) {
      throw new RuntimeIOException(e, "Cannot open %s", location);
    }
  }

  private NotFoundException missing(NoSuchFileException cause) {
    return new NotFoundException(cause, "Failed to open input stream for file: %s", location);
  }

  @Override
  public boolean exists() {
    return Files.exists(path);
  }

  private static final class Reader extends SeekableInputStream {
    private final SeekableByteChannel channel;

    Reader(SeekableByteChannel channel) {
      this.channel = channel;
    }

    @Override
    public long getPos() throws IOException {
      return channel.position();
    }

    @Override
    public void seek(long position) throws IOException {
      channel.position(position);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      return length == 0 ? 0 : channel.read(ByteBuffer.wrap(target, offset, length));
    }

    @Override
    public long skip(long count) throws IOException {
      long from = channel.position();
      long to = Math.max(from, Math.min(channel.size(), from + Math.max(count, 0)));
      channel.position(to);
      return to - from;
    }

    @Override
    public void skipNBytes(long count) throws IOException {
      if (skip(count) < count) {
        throw new EOFException();
      }
    }

    @Override
    public int available() throws IOException {
      return (int) Math.min(Integer.MAX_VALUE, channel.size() - channel.position());
    }

    @Override
    public byte[] readAllBytes() throws IOException {
      return Channels.newInputStream(channel).readAllBytes();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
