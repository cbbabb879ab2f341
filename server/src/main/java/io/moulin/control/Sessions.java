package io.moulin.control;

import io.moulin.control.Session.Need;
import io.moulin.control.live.Owner;
import io.moulin.platform.Platform;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Opens projects on the platform that they ask for. */
public final class Sessions {
  private final Opener opener;
  private final Function<Project, Witness> witnesses;

  /**
   * @param witnesses gives the one who hears what is done to the data of a project
   */
  public Sessions(Opener opener, Function<Project, Witness> witnesses) {
    this.opener = opener;
    this.witnesses = witnesses;
  }

  /**
   * Opens a project; what it needs begins to start. When another process owns the project and says
   * how it can be reached, the session uses what runs there.
   */
  public Session open(Project project, Set<Need> needs) {
    return new Session(project, opener.open(project, needs), needs, witnesses.apply(project));
  }

  /**
   * What a project runs on.
   *
   * @param owner the process that owns the project, when it is another one
   */
  public record Opened(Platform platform, Optional<Owner> owner) {}

  /** Makes the platform of a project, and begins to start what is needed. */
  @FunctionalInterface
  public interface Opener {
    Opened open(Project project, Set<Need> needs);
  }
}
