package io.moulin.control.live;

import io.moulin.commit.CommitProgress;
import io.moulin.control.Balancing;
import io.moulin.control.Project;
import io.moulin.control.Running;
import io.moulin.control.Session;
import io.moulin.control.Witness;
import io.moulin.control.live.ApplyReport.Item;
import io.moulin.control.live.ApplyReport.Outcome;
import io.moulin.platform.JobRunner.JobRequest;
import io.moulin.platform.JobRunner.JobState;
import io.moulin.platform.JobRunner.Phase;
import io.moulin.platform.JobRunner.RunningJob;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.MoulinException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Lets a dataset go on with another manifest: its job is stopped at a commit, one with the new
 * manifest is started from the tables, and when that does not come up, the former one goes on.
 */
final class Swap {
  static final Duration LAST_COMMIT = Duration.ofMinutes(2);

  /** The keys of a large dataset take a while to read. */
  private static final Duration START = Duration.ofMinutes(10);

  /** A job that has had nothing to commit for so long after it began has come up all the same. */
  private static final Duration TRIAL = Duration.ofSeconds(5);

  private static final Duration LOOK = Duration.ofMillis(200);

  private final Session session;
  private final Project project;

  /**
   * @param project the manifests as they were read again
   */
  Swap(Session session, Project project) {
    this.session = session;
    this.project = project;
  }

  /** Starts the job of {@code member}; why it did not come up, if it did not. */
  Optional<String> start(Member member) {
    RunningJob job;
    try {
      job = begin(session, member);
    } catch (MoulinException e) {
      return Optional.of(e.code() + ": " + e.getMessage());
    }
    member.text().ifPresent(text -> InForce.set(project, member.dataset(), text));
    return failure(job);
  }

  /** Starts the job of {@code member}. */
  static RunningJob begin(Session session, Member member) {
    DatasetSpec dataset = member.dataset();
    Map<Layer, Long> rows = rows(session, dataset);
    RunningJob job =
        session
            .platform()
            .jobs()
            .start(new JobRequest(dataset, member.engine().keptRunning(), Map.of()));
    member.started(job, session.witness().runs(dataset, Witness.Span.ENDLESS), rows);
    return job;
  }

  /** Rows of the tables, when somebody wants to know how many there will be more. */
  private static Map<Layer, Long> rows(Session session, DatasetSpec dataset) {
    return session.witness() == Witness.NONE
        ? Map.of()
        : Balancing.settled(session.platform().tables().catalog(), dataset).rows();
  }

  /** Replaces {@code former}, whose job it stops; the result says which of both runs now. */
  Item replace(Member former, Member next) {
    String name = next.dataset().name();
    former.job().ifPresent(job -> end(former, job));
    Optional<String> why = start(next);
    if (why.isEmpty()) {
      return new Item(name, Outcome.RESTARTED, "");
    }
    next.job().ifPresent(job -> end(next, job));
    Optional<String> again = start(former);
    return again
        .map(
            reason ->
                new Item(
                    name, Outcome.FAILED, why.get() + "; and with the former manifest: " + reason))
        .orElseGet(() -> new Item(name, Outcome.ROLLED_BACK, why.get()));
  }

  private void end(Member member, RunningJob job) {
    job.stop(LAST_COMMIT);
    Running.finishCommit(session, member.dataset());
    member.ended(rows(session, member.dataset()));
  }

  private static Optional<String> failure(RunningJob job) {
    long deadline = System.nanoTime() + START.toNanos();
    long runningSince = 0;
    while (System.nanoTime() < deadline) {
      JobState state = job.state();
      if (state.phase() != Phase.STARTING && state.phase() != Phase.RUNNING) {
        return Optional.of(state.code() + ": " + state.why());
      }
      if (state.phase() == Phase.RUNNING) {
        runningSince = runningSince == 0 ? System.nanoTime() : runningSince;
        if (job.commit(TRIAL) && (hasCommitted(state) || tried(runningSince))) {
          return Optional.empty();
        }
      }
      try {
        Thread.sleep(LOOK.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Optional.of("interrupted: the process stops");
      }
    }
    return Optional.of("not-started: it did not come up within " + START.toMinutes() + " minutes");
  }

  private static boolean hasCommitted(JobState state) {
    return CommitProgress.find(state.run())
        .filter(commits -> commits.picture().commits() > 0)
        .isPresent();
  }

  private static boolean tried(long since) {
    return System.nanoTime() - since > TRIAL.toNanos();
  }
}
