package io.moulin.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The folder in which DuckDB writes the files of a batch before they are handed over. Nothing can
 * be written to it while it is away: a file stands in its place, which even root cannot write
 * below.
 */
final class WorkFolder {
  private final Path folder;
  private final Path aside;

  private WorkFolder(Path folder) {
    this.folder = folder;
    this.aside = folder.resolveSibling(folder.getFileName() + "-aside");
  }

  static WorkFolder at(Path folder) {
    return new WorkFolder(folder);
  }

  /** Takes it away, and lets it come back after {@code time}. */
  void without(Duration time) {
    takeAway();
    Thread back =
        new Thread(
            () -> {
              try {
                TimeUnit.MILLISECONDS.sleep(time.toMillis());
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              bringBack();
            },
            "work-folder");
    back.setDaemon(true);
    back.start();
  }

  void takeAway() {
    try {
      Files.move(folder, aside);
      Files.createFile(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Brings it back when a life that took it away was ended before it could. */
  void bringBackWhatIsAway() {
    if (Files.exists(aside)) {
      bringBack();
    }
  }

  void bringBack() {
    try {
      Files.deleteIfExists(folder);
      Files.move(aside, folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
