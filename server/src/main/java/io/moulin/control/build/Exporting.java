package io.moulin.control.build;

import io.moulin.control.Project;
import io.moulin.model.dbt.DbtFile;
import io.moulin.model.dbt.DbtProject;
import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Writes what a project declares in the form of other tools. */
public final class Exporting {
  private static final String DBT_PROJECT = "dbt_project.yml";

  /**
   * Writes models, seeds and checks as a project for dbt.
   *
   * @param folder empty, missing, or a project for dbt, whose files are written anew
   * @return how many files there are
   */
  public int dbt(Project project, Path folder) {
    try {
      if (Files.isDirectory(folder) && !Files.exists(folder.resolve(DBT_PROJECT))) {
        try (Stream<Path> files = Files.list(folder)) {
          if (files.findAny().isPresent()) {
            throw MoulinException.user(
                "folder-not-empty",
                folder + " has files and is no project for dbt",
                "name another folder with --to DIR");
          }
        }
      }
      List<DbtFile> files =
          DbtProject.of(
              project.spec().name(),
              project.spec().datasets(),
              project.declared(),
              project.models());
      for (DbtFile file : files) {
        Path target = folder.resolve(file.path());
        Files.createDirectories(target.getParent());
        Files.writeString(target, file.text());
      }
      return files.size();
    } catch (IOException e) {
      throw MoulinException.external(
          "export-not-written",
          "Cannot write to " + folder + ": " + e.getMessage(),
          "check that the folder is writable",
          e);
    }
  }
}
