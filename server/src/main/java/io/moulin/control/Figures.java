package io.moulin.control;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** Figures about this process. */
public final class Figures {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String PEAK = "VmHWM:";
  private static final String NOW = "VmRSS:";

  private Figures() {}

  /** Seconds since the process began. */
  public static double secondsSinceStart() {
    return (System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime()) / 1e3;
  }

  /** Seconds to the millisecond. */
  public static double rounded(double seconds) {
    return Math.round(seconds * 1000) / 1000.0;
  }

  /** Most memory that the process ever held, as Linux counts it; 0 where nobody counts. */
  public static long peakRssBytes() {
    return status(PEAK);
  }

  /** Memory that the process holds, as Linux counts it; 0 where nobody counts. */
  public static long rssBytes() {
    return status(NOW);
  }

  private static long status(String line) {
    if (!Files.isReadable(STATUS)) {
      return 0;
    }
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(text -> text.startsWith(line))
          .mapToLong(text -> Long.parseLong(text.replaceAll("[^0-9]", "")) * 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }
}
