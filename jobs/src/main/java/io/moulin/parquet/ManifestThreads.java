package io.moulin.parquet;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.ThreadPools;

/**
 * Who reads and writes the manifests of a table. Iceberg waits for its pool by looking every 10 ms
 * whether it is done, three to five times a commit. That is nothing beside requests to a store far
 * away, and most of a commit on this machine's disk: there the thread that commits does it itself.
 */
public final class ManifestThreads {
  private static final ExecutorService ON_THIS_THREAD = new OnThisThread();

  private ManifestThreads() {}

  /** For scans and commits of a table. */
  public static ExecutorService of(Table table) {
    return LocalDisk.path(table.location()).isPresent()
        ? ON_THIS_THREAD
        : ThreadPools.getWorkerPool();
  }

  /** Has done everything when it is asked to; it has no threads that could be ended. */
  private static final class OnThisThread extends AbstractExecutorService {
    @Override
    public void execute(Runnable task) {
      task.run();
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public boolean isTerminated() {
      return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return false;
    }
  }
}
