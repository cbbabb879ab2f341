package io.moulin.embedded;

import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a project folder to one process. The operating system holds the lock and drops it with the
 * process, so that none is ever stale; the file's content only says whose it is.
 */
final class ProjectLock implements AutoCloseable {
  private final FileChannel channel;

  private ProjectLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Takes the lock of {@code file}, or fails with {@code project-locked}. */
  static ProjectLock take(Path file) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (lock(channel) == null) {
        String owner = read(channel);
        channel.close();
        throw locked(file, owner);
      }
      write(channel);
      return new ProjectLock(channel);
    } catch (IOException e) {
      throw MoulinException.external(
          "disk-not-writable",
          "The project folder cannot be written: " + e.getMessage(),
          "make " + file.toAbsolutePath().getParent() + " writable, or free disk space",
          e);
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // held by this very process
    }
  }

  private static MoulinException locked(Path file, String owner) {
    String who = owner.isBlank() ? "another process" : "process " + owner.strip();
    return MoulinException.external(
        "project-locked",
        "The project is in use by " + who,
        "wait until it ends or stop it; one process at a time works on "
            + file.toAbsolutePath().getParent());
  }

  private static String read(FileChannel channel) throws IOException {
    ByteBuffer content = ByteBuffer.allocate(200);
    channel.read(content, 0);
    return StandardCharsets.UTF_8.decode(content.flip()).toString();
  }

  private static void write(FileChannel channel) throws IOException {
    ProcessHandle self = ProcessHandle.current();
    Instant started = self.info().startInstant().orElseGet(Instant::now);
    String content =
        "%d (started %s)%n".formatted(self.pid(), started.truncatedTo(ChronoUnit.SECONDS));
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)), 0);
  }

  /** Gives the lock back. The file stays: removing it would let two others lock different ones. */
  @Override
  public void close() {
    try {
      if (channel.isOpen()) {
        channel.truncate(0);
        channel.close();
      }
    } catch (IOException e) {
      throw MoulinException.external(
          "disk-not-writable", "The lock cannot be given back: " + e.getMessage(), "", e);
    }
  }
}
