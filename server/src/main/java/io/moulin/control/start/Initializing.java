package io.moulin.control.start;

import io.moulin.control.Disk;
import io.moulin.control.Project;
import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Makes the folder of a new project. */
public final class Initializing {
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,62}");

  private static final String README =
      """
      # %1$s

      A project of Moulin: streams in, Iceberg out. Next:

      1. `moulin scaffold --from FILE --name %1$s.NAME` writes a manifest for a Parquet, CSV or JSON
         lines file into `datasets/`, and first cases into `tests/`. Read them: what is guessed is
         marked.
      2. `moulin check` shows every mistake with its place, `moulin test` runs the cases.
      3. `moulin plan` shows what would be made, `moulin apply` makes it.
      4. `moulin load DATASET --file FILE` puts rows into the topic, `moulin run DATASET` moves them
         into the tables.
      5. `moulin balance DATASET` accounts for every row; `moulin query "SELECT …"` answers.

      `moulin.yml` says where things run, `profiles/` how that differs from place to place. All that
      Moulin keeps is in `.moulin/`; deleting it starts over.
      """;

  private static final String SETTINGS =
      """
      # Where this project runs. Everything has a default: this is a whole project on a laptop.
      # 'moulin config' shows every setting, its value and where the value comes from.
      name: %1$s
      """;

  private static final String LOCAL =
      """
      # What differs in the profile 'local'. Use it with --profile local.
      engine: {parallelism: 2}
      """;

  /**
   * Makes {@code parent/name} as a copy of an example project.
   *
   * @return the files, relative to {@code parent}
   */
  public List<Path> copy(Path parent, String name, String example) {
    Path folder = free(parent, name);
    Examples.copy(example, folder);
    Path settings = folder.resolve(Project.FILE);
    try {
      String named = Files.readString(settings).replaceFirst("(?m)^name: .*$", "name: " + name);
      Files.writeString(settings, named);
      Files.writeString(folder.resolve(".gitignore"), Project.KEPT + "/\n");
      try (Stream<Path> files = Files.walk(folder)) {
        return files.filter(Files::isRegularFile).map(parent::relativize).sorted().toList();
      }
    } catch (IOException e) {
      throw Disk.refused("write", folder, e);
    }
  }

  /**
   * Makes {@code parent/name} with the files of an empty project.
   *
   * @return the files, relative to {@code parent}
   */
  public List<Path> make(Path parent, String name) {
    Path unused = free(parent, name);
    Map<Path, String> files = new LinkedHashMap<>();
    files.put(Path.of(name, Project.FILE), SETTINGS.formatted(name));
    files.put(Path.of(name, "profiles", "local.yml"), LOCAL);
    files.put(Path.of(name, "datasets", ".gitkeep"), "");
    files.put(Path.of(name, ".gitignore"), Project.KEPT + "/\n");
    files.put(Path.of(name, "README.md"), README.formatted(name));
    write(parent, files);
    return new ArrayList<>(files.keySet());
  }

  /** The folder of a new project, which is not there or empty. */
  private static Path free(Path parent, String name) {
    if (!NAME.matcher(name).matches()) {
      throw MoulinException.user(
          "invalid-name",
          "a project cannot be named '" + name + "'",
          "use letters, digits, - and _, beginning with a letter");
    }
    Path folder = parent.resolve(name);
    if (Files.exists(folder.resolve(Project.FILE))) {
      throw MoulinException.user(
          "project-exists", folder + " is a project already", "choose another name");
    }
    if (Files.exists(folder) && !Disk.isEmptyFolder(folder)) {
      throw MoulinException.user(
          "folder-not-empty", folder + " exists and is not empty", "choose another name");
    }
    return folder;
  }

  private static void write(Path parent, Map<Path, String> files) {
    for (Map.Entry<Path, String> file : files.entrySet()) {
      Path path = parent.resolve(file.getKey());
      try {
        Files.createDirectories(path.getParent());
        Files.writeString(path, file.getValue());
      } catch (IOException e) {
        throw Disk.refused("write", path, e);
      }
    }
  }
}
