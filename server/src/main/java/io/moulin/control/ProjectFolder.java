package io.moulin.control;

import io.moulin.spec.MoulinException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the folder of a project. */
public final class ProjectFolder {
  private static final String FIX =
      "go to a project, name one with -C DIR, or make one: moulin init NAME";

  private ProjectFolder() {}

  /** The folder given, or the nearest one at or above the working directory that is a project. */
  public static Path locate(Optional<Path> given) {
    if (given.isPresent()) {
      Path folder = given.get().toAbsolutePath().normalize();
      if (!Files.isDirectory(folder)) {
        throw MoulinException.user("project-not-found", "there is no folder " + folder, FIX);
      }
      if (!holdsProject(folder)) {
        throw MoulinException.user(
            "project-not-found", "there is no " + Project.FILE + " in " + folder, FIX);
      }
      return folder;
    }
    Path start = Path.of("").toAbsolutePath();
    for (@Nullable Path folder = start; folder != null; folder = folder.getParent()) {
      if (holdsProject(folder)) {
        return folder;
      }
    }
    throw MoulinException.user(
        "project-not-found", "there is no " + Project.FILE + " in " + start + " or above", FIX);
  }

  private static boolean holdsProject(Path folder) {
    return Files.isRegularFile(folder.resolve(Project.FILE));
  }
}
