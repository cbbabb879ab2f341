package io.moulin.control;

import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What it means that the disk refused something. */
public final class Disk {
  private Disk() {}

  public static MoulinException refused(String verb, Path path, IOException cause) {
    String why =
        cause instanceof AccessDeniedException
            ? "permission denied"
            : String.valueOf(cause.getMessage());
    return MoulinException.external(
        "disk",
        "cannot %s %s: %s".formatted(verb, path, why),
        "check its rights and the free space",
        cause);
  }

  public static boolean isEmptyFolder(Path folder) {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> inside = Files.list(folder)) {
      return inside.findAny().isEmpty();
    } catch (IOException e) {
      throw refused("read", folder, e);
    }
  }
}
