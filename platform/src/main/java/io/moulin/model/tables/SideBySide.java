package io.moulin.model.tables;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The same work on several threads at a time. */
final class SideBySide {
  private SideBySide() {}

  /** Work that reads and writes. */
  @FunctionalInterface
  interface Work {
    void run() throws SQLException, IOException;
  }

  /** Runs it on so many threads, and throws the first failure when all have ended. */
  static void run(int threads, Work work) throws SQLException, IOException {
    if (threads == 1) {
      work.run();
      return;
    }
    ExecutorService workers = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        running.add(
            workers.submit(
                () -> {
                  work.run();
                  return null;
                }));
      }
      await(running);
    } finally {
      workers.shutdownNow();
    }
  }

  private static void await(List<Future<?>> running) throws SQLException, IOException {
    Throwable failure = null;
    for (Future<?> each : running) {
      try {
        each.get();
      } catch (ExecutionException e) {
        failure = failure == null ? e.getCause() : failure;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
    if (failure instanceof SQLException e) {
      throw e;
    } else if (failure instanceof IOException e) {
      throw e;
    } else if (failure instanceof RuntimeException e) {
      throw e;
    } else if (failure != null) {
      throw new IllegalStateException(failure);
    }
  }
}
