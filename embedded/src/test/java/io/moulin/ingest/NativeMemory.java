package io.moulin.ingest;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much memory this process holds beyond the one of Java: DuckDB's, and what malloc keeps. */
final class NativeMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String RESIDENT = "VmRSS:";

  private NativeMemory() {}

  /** Whether this system can tell. */
  static boolean known() {
    return Files.isReadable(STATUS);
  }

  /** Resident bytes without what Java has committed for itself. */
  static long bytes() throws IOException {
    MemoryMXBean java = ManagementFactory.getMemoryMXBean();
    long resident =
        Files.readAllLines(STATUS).stream()
            .filter(line -> line.startsWith(RESIDENT))
            .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
            .findFirst()
            .orElse(0);
    return resident
        - java.getHeapMemoryUsage().getCommitted()
        - java.getNonHeapMemoryUsage().getCommitted();
  }
}
