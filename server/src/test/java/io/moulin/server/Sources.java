package io.moulin.server;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** The project's own sources, read and parsed. */
record Sources(Path root, Trees trees, List<Source> java) {
  private static final Set<String> NOT_OURS = Set.of("target", ".git", ".moulin", ".mvn", ".idea");

  /** A parsed Java file; {@code file} is relative to the root. */
  record Source(Path file, CompilationUnitTree tree, List<String> lines) {
    boolean main() {
      return file.toString().contains("src/main/java");
    }
  }

  static Sources read() {
    Path root = repository();
    List<Path> files = files(root, ".java");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, manager, null, null, null, manager.getJavaFileObjectsFromPaths(files));
      List<Source> sources = new ArrayList<>();
      for (CompilationUnitTree tree : task.parse()) {
        Path file = Path.of(tree.getSourceFile().toUri());
        sources.add(new Source(root.relativize(file), tree, Files.readAllLines(file)));
      }
      return new Sources(root, Trees.instance(task), List.copyOf(sources));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The folder that holds the Maven wrapper, from wherever the test was started. */
  static Path repository() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("mvnw"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException("Cannot find the root of the repository: no mvnw above");
      }
    }
    return folder;
  }

  /** All files of ours whose name ends like that, sorted. */
  static List<Path> files(Path root, String ending) {
    List<Path> found = new ArrayList<>();
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
              return NOT_OURS.contains(folder.getFileName().toString())
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (file.getFileName().toString().endsWith(ending)) {
                found.add(file);
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found.stream().sorted().toList();
  }
}
