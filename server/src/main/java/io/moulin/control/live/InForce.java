package io.moulin.control.live;

import io.moulin.control.Project;
import io.moulin.manifest.ProjectReader;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The manifests that are in force: a copy of each as it was when it was applied, or when a job last
 * began with it. Only what it says of changes depends on them, so one that is lost or cannot be
 * read any more does no harm.
 */
public final class InForce {
  private InForce() {}

  /** Those of {@code datasets} that are known, by name. */
  public static Map<String, DatasetSpec> of(Project project, List<DatasetSpec> datasets) {
    Map<String, DatasetSpec> known = new HashMap<>();
    for (DatasetSpec dataset : datasets) {
      Path file = file(project, dataset);
      if (Files.isReadable(file)) {
        ProjectReader.dataset(project.folder(), file, dataset.source().registry())
            .ifPresent(former -> known.put(dataset.name(), former));
      }
    }
    return known;
  }

  /** The text of a dataset's manifest as it stands in the project now. */
  public static Optional<String> text(Project project, DatasetSpec dataset) {
    try {
      return Optional.of(Files.readString(project.folder().resolve(dataset.at().file())));
    } catch (IOException e) {
      return Optional.empty(); // somebody has moved it since it was read
    }
  }

  /** From now on the manifest with this text is in force. */
  public static void set(Project project, DatasetSpec dataset, String text) {
    Path file = file(project, dataset);
    try {
      Files.createDirectories(file.getParent());
      Path draft = Files.createTempFile(file.getParent(), "manifest", ".tmp");
      Files.writeString(draft, text);
      Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw MoulinException.external(
          "disk",
          "cannot write %s: %s".formatted(file, e.getMessage()),
          "check its rights and the free space",
          e);
    }
  }

  /** From now on the manifests of {@code datasets} are in force as they stand in the project. */
  public static void set(Project project, List<DatasetSpec> datasets) {
    for (DatasetSpec dataset : datasets) {
      text(project, dataset).ifPresent(text -> set(project, dataset, text));
    }
  }

  private static Path file(Project project, DatasetSpec dataset) {
    return project.kept().resolve("in-force").resolve(dataset.name() + ".yml");
  }
}
