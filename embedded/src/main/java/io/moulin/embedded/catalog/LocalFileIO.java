package io.moulin.embedded.catalog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.iceberg.exceptions.RuntimeIOException;
import org.apache.iceberg.io.BulkDeletionFailureException;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.SupportsBulkOperations;
import org.apache.iceberg.io.SupportsPrefixOperations;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Iceberg's files on the local disk, without Hadoop.
 *
 * <p>A location is an absolute path or that path after {@code file:} with one to three slashes. It
 * is taken literally: a blank is a blank and {@code %20} three characters, as Hadoop and DuckDB
 * read it. A file appears under its name only when it is complete, so that a reader or a crash
 * never leaves half of one.
 */
public final class LocalFileIO implements SupportsBulkOperations, SupportsPrefixOperations {
  private static final Logger LOG = LoggerFactory.getLogger(LocalFileIO.class);
  private static final long serialVersionUID = 1L;
  private static final String SCHEME = "file:";

  /** The location of {@code path}: an absolute {@code file://} URI, not encoded. */
  public static String location(Path path) {
    return SCHEME + "//" + path.toAbsolutePath().normalize();
  }

  /**
   * Where a location is on this disk.
   *
   * @throws IllegalArgumentException for another scheme, a relative path, or one with {@code ..}
   */
  public static Path path(String location) {
    String path = location;
    if (location.startsWith(SCHEME)) {
      // file:/a, file:///a and, as some writers have it, file://a with an empty host left out
      path = "/" + location.substring(SCHEME.length()).replaceFirst("^/+", "");
    }
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException(
          "Invalid location: " + location + " is not an absolute path or file: URI");
    }
    Path result = Path.of(path);
    for (Path part : result) {
      if (part.toString().equals("..")) {
        throw new IllegalArgumentException("Invalid location: " + location + " contains '..'");
      }
    }
    return result;
  }

  @Override
  public InputFile newInputFile(String location) {
    return new LocalInputFile(location, path(location));
  }

  @Override
  public OutputFile newOutputFile(String location) {
    return new LocalOutputFile(location, path(location));
  }

  @Override
  public void deleteFile(String location) {
    try {
      Files.deleteIfExists(path(location));
    } catch (IOException e) {
      throw new RuntimeIOException(e, "Cannot delete %s", location);
    }
  }

  /** One after the other: Iceberg's own way would wait 10 ms for a thread that does the same. */
  @Override
  public void deleteFiles(Iterable<String> locations) {
    int failed = 0;
    for (String location : locations) {
      try {
        deleteFile(location);
      } catch (RuntimeIOException e) {
        LOG.warn("Cannot delete {}", location, e);
        failed++;
      }
    }
    if (failed > 0) {
      throw new BulkDeletionFailureException(failed);
    }
  }

  /** The files whose location starts with {@code prefix}, which is a folder. */
  @Override
  public Iterable<FileInfo> listPrefix(String prefix) {
    return walk(path(prefix)).stream().flatMap(file -> info(prefix, file).stream()).toList();
  }

  private static Optional<FileInfo> info(String prefix, Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return attributes.isRegularFile()
          ? Optional.of(
              new FileInfo(
                  named(prefix, file), attributes.size(), attributes.lastModifiedTime().toMillis()))
          : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty(); // removed since it was listed
    } catch (IOException e) {
      throw new RuntimeIOException(e, "Cannot read attributes of %s", file);
    }
  }

  /** The location of {@code file} in the notation that {@code prefix} uses. */
  private static String named(String prefix, Path file) {
    return prefix.startsWith(SCHEME) ? location(file) : file.toString();
  }

  @Override
  public void deletePrefix(String prefix) {
    List<Path> paths = walk(path(prefix));
    paths.sort(Comparator.reverseOrder()); // a folder after what is in it
    for (Path path : paths) {
      try {
        Files.deleteIfExists(path);
      } catch (IOException e) {
        throw new RuntimeIOException(e, "Cannot delete %s", path);
      }
    }
  }

  private static List<Path> walk(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      return new ArrayList<>(paths.toList());
    } catch (NoSuchFileException | NotDirectoryException e) {
      return new ArrayList<>();
    } catch (IOException e) {
      throw new RuntimeIOException(e, "Cannot list %s", folder);
    } catch (UncheckedIOException e) {
      throw new RuntimeIOException(e.getCause(), "Cannot list %s", folder);
    }
  }
}
