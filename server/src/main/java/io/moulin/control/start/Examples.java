package io.moulin.control.start;

import io.moulin.control.Disk;
import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The example projects, which are part of the program. */
final class Examples {
  private static final String FOLDER = "/examples/";

  /** In the order in which a newcomer may want them. */
  private static final List<String> NAMES = List.of("taxi", "green", "payments", "events");

  private Examples() {}

  /** Copies the files of an example into {@code folder}. */
  static void copy(String name, Path folder) {
    if (!NAMES.contains(name)) {
      throw MoulinException.user(
          "unknown-example",
          "there is no example '" + name + "'",
          "examples are: " + String.join(", ", NAMES));
    }
    try {
      URL example = Examples.class.getResource(FOLDER + name);
      if (example == null) {
        throw new IllegalStateException("Cannot find the example " + name + " in this build");
      }
      URI uri = example.toURI();
      if (uri.getScheme().equals("jar")) {
        try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
          copy(jar.getPath(FOLDER + name), folder);
        }
      } else {
        copy(Path.of(uri), folder);
      }
    } catch (IOException e) {
      throw Disk.refused("write", folder, e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException("Cannot read the example " + name, e);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      files.forEach(
          file -> {
            try {
              Path target = to.resolve(from.relativize(file).toString());
              if (Files.isDirectory(file)) {
                Files.createDirectories(target);
              } else {
                Files.copy(file, target);
              }
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
