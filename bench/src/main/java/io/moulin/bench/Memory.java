package io.moulin.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory of another process, as Linux accounts for it. */
final class Memory {
  private Memory() {}

  /** Resident bytes now. */
  static long resident(long pid) throws IOException {
    return line(pid, "VmRSS:");
  }

  /** Most resident bytes so far. */
  static long peak(long pid) throws IOException {
    return line(pid, "VmHWM:");
  }

  private static long line(long pid, String name) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
      if (line.startsWith(name)) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
      }
    }
    throw new IOException("Cannot read " + name + " of process " + pid);
  }
}
