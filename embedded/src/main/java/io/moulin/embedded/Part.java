package io.moulin.embedded;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A part of the platform, started when it is first asked for, or in the background before that. */
final class Part<T> {
  private final Supplier<T> starter;
  private final Consumer<T> stopper;
  private @Nullable CompletableFuture<T> started;
  private boolean stopped;

  Part(Supplier<T> starter, Consumer<T> stopper) {
    this.starter = starter;
    this.stopper = stopper;
  }

  /** Begins to start it, if nobody has. */
  void begin() {
    if (future().isCompletedExceptionally()) {
      get();
    }
  }

  private synchronized CompletableFuture<T> future() {
    if (stopped) {
      throw new IllegalStateException("Cannot start: the platform is closed");
    }
    if (started == null) {
      CompletableFuture<T> future = new CompletableFuture<>();
      Thread thread =
          new Thread(
              () -> {
                try {
                  future.complete(starter.get());
                } catch (Throwable e) { // whoever waits has to hear of it
                  future.completeExceptionally(e);
                }
              },
              "start");
      thread.setDaemon(true);
      thread.start();
      started = future;
    }
    return started;
  }

  /** The part, when it has started. */
  T get() {
    try {
      return future().join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw e;
    }
  }

  synchronized boolean running() {
    return started != null && started.isDone() && !started.isCompletedExceptionally() && !stopped;
  }

  /** Stops it if it was started; it does not start again. */
  void stop() {
    CompletableFuture<T> future;
    synchronized (this) {
      future = stopped ? null : started;
      stopped = true;
    }
    if (future != null) {
      future.handle((part, failure) -> part).thenAccept(this::stopStarted).join();
    }
  }

  private void stopStarted(@Nullable T part) {
    if (part != null) {
      stopper.accept(part);
    }
  }
}
