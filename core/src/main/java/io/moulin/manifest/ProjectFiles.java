package io.moulin.manifest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The files that a project is written in, as they were when somebody looked: manifests, models,
 * seeds, checks and what else stands in its folder as text. Data, and what Moulin keeps, are none.
 */
public final class ProjectFiles {
  private static final List<String> ENDINGS =
      List.of(".yml", ".yaml", ".sql", ".csv", ".avsc", ".json");

  /** Where projects have their data: it may be a lot, and it is loaded, not read. */
  private static final String DATA = "data";

  private final SortedMap<String, Stamp> stamps;

  private record Stamp(long bytes, FileTime modified) {}

  private ProjectFiles(SortedMap<String, Stamp> stamps) {
    this.stamps = stamps;
  }

  /** Those below {@code folder} now; what cannot be read is not there. */
  public static ProjectFiles of(Path folder) {
    SortedMap<String, Stamp> stamps = new TreeMap<>();
    try {
      Files.walkFileTree(folder, new Walk(folder, stamps));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // the walk itself refuses nothing
    }
    return new ProjectFiles(stamps);
  }

  /** The paths, within the project, of files that came, went or changed, in order. */
  public List<String> changedSince(ProjectFiles before) {
    TreeSet<String> changed = new TreeSet<>();
    for (Map.Entry<String, Stamp> now : stamps.entrySet()) {
      if (!Objects.equals(before.stamps.get(now.getKey()), now.getValue())) {
        changed.add(now.getKey());
      }
    }
    before.stamps.keySet().stream().filter(path -> !stamps.containsKey(path)).forEach(changed::add);
    return List.copyOf(changed);
  }

  private static final class Walk extends SimpleFileVisitor<Path> {
    private final Path folder;
    private final SortedMap<String, Stamp> stamps;

    Walk(Path folder, SortedMap<String, Stamp> stamps) {
      this.folder = folder;
      this.stamps = stamps;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
      if (path.equals(folder)) {
        return FileVisitResult.CONTINUE;
      }
      String name = name(path);
      boolean ours = name.startsWith(".") || (name.equals(DATA) && folder.equals(path.getParent()));
      return ours ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
      String name = name(path);
      if (!name.startsWith(".") && ENDINGS.stream().anyMatch(name::endsWith)) {
        stamps.put(
            folder.relativize(path).toString().replace('\\', '/'),
            new Stamp(attributes.size(), attributes.lastModifiedTime()));
      }
      return FileVisitResult.CONTINUE;
    }

    /** Editors replace files, so that one can be gone before it is looked at. */
    @Override
    public FileVisitResult visitFileFailed(Path path, IOException failure) {
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path path, IOException failure) {
      return FileVisitResult.CONTINUE;
    }

    private static String name(Path path) {
      return String.valueOf(path.getFileName());
    }
  }
}
