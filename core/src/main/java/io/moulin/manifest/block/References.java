package io.moulin.manifest.block;

import io.moulin.manifest.yaml.Problems;
import io.moulin.manifest.yaml.YamlNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts values of the environment and of files where {@code ${env:X}} and {@code ${file:P}} are. */
public final class References {
  private static final int MAX_BYTES = 1 << 16;

  private final Path folder;
  private final Map<String, String> environment;
  private final Problems problems;

  public References(Path folder, Map<String, String> environment, Problems problems) {
    this.folder = folder;
    this.environment = environment;
    this.problems = problems;
  }

  /** The scalar with its references resolved; null after reporting one that cannot be. */
  public Section.@Nullable Text resolve(YamlNode.Scalar scalar) {
    String text = scalar.text();
    StringBuilder resolved = new StringBuilder();
    List<String> origins = new ArrayList<>();
    int done = 0;
    for (int start = text.indexOf("${"); start >= 0; start = text.indexOf("${", done)) {
      int end = text.indexOf('}', start);
      if (end < 0) {
        error("invalid-reference", scalar, "A reference is not closed: " + text.substring(start));
        return null;
      }
      String reference = text.substring(start + 2, end);
      String value = value(reference, scalar);
      if (value == null) {
        return null;
      }
      resolved.append(text, done, start).append(value);
      origins.add(
          reference.startsWith("env:") ? "environment " + reference.substring(4) : reference);
      done = end + 1;
    }
    resolved.append(text.substring(done));
    return new Section.Text(resolved.toString(), scalar.at(), String.join(", ", origins));
  }

  private @Nullable String value(String reference, YamlNode.Scalar scalar) {
    if (reference.startsWith("env:")) {
      String name = reference.substring("env:".length());
      String value = environment.get(name);
      if (value == null) {
        problems.error(
            "missing-variable",
            scalar.at(),
            "The environment variable '" + name + "' is not set",
            "",
            "export " + name + "=… before you start");
      }
      return value;
    }
    if (reference.startsWith("file:")) {
      return content(reference.substring("file:".length()), scalar);
    }
    error("invalid-reference", scalar, "Nothing is known of '${" + reference + "}'");
    return null;
  }

  private @Nullable String content(String name, YamlNode.Scalar scalar) {
    String why;
    try {
      Path path = folder.resolve(name);
      if (Files.isRegularFile(path) && Files.size(path) <= MAX_BYTES) {
        return Files.readString(path).stripTrailing();
      }
      why = Files.exists(path) ? "it is not a file of at most 64 KB" : "it does not exist";
    } catch (IOException | InvalidPathException e) {
      why = e.getClass().getSimpleName() + ": " + e.getMessage();
    }
    problems.error(
        "missing-file",
        scalar.at(),
        "Cannot read the file '" + name + "'",
        why,
        "paths are relative to the project folder");
    return null;
  }

  private void error(String code, YamlNode.Scalar scalar, String what) {
    problems.error(code, scalar.at(), what, "", "write ${env:NAME} or ${file:PATH}");
  }
}
