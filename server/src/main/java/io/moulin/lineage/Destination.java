package io.moulin.lineage;

import io.moulin.spec.project.LineageSpec;
import io.moulin.spec.project.ProjectSpec;
import io.moulin.spec.project.Secret;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where events go: what the project says, and where it is silent, the variables that all producers
 * of OpenLineage know.
 *
 * @param file empty when they go to a server
 * @param url of the server; empty when they go to a file
 * @param namespace of the jobs
 */
record Destination(Optional<Path> file, String url, Secret apiKey, String namespace) {

  /** That of a project; empty when no events are wanted. */
  static Optional<Destination> of(
      Path folder, ProjectSpec project, Map<String, String> environment) {
    LineageSpec declared = project.lineage();
    String elsewhere = declared.wanted() ? "" : environment.getOrDefault("OPENLINEAGE_URL", "");
    String url = declared.url().isEmpty() ? elsewhere : declared.url();
    boolean disabled =
        environment.getOrDefault("OPENLINEAGE_DISABLED", "").equalsIgnoreCase("true");
    if (disabled || (declared.file().isEmpty() && url.isEmpty())) {
      return Optional.empty();
    }
    String key = environment.getOrDefault("OPENLINEAGE_API_KEY", "");
    return Optional.of(
        new Destination(
            declared.file().isEmpty()
                ? Optional.empty()
                : Optional.of(folder.resolve(declared.file())),
            url,
            declared.apiKey().reveal().isEmpty() ? new Secret(key, true) : declared.apiKey(),
            namespace(declared, environment, project.name())));
  }

  private static String namespace(
      LineageSpec declared, Map<String, String> environment, String project) {
    if (!declared.namespace().isEmpty()) {
      return declared.namespace();
    }
    String given = environment.getOrDefault("OPENLINEAGE_NAMESPACE", "");
    return given.isEmpty() ? project : given;
  }

  /** As it may be shown. */
  String shown() {
    return file.map(Path::toString).orElse(url);
  }
}
