package io.moulin.parquet;

import java.nio.file.Path;
import java.util.Optional;

/** Tells which of a table's files are on this machine's disk, where nothing has to be copied. */
public final class LocalDisk {
  private static final String SCHEME = "file:";

  private LocalDisk() {}

  /**
   * The path of {@code location}, if it is an absolute path or a {@code file:} URI. Iceberg writes
   * these URIs without encoding, so nothing is decoded: a {@code %20} is part of the name.
   */
  public static Optional<Path> path(String location) {
    if (location.startsWith("/")) {
      return Optional.of(Path.of(location));
    }
    return location.startsWith(SCHEME)
        ? Optional.of(Path.of("/" + location.substring(SCHEME.length()).replaceFirst("^/+", "")))
        : Optional.empty();
  }
}
