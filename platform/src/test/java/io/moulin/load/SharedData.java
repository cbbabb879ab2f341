package io.moulin.load;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the real data for tests is. */
public final class SharedData {
  private SharedData() {}

  /** A file of it, for example {@code taxi/green_tripdata_2024-01.parquet}. */
  public static Path file(String name) {
    String declared = System.getenv("MOULIN_SHARED");
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("mvnw")) && root.getParent() != null) {
      root = root.getParent();
    }
    Path shared = declared == null ? root.resolveSibling("shared") : Path.of(declared);
    Path file = shared.resolve("data").resolve(name);
    if (!Files.isReadable(file)) {
      throw new AssertionError(
          "This test needs " + file + ": set MOULIN_SHARED to the folder that holds data/");
    }
    return file;
  }
}
