package io.moulin.manifest;

import io.moulin.manifest.block.Section;
import io.moulin.manifest.block.Suggestions;
import io.moulin.manifest.yaml.Problems;
import io.moulin.spec.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which profile is in force: the option, else the variable, else what {@code moulin.yml} says. */
final class ProfileChoice {
  private static final String VARIABLE = "MOULIN_PROFILE";
  private static final String BUILT_IN = "local";

  private ProfileChoice() {}

  /**
   * A profile and why it is in force.
   *
   * @param source as {@code moulin config} shows it
   */
  record Choice(String name, String source, Place at) {}

  static Choice choose(Section project, Optional<String> asked, Map<String, String> environment) {
    Place file = Place.of(ProjectReader.PROJECT_FILE);
    if (asked.isPresent()) {
      return new Choice(asked.get(), "option --profile", file);
    }
    String variable = environment.getOrDefault(VARIABLE, "");
    if (!variable.isEmpty()) {
      return new Choice(variable, "environment " + VARIABLE, file);
    }
    Section.Text given = project.given("profile");
    return given == null
        ? new Choice(BUILT_IN, "default", file)
        : new Choice(given.text(), SettingList.source(given), given.at());
  }

  /** Its file; null when the built-in profile has none, or after reporting that it is missing. */
  static @Nullable Path file(Path folder, Choice choice, Problems problems) {
    List<String> known = known(folder.resolve("profiles"));
    if (known.contains(choice.name())) {
      Path file = folder.resolve("profiles").resolve(choice.name() + ".yml");
      return Files.exists(file) ? file : file.resolveSibling(choice.name() + ".yaml");
    }
    if (!choice.name().equals(BUILT_IN)) {
      String fix = Suggestions.fix(choice.name(), known, "profiles");
      problems.error(
          "unknown-profile",
          choice.at(),
          "There is no profile '" + choice.name() + "' (from " + choice.source() + ")",
          "",
          fix.isEmpty() ? "write it into profiles/" + choice.name() + ".yml" : fix);
    }
    return null;
  }

  private static List<String> known(Path profiles) {
    if (!Files.isDirectory(profiles)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(profiles)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".yml") || name.endsWith(".yaml"))
          .map(name -> name.substring(0, name.lastIndexOf('.')))
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }
}
