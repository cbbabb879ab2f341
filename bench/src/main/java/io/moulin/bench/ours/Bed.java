package io.moulin.bench.ours;

import io.moulin.apply.Applier;
import io.moulin.apply.Journal;
import io.moulin.apply.Survey;
import io.moulin.embedded.EmbeddedPlatform;
import io.moulin.embedded.EmbeddedPlatform.Service;
import io.moulin.manifest.ProjectReader;
import io.moulin.manifest.ProjectReading;
import io.moulin.plan.Planner;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.project.ProjectSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A project that was applied, with its engine started, on a broker and a catalog elsewhere. */
public final class Bed implements AutoCloseable {
  private final ProjectSpec project;
  private final EmbeddedPlatform platform;

  private Bed(ProjectSpec project, EmbeddedPlatform platform) {
    this.project = project;
    this.platform = platform;
  }

  /**
   * What all contenders of ours are told.
   *
   * @param folder its own, for the project
   * @param id what the tables end in, without the number of the pass
   */
  public record Order(
      String bootstrap, String catalog, Path manifest, Path folder, String id, String commit) {

    /** From the arguments of a process, in the order of the fields. */
    public static Order of(String[] arguments) {
      return new Order(
          arguments[0],
          arguments[1],
          Path.of(arguments[2]),
          Path.of(arguments[3]),
          arguments[4],
          arguments[5]);
    }
  }

  /** Makes the project of one pass and its tables. */
  public static Bed make(Order order, int pass, Set<Service> services) throws IOException {
    Path folder = Files.createDirectories(order.folder().resolve(order.id() + "p" + pass));
    Files.createDirectories(folder.resolve("datasets"));
    Files.writeString(
        folder.resolve("moulin.yml"),
        """
        name: bench
        broker: {kind: kafka, bootstrap: "%s"}
        catalog: {kind: rest, uri: "%s"}
        engine: {commit-interval: %s}
        """
            .formatted(order.bootstrap(), order.catalog(), order.commit()));
    Files.writeString(
        folder.resolve("datasets/rows.yml"),
        Files.readString(order.manifest()).replace(Manifests.ID, order.id() + "p" + pass));
    ProjectReading reading = ProjectReader.read(folder, Optional.empty(), Map.of());
    ProjectSpec project = reading.project();
    if (project == null) {
      throw new IllegalStateException("Cannot read the project: " + reading.diagnostics());
    }
    EmbeddedPlatform platform = EmbeddedPlatform.open(folder, project);
    platform.begin(services);
    Journal journal = Journal.at(folder.resolve(".moulin/journal/apply.jsonl"), Clock.systemUTC());
    new Applier(platform, journal)
        .apply(Planner.plan(project.datasets(), Survey.of(platform, project.datasets())));
    return new Bed(project, platform);
  }

  public ProjectSpec project() {
    return project;
  }

  public DatasetSpec dataset() {
    return project.datasets().get(0);
  }

  public EmbeddedPlatform platform() {
    return platform;
  }

  /** End offset of every partition of the topic. */
  public Map<Integer, Long> ends() {
    return platform.topics().ends(dataset().source().topic());
  }

  @Override
  public void close() {
    platform.close();
  }
}
