package io.moulin.lineage;

import io.moulin.control.Project;
import io.moulin.control.Witness;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Who hears what is done to the data of a project: somebody, where events are wanted. */
public final class Witnesses {
  private Witnesses() {}

  /**
   * The one of a project. Nothing of OpenLineage is loaded for a project that wants no events.
   *
   * @param notice is told at the end when events were lost
   */
  public static Witness of(
      Project project, Map<String, String> environment, Clock clock, Consumer<String> notice) {
    Optional<Destination> to = Destination.of(project.folder(), project.spec(), environment);
    if (to.isEmpty()) {
      return Witness.NONE;
    }
    String version = Witnesses.class.getPackage().getImplementationVersion();
    return new OpenLineageWitness(
        project, to.get(), clock, version == null ? "development" : version, notice);
  }
}
