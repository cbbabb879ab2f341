package io.moulin.spec.project;

/**
 * Where events of OpenLineage go.
 *
 * @param file path of a file, within the project unless it is absolute; empty for none
 * @param url of a server of OpenLineage; empty for none
 * @param apiKey empty for none
 * @param namespace of the jobs; empty for the project's name
 */
public record LineageSpec(String file, String url, Secret apiKey, String namespace) {
  /** None are sent. */
  public static final LineageSpec NONE = new LineageSpec("", "", Secret.NONE, "");

  /** Whether events are to go anywhere. */
  public boolean wanted() {
    return !file.isEmpty() || !url.isEmpty();
  }
}
