package io.moulin.bench.race;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Watches a process and all that it starts, as Linux accounts for them. */
public final class Tree implements AutoCloseable {
  private static final Duration STEP = Duration.ofMillis(50);
  private static final double MEBI = 1 << 20;
  private static final int RESIDENT_PAGES = 1;
  private static final long PAGE_BYTES = 4096;

  private final ProcessHandle root;
  private final Runnable also;
  private final Thread thread;
  private volatile boolean ended;
  private volatile long peakBytes;

  private Tree(ProcessHandle root, Runnable also) {
    this.root = root;
    this.also = also;
    thread = new Thread(this::watch, "tree-watch");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Begins to watch.
   *
   * @param also is called as often as it looks, 20 times a second
   */
  public static Tree watch(Process root, Runnable also) {
    return new Tree(root.toHandle(), also);
  }

  private void watch() {
    while (!ended) {
      look();
      also.run();
      LockSupport.parkNanos(STEP.toNanos());
    }
  }

  private void look() {
    peakBytes = Math.max(peakBytes, residentBytes());
  }

  private long residentBytes() {
    try (Stream<ProcessHandle> all = all()) {
      return all.mapToLong(Tree::resident).sum();
    }
  }

  /** Memory that all have now, in MiB. */
  public double residentMib() {
    return residentBytes() / MEBI;
  }

  private Stream<ProcessHandle> all() {
    return Stream.concat(Stream.of(root), root.descendants());
  }

  private static long resident(ProcessHandle process) {
    try {
      String statm = Files.readString(Path.of("/proc", Long.toString(process.pid()), "statm"));
      return Long.parseLong(statm.split(" ", -1)[RESIDENT_PAGES]) * PAGE_BYTES;
    } catch (IOException e) {
      return 0; // it has ended
    }
  }

  /** CPU seconds of the processes that live now. */
  public double cpuSeconds() {
    try (Stream<ProcessHandle> all = all()) {
      return all.map(process -> process.info().totalCpuDuration())
              .flatMap(Optional::stream)
              .mapToLong(Duration::toMillis)
              .sum()
          / 1_000.0;
    }
  }

  /** Most memory that all had at once, in MiB. */
  public double peakMib() {
    return peakBytes / MEBI;
  }

  @Override
  public void close() {
    ended = true;
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
