package io.moulin.control.start;

import io.moulin.control.Disk;
import io.moulin.load.scaffold.FirstCase;
import io.moulin.load.scaffold.Scaffold;
import io.moulin.manifest.ProjectReader;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.MoulinException;
import io.moulin.spec.project.ProjectSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes a first manifest and first cases for a file. */
public final class Scaffolding {

  /** What to do with a manifest that is there. */
  public enum Existing {
    KEEP,
    OVERWRITE
  }

  /**
   * Writes {@code datasets/NAME.yml}, and first cases into {@code tests/NAME.yml} unless there are
   * some.
   *
   * @return the files, relative to {@code folder}
   */
  public List<Path> scaffold(Path folder, Path from, String name, Existing existing) {
    String yaml = Scaffold.of(from, name);
    Path file = Path.of("datasets", name + ".yml");
    if (Files.exists(folder.resolve(file)) && existing == Existing.KEEP) {
      throw MoulinException.user(
          "manifest-exists", file + " is there already", "choose another --name, or use --force");
    }
    List<Path> written = new ArrayList<>();
    write(folder, file, yaml, written);
    Path cases = Path.of("tests", name + ".yml");
    if (!Files.exists(folder.resolve(cases))) {
      dataset(folder, name)
          .flatMap(dataset -> FirstCase.of(from, dataset))
          .ifPresent(text -> write(folder, cases, text, written));
    }
    return written;
  }

  /** The dataset as the project has it now; empty while the project has mistakes. */
  private static Optional<DatasetSpec> dataset(Path folder, String name) {
    ProjectSpec project = ProjectReader.read(folder, Optional.empty(), Map.of()).project();
    return project == null
        ? Optional.empty()
        : project.datasets().stream().filter(each -> each.name().equals(name)).findFirst();
  }

  private static void write(Path folder, Path file, String text, List<Path> written) {
    Path target = folder.resolve(file);
    try {
      Files.createDirectories(target.getParent());
      Files.writeString(target, text);
      written.add(file);
    } catch (IOException e) {
      throw Disk.refused("write", target, e);
    }
  }
}
