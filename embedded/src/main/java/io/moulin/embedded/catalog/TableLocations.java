package io.moulin.embedded.catalog;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.catalog.TableIdentifier;

/** Folder names for tables: readable, and safe whatever the table is called. */
final class TableLocations {
  private static final int LONGEST = 120;
  private static final String PLAIN =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

  private TableLocations() {}

  /** Folder of {@code table} within the warehouse, for example {@code silver/trips}. */
  static String folder(TableIdentifier table) {
    return Stream.concat(Stream.of(table.namespace().levels()), Stream.of(table.name()))
        .map(TableLocations::safe)
        .collect(Collectors.joining("/"));
  }

  /**
   * {@code name} with every character that a file system or a URI gives a meaning to written as
   * {@code ~} and its four hexadecimal digits. Different names stay different.
   */
  static String safe(String name) {
    StringBuilder safe = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (PLAIN.indexOf(c) >= 0 || (i > 0 && (c == '-' || c == '.'))) {
        safe.append(c);
      } else {
        safe.append('~').append(String.format(Locale.ROOT, "%04x", (int) c));
      }
    }
    if (safe.isEmpty()) {
      return "~";
    }
    return safe.length() <= LONGEST
        ? safe.toString()
        : safe.substring(0, LONGEST / 2) + "~~" + digest(name);
  }

  private static String digest(String name) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return Objects.requireNonNull(HexFormat.of().formatHex(hash, 0, 16));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Cannot hash: this JDK has no SHA-256", e);
    }
  }
}
