package io.moulin.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The addresses that this process listens on, as Linux tells them in {@code /proc}: {@code
 * /proc/net/tcp} of the kernel's documentation, addresses in hexadecimal with the bytes of each
 * word turned around.
 */
final class ListeningSockets {
  private static final Path SELF = Path.of("/proc/self");
  private static final String LISTENING = "0A";
  private static final int LOCAL = 1;
  private static final int STATE = 3;
  private static final int INODE = 9;
  private static final Set<String> LOOPBACK =
      Set.of(
          "0100007F",
          "0000000000000000FFFF00000100007F", // 127.0.0.1 as an address of version 6
          "00000000000000000000000001000000");

  private ListeningSockets() {}

  /** Those that other machines could reach, as the kernel writes them; none on other systems. */
  static List<String> beyondLoopback() throws IOException {
    if (!Files.isDirectory(SELF)) {
      return List.of();
    }
    Set<String> mine = inodes();
    List<String> found = new ArrayList<>();
    for (String table : List.of("net/tcp", "net/tcp6")) {
      for (String line : Files.readAllLines(SELF.resolve(table))) {
        String[] fields = line.strip().split("\\s+", -1);
        if (fields[STATE].equals(LISTENING)
            && mine.contains(fields[INODE])
            && !LOOPBACK.contains(fields[LOCAL].split(":", -1)[0])) {
          found.add(fields[LOCAL]);
        }
      }
    }
    return found;
  }

  private static Set<String> inodes() throws IOException {
    Set<String> inodes = new HashSet<>();
    try (Stream<Path> all = Files.list(SELF.resolve("fd"))) {
      for (Path descriptor : all.toList()) {
        if (Files.exists(descriptor, LinkOption.NOFOLLOW_LINKS)) { // or closed since
          String target = Files.readSymbolicLink(descriptor).toString();
          if (target.startsWith("socket:[")) {
            inodes.add(target.substring("socket:[".length(), target.length() - 1));
          }
        }
      }
    }
    return inodes;
  }
}
