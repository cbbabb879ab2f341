package io.moulin.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;

/** Public data that tests read in place; it is never copied into the project. */
final class SharedData {
  private SharedData() {}

  /** A folder below {@code MOULIN_SHARED}, or below {@code ../shared} of the repository. */
  static Path folder(String name) {
    String declared = System.getenv("MOULIN_SHARED");
    Path root = declared == null ? Path.of("..", "..", "shared") : Path.of(declared);
    Path folder = root.resolve("data").resolve(name);
    assertThat(Files.isDirectory(folder))
        .as("test data in %s: set MOULIN_SHARED to the shared folder", folder.toAbsolutePath())
        .isTrue();
    return folder;
  }
}
