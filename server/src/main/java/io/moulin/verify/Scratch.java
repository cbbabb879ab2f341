package io.moulin.verify;

import io.moulin.control.Project;
import io.moulin.spec.MoulinException;
import io.moulin.spec.project.Setting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A copy of a project that may be hurt: the same datasets and the same engine, but broker, catalog
 * and storage of its own, and commits twice a second.
 */
final class Scratch {
  /** Profile in which the broker is part of the process. */
  static final String WITHIN = "within";

  /** Profile in which the broker is another process. */
  static final String APART = "apart";

  /** Manifests are small; what is larger is data. */
  private static final long LARGEST_BYTES = 4 << 20;

  private static final Set<String> LEFT_OUT =
      Set.of(Project.KEPT, "profiles", ".git", "target", "data");

  private static final Set<String> OURS =
      Set.of("engine.kind", "engine.mode", "engine.commit-interval", "engine.freshness");

  private final Path folder;

  private Scratch(Path folder) {
    this.folder = folder;
  }

  /**
   * Copies a project.
   *
   * @param port of the broker, wherever it runs
   */
  static Scratch of(Project project, Path folder, int port) {
    try {
      Files.createDirectories(folder);
      copy(project.folder(), folder);
      Files.writeString(folder.resolve(Project.FILE), settings(project));
      String address = "127.0.0.1:" + port;
      Path profiles = Files.createDirectories(folder.resolve("profiles"));
      Files.writeString(
          profiles.resolve(WITHIN + ".yml"),
          "broker: {kind: embedded, bootstrap: \"%s\"}\n".formatted(address));
      Files.writeString(
          profiles.resolve(APART + ".yml"),
          "broker: {kind: kafka, bootstrap: \"%s\"}\n".formatted(address));
      return new Scratch(folder);
    } catch (IOException e) {
      throw MoulinException.external(
          "disk",
          "cannot copy the project to %s: %s".formatted(folder, e.getMessage()),
          "check its rights and the free space",
          e);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            if (!folder.equals(from) && LEFT_OUT.contains(folder.getFileName().toString())) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(to.resolve(from.relativize(folder).toString()));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isRegularFile() && attributes.size() <= LARGEST_BYTES) {
              copyFile(file, to.resolve(from.relativize(file).toString()));
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** A dataset's own freshness would make commits as rare as there. */
  private static void copyFile(Path file, Path to) throws IOException {
    if (file.toString().endsWith(".yml") || file.toString().endsWith(".yaml")) {
      Files.write(
          to,
          Files.readAllLines(file).stream()
              .filter(line -> !line.startsWith("freshness:"))
              .toList());
    } else {
      Files.copy(file, to);
    }
  }

  /** What is in force in the project, of what may be the same here. */
  private static String settings(Project project) {
    String engine =
        project.spec().settings().stream()
            .filter(setting -> setting.key().startsWith("engine."))
            .filter(setting -> !setting.source().equals("default"))
            .filter(setting -> !OURS.contains(setting.key()))
            .map(Scratch::line)
            .collect(Collectors.joining());
    return """
        # A copy of %s, to be hurt by 'moulin verify'.
        name: %s
        catalog: {kind: embedded}
        storage: {kind: local}
        engine:
          kind: embedded
          mode: streaming
          commit-interval: 500ms
        """
            .formatted(project.spec().name(), project.spec().name())
        + engine;
  }

  private static String line(Setting setting) {
    return "  %s: %s\n".formatted(setting.key().substring("engine.".length()), setting.value());
  }

  Path folder() {
    return folder;
  }

  /** The folder of the broker's records. */
  Path records() {
    return folder.resolve(Project.KEPT).resolve("kafka");
  }

  /** The folder in which batches become files. */
  Path work() {
    return folder.resolve(Project.KEPT).resolve("work");
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  /** Deletes {@code folder} and all that is in it, as far as possible. */
  static void remove(Path folder) {
    try (Stream<Path> walk = Files.walk(folder)) {
      List<Path> all = walk.sorted(Comparator.reverseOrder()).toList();
      for (Path each : all) {
        Files.deleteIfExists(each);
      }
    } catch (IOException | UncheckedIOException e) {
      // What is left is in a folder that people may delete, and says nothing wrong.
    }
  }
}
