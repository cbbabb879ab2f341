package io.moulin.parquet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much memory this process holds outside the heap of Java: DuckDB's, and what malloc keeps. */
public final class NativeMemory {
  private static final Path MAPPINGS = Path.of("/proc/self/smaps");
  private static final String RESIDENT = "Rss:";

  /**
   * A heap with compressed pointers (every heap under 32 GiB) lies below this address, and what is
   * mapped by anyone else far above it. Resident bytes less the committed heap would be no measure:
   * Java touches committed pages late, and each one would look like a leak.
   */
  private static final long ABOVE_THE_HEAP = 1L << 36;

  private NativeMemory() {}

  /** Whether this system can tell. */
  public static boolean known() {
    return Files.isReadable(MAPPINGS);
  }

  /** Resident bytes of every mapping but the heap's. */
  public static long bytes() throws IOException {
    long bytes = 0;
    boolean counts = false;
    for (String line : Files.readAllLines(MAPPINGS)) {
      int dash = line.indexOf('-');
      if (dash > 0 && dash < line.indexOf(' ')) {
        counts = Long.compareUnsigned(address(line, dash), ABOVE_THE_HEAP) >= 0;
      } else if (counts && line.startsWith(RESIDENT)) {
        bytes += Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
      }
    }
    return bytes;
  }

  private static long address(String line, int end) {
    return Long.parseUnsignedLong(line.substring(0, end), 16);
  }
}
