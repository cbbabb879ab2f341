package io.moulin.control;

import io.moulin.apply.Applier;
import io.moulin.apply.Journal;
import io.moulin.apply.Outcome;
import io.moulin.apply.Survey;
import io.moulin.control.live.InForce;
import io.moulin.plan.Change;
import io.moulin.plan.Plan;
import io.moulin.plan.Planner;
import io.moulin.spec.DatasetSpec;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Shows what would be made or changed, and does it. */
public final class Planning {
  private final Clock clock;

  public Planning(Clock clock) {
    this.clock = clock;
  }

  /** What has to be done for all datasets of a project. */
  public Plan plan(Session session) {
    return plan(session, session.project().spec().datasets());
  }

  /** What has to be done for some of them. */
  public Plan plan(Session session, List<DatasetSpec> datasets) {
    return Planner.plan(
        datasets, Survey.of(session.platform(), datasets), InForce.of(session.project(), datasets));
  }

  /**
   * Makes the changes of a plan.
   *
   * @param progress hears of each change when it is made
   */
  public Applied apply(Session session, Plan plan, Consumer<Change> progress) {
    Journal journal =
        Journal.at(session.project().kept().resolve("journal").resolve("apply.jsonl"), clock);
    Outcome outcome = new Applier(session.platform(), journal).apply(plan, progress);
    InForce.set(session.project(), session.project().spec().datasets());
    return new Applied(outcome.plan(), outcome.done().size(), outcome.resumed());
  }

  /**
   * What an apply did.
   *
   * @param changes how many changes were made
   * @param resumed the change at which an earlier apply was interrupted, if one was
   */
  public record Applied(String plan, int changes, Optional<String> resumed) {}
}
