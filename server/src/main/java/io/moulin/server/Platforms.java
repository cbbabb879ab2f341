package io.moulin.server;

import io.moulin.control.Project;
import io.moulin.control.Session.Need;
import io.moulin.control.Sessions.Opened;
import io.moulin.control.live.Owner;
import io.moulin.embedded.AttachedPlatform;
import io.moulin.embedded.EmbeddedPlatform;
import io.moulin.embedded.EmbeddedPlatform.Service;
import io.moulin.http.LocalControl;
import io.moulin.spec.MoulinException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The platform of a project: all of it in this process, clients of what runs elsewhere, or clients
 * of the process that owns the project.
 */
final class Platforms {
  /** An owner that starts or ends takes a while to say how it can be reached, or to let go. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final Duration PAUSE = Duration.ofMillis(200);

  private Platforms() {}

  static Opened open(Project project, Set<Need> needs) {
    return open(project, needs, UnaryOperator.identity());
  }

  /**
   * The platform with jobs that reach the catalog in another way.
   *
   * @param jobCatalog makes the properties of the jobs' catalog from those of the catalog
   */
  static Opened open(
      Project project, Set<Need> needs, UnaryOperator<Map<String, String>> jobCatalog) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return owned(project, needs, jobCatalog);
      } catch (MoulinException e) {
        if (!e.code().equals("project-locked")) {
          throw e;
        }
        Optional<Owner> owner = LocalControl.find(project.kept());
        if (owner.isPresent()) {
          return attached(project, owner.get());
        }
        if (System.nanoTime() > deadline || !paused()) {
          throw e;
        }
      }
    }
  }

  private static boolean paused() {
    try {
      Thread.sleep(PAUSE.toMillis());
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static Opened owned(
      Project project, Set<Need> needs, UnaryOperator<Map<String, String>> jobCatalog) {
    EmbeddedPlatform platform = EmbeddedPlatform.open(project.folder(), project.spec(), jobCatalog);
    LocalControl.forget(project.kept()); // what an owner that was killed has left
    platform.begin(needs.stream().map(Platforms::service).collect(Collectors.toSet()));
    return new Opened(platform, Optional.empty());
  }

  private static Opened attached(Project project, Owner owner) {
    Owner.Card card = owner.card();
    return new Opened(
        AttachedPlatform.to(
            project.folder(), project.spec(), card.pid(), card.broker(), card.catalog()),
        Optional.of(owner));
  }

  private static Service service(Need need) {
    return switch (need) {
      case BROKER -> Service.BROKER;
      case CATALOG -> Service.CATALOG;
      case ENGINE -> Service.ENGINE;
    };
  }
}
