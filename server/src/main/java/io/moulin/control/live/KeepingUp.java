package io.moulin.control.live;

import io.moulin.control.Planning;
import io.moulin.control.Project;
import io.moulin.control.Session;
import io.moulin.plan.Plan;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.MoulinException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Starts the jobs of datasets and keeps them running. */
public final class KeepingUp {
  private final Planning planning;
  private final Announcer announcer;

  public KeepingUp(Planning planning, Announcer announcer) {
    this.planning = planning;
    this.announcer = announcer;
  }

  /**
   * Starts a job for each dataset that was applied; the others say why they rest.
   *
   * @param names of the datasets to keep running; empty for all of the project
   * @param reread reads the manifests again, for those who ask for an apply
   * @throws MoulinException when none of them was applied
   */
  public Fleet start(Session session, List<String> names, Supplier<Project> reread) {
    List<DatasetSpec> datasets = session.project().chosen(names);
    Set<String> chosen =
        names.isEmpty()
            ? Set.of()
            : datasets.stream().map(DatasetSpec::name).collect(Collectors.toSet());
    Room.require(session.project().spec().engine(), datasets.size());
    session.share();
    Fleet fleet = new Fleet(session, planning, chosen, reread);
    int started = 0;
    String why = "";
    for (DatasetSpec dataset : datasets) {
      why = notApplied(planning.plan(session, List.of(dataset)));
      if (why.isEmpty()) {
        fleet.start(dataset);
        started++;
      } else {
        fleet.rests(dataset, why);
      }
    }
    if (started == 0) {
      throw MoulinException.user(
          "not-applied",
          datasets.size() == 1
              ? "dataset '%s' cannot run: %s".formatted(datasets.get(0).name(), why)
              : "none of %d datasets can run: %s".formatted(datasets.size(), why),
          "run 'moulin apply' first, or 'moulin up --apply'");
    }
    fleet.watch();
    return fleet;
  }

  /** The process that has the project, when it is another one and answers. */
  public Optional<Owner> owner(Project project) {
    return announcer.owner(project.kept());
  }

  /** What the datasets may take of memory, when that is more than there should be; else empty. */
  public Optional<String> tight(Project project) {
    return Room.tight(project.spec().engine(), project.spec().datasets().size());
  }

  /** Why a dataset with this plan cannot run; empty when it can. */
  static String notApplied(Plan plan) {
    if (!plan.refused().isEmpty()) {
      return "its manifest declares a change that is refused (moulin plan)";
    }
    return plan.changes().isEmpty()
        ? ""
        : "%d of what it declares is not there yet (moulin apply)".formatted(plan.changes().size());
  }

  /**
   * As {@link #announce(Session, String, List, ControlPoint)} for a command that keeps nothing
   * running: a stop interrupts the thread that calls this.
   *
   * @param datasets those whose jobs it runs itself
   */
  public Announcer.Announced announce(Session session, String doing, List<String> datasets) {
    session.share();
    return announce(
        session, doing, datasets, new Bystander(session, doing, Thread.currentThread()));
  }

  /** Tells other processes that this one has the project, until the result is closed. */
  public Announcer.Announced announce(
      Session session, String doing, List<String> datasets, ControlPoint point) {
    LiveStatus status = point.status();
    return announcer.announce(
        session.project().kept(),
        new Owner.Card(
            status.pid(), doing, status.since(), status.broker(), status.catalog(), datasets),
        point);
  }
}
