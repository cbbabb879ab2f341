package io.moulin.commit;

import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets one writer at a time commit to the tables of a dataset, in this process and among the
 * processes of this machine. The operating system holds the file's lock and drops it with the
 * process, so that a killed writer leaves none behind. Writers that share no folder have no lock;
 * what guards them is that every commit is checked against the history of its table.
 */
public final class CommitLock {
  /** Where there is no folder that all writers share. */
  public static final CommitLock NONE = new CommitLock(null);

  private static final Map<Path, ReentrantLock> IN_THIS_PROCESS = new ConcurrentHashMap<>();

  private final @Nullable Path file;

  private CommitLock(@Nullable Path file) {
    this.file = file;
  }

  /**
   * The lock of one dataset.
   *
   * @param folder shared by all writers; empty for none
   */
  public static CommitLock of(String folder, String dataset) {
    return folder.isEmpty() ? NONE : at(Path.of(folder).resolve(dataset + ".commit"));
  }

  /** The lock that lets one correction of a dataset at a time be worked out. */
  public static CommitLock ofCorrections(String folder, String dataset) {
    return folder.isEmpty() ? NONE : at(Path.of(folder).resolve(dataset + ".correction"));
  }

  /**
   * The lock that a compaction takes, and a correction, which is worked out over files that stay.
   */
  public static CommitLock ofCompaction(String folder, String dataset) {
    return folder.isEmpty() ? NONE : at(Path.of(folder).resolve(dataset + ".compaction"));
  }

  /** The lock that lets one at a time write a table that follows silver. */
  public static CommitLock ofFollowing(String folder, String name) {
    return folder.isEmpty() ? NONE : at(Path.of(folder).resolve(name));
  }

  private static CommitLock at(Path file) {
    return new CommitLock(file.toAbsolutePath().normalize());
  }

  /** Waits for the lock and takes it. */
  public Held take() {
    Path path = file;
    if (path == null) {
      return new Held(null, null);
    }
    ReentrantLock inside = inside(path);
    boolean again = inside.isHeldByCurrentThread();
    try {
      inside.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw MoulinException.external(
          "commit-interrupted", "The wait for " + path + " was interrupted", "run it again", e);
    }
    if (again) {
      return new Held(inside, null);
    }
    try {
      FileChannel channel = open(path);
      try {
        channel.lock();
        return new Held(inside, channel);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      inside.unlock();
      throw failed(path, e);
    }
  }

  /** Takes the lock if nobody has it. */
  public Optional<Held> tryTake() {
    Path path = file;
    if (path == null) {
      return Optional.of(new Held(null, null));
    }
    ReentrantLock inside = inside(path);
    if (inside.isHeldByCurrentThread() || !inside.tryLock()) {
      return Optional.empty();
    }
    try {
      FileChannel channel = open(path);
      if (channel.tryLock() == null) {
        channel.close();
        inside.unlock();
        return Optional.empty();
      }
      return Optional.of(new Held(inside, channel));
    } catch (IOException | RuntimeException e) {
      inside.unlock();
      throw failed(path, e);
    }
  }

  private static ReentrantLock inside(Path path) {
    // The channel's lock belongs to the process: its threads need one of their own.
    return IN_THIS_PROCESS.computeIfAbsent(path, p -> new ReentrantLock());
  }

  private static FileChannel open(Path path) throws IOException {
    Path folder = path.getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    return FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private static MoulinException failed(Path path, Exception cause) {
    return MoulinException.external(
        "commit-lock",
        "Cannot take the lock %s: %s".formatted(path, cause.getMessage()),
        "make " + path.getParent() + " writable, or free disk space",
        cause);
  }

  /** The lock while it is held, by the thread that took it. */
  public static final class Held implements AutoCloseable {
    private final @Nullable ReentrantLock inside;
    private final @Nullable FileChannel channel;

    private Held(@Nullable ReentrantLock inside, @Nullable FileChannel channel) {
      this.inside = inside;
      this.channel = channel;
    }

    /** Gives the lock back. */
    @Override
    public void close() {
      try {
        if (channel != null) {
          channel.close();
        }
      } catch (IOException e) {
        throw MoulinException.external(
            "commit-lock", "Cannot give a lock back: " + e.getMessage(), "", e);
      } finally {
        if (inside != null) {
          inside.unlock();
        }
      }
    }
  }
}
