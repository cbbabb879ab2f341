package io.moulin.control;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What a thread of its own finds out while the one that began it goes on. */
final class Meanwhile<T> {
  private final CompletableFuture<T> found;

  private Meanwhile(CompletableFuture<T> found) {
    this.found = found;
  }

  static <T> Meanwhile<T> begin(String thread, Supplier<T> work) {
    return new Meanwhile<>(CompletableFuture.supplyAsync(work, task -> start(task, thread)));
  }

  private static void start(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true); // who gives up may end the process
    thread.start();
  }

  /** Waits for it; fails as it failed. */
  T get() {
    try {
      return found.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      } else if (e.getCause() instanceof Error failure) {
        throw failure;
      }
      throw e;
    }
  }

  /** Waits for it, and does {@code last} with it unless it failed. */
  void end(Consumer<T> last) {
    found
        .handle((value, failure) -> failure == null ? Optional.of(value) : Optional.<T>empty())
        .join()
        .ifPresent(last);
  }
}
