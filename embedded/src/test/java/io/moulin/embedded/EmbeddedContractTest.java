package io.moulin.embedded;

import io.moulin.platform.Platform;
import io.moulin.platform.PlatformContractTest;
import java.nio.file.Path;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
final class EmbeddedContractTest extends PlatformContractTest {
  private static EmbeddedPlatform platform;

  @BeforeAll
  static void open(@TempDir Path folder) {
    platform = EmbeddedPlatform.open(folder, Projects.embedded());
  }

  @AfterAll
  static void close() {
    platform.close();
  }

  @Override
  protected Platform platform() {
    return platform;
  }
}
