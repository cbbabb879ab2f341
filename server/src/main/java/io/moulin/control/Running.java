package io.moulin.control;

import io.moulin.commit.Committer;
import io.moulin.commit.QuarantineRate;
import io.moulin.control.live.InForce;
import io.moulin.control.live.Owner;
import io.moulin.control.mend.Followers;
import io.moulin.plan.Plan;
import io.moulin.platform.JobRunner.JobOutcome;
import io.moulin.platform.JobRunner.JobRequest;
import io.moulin.platform.JobRunner.RunningJob;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.MoulinException;
import io.moulin.spec.TableSpec;
import io.moulin.spec.project.EngineSpec;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Moves a dataset's records from its topic into its tables. */
public final class Running {
  private final Planning planning;
  private final Balancing balancing;

  public Running(Planning planning, Balancing balancing) {
    this.planning = planning;
    this.balancing = balancing;
  }

  /** When a run ends. */
  public enum End {
    /** At the end offsets of now. */
    CAUGHT_UP,
    /** When it is stopped. */
    STOPPED,
    /** As the engine's mode says: batch ends when it has caught up, streaming when stopped. */
    AS_DECLARED
  }

  /** Hears how a run gets on. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Called several times a second.
     *
     * @param total records that there are to read; 0 for a run without end
     */
    void progress(long consumed, long total);
  }

  /** Runs a dataset that was applied. */
  public RunReport run(Session session, DatasetSpec dataset, End end, Listener listener) {
    refuseBesideTheOwner(session, dataset);
    refuseUnlessApplied(session, dataset);
    InForce.set(session.project(), List.of(dataset));
    Stopwatch watch = Stopwatch.start();
    boolean bounded = bounded(end, session.project().spec().engine());
    Map<Integer, Long> ends = session.platform().topics().ends(dataset.source().topic());
    BalanceReport before = balancing.balance(session, dataset);
    if (bounded && before.waiting() == 0 && before.balanced()) {
      Followers.follow(session, dataset);
      return new RunReport(RunReport.Ended.AT_ONCE, before, 0, 0, 0, watch.seconds(), "");
    }
    JobRequest request =
        new JobRequest(dataset, session.project().spec().engine(), bounded ? ends : Map.of());
    Witness.Work work =
        session.witness().runs(dataset, bounded ? Witness.Span.BOUNDED : Witness.Span.ENDLESS);
    JobOutcome outcome;
    try {
      outcome = await(session, request, bounded ? before.waiting() : 0, listener);
    } catch (MoulinException e) {
      // A run without an end is stopped by a signal: that is how it ends, not how it fails.
      if (bounded || !Thread.interrupted()) {
        work.failed(String.valueOf(e.getMessage()));
        throw e;
      }
      finishCommit(session, dataset);
      Followers.follow(session, dataset);
      BalanceReport after = balancing.balance(session, dataset);
      work.done(gained(dataset, before.rows(), after.rows()));
      long consumed = after.consumed() - before.consumed();
      return new RunReport(
          RunReport.Ended.STOPPED, after, consumed, 0, 0, watch.seconds(), alarm(dataset));
    }
    BalanceReport after = balancing.balance(session, dataset);
    work.done(gained(dataset, before.rows(), after.rows()));
    return new RunReport(
        RunReport.Ended.CAUGHT_UP,
        after,
        outcome.consumed(),
        outcome.commits(),
        outcome.restarts(),
        watch.seconds(),
        alarm(dataset));
  }

  /** By full name, how many rows the tables of the books have now and had not before. */
  public static Map<String, Long> gained(
      DatasetSpec dataset, Map<Layer, Long> before, Map<Layer, Long> now) {
    Map<String, Long> gained = new TreeMap<>();
    for (TableSpec table : dataset.tables()) {
      Long rows = now.get(table.layer());
      if (rows != null) {
        gained.put(table.fullName(), Math.max(0, rows - before.getOrDefault(table.layer(), 0L)));
      }
    }
    return gained;
  }

  private static String alarm(DatasetSpec dataset) {
    return QuarantineRate.alarm(dataset.name()).orElse("");
  }

  /** Finishes a commit that a stopped job may have begun; the next run would do it as well. */
  public static void finishCommit(Session session, DatasetSpec dataset) {
    Committer committer =
        new Committer(
            session.platform().tables().catalog(),
            dataset,
            UUID.randomUUID().toString(),
            session.project().commitLock(dataset));
    committer.recover();
    committer.end();
  }

  /** Two jobs of one dataset would take the same records. */
  private static void refuseBesideTheOwner(Session session, DatasetSpec dataset) {
    if (session.owner().isEmpty()) {
      return;
    }
    Owner.Card card = session.owner().get().card();
    boolean runs = card.datasets().contains(dataset.name());
    throw MoulinException.user(
        runs ? "already-running" : "project-locked",
        runs
            ? "process %d (%s) runs '%s' already"
                .formatted(card.pid(), card.doing(), dataset.name())
            : "process %d (%s) has the project, and jobs run in it"
                .formatted(card.pid(), card.doing()),
        runs
            ? "nothing to do: see it with 'moulin status'"
            : "stop it first (moulin down, or Ctrl-C where it runs), or run all with 'moulin up'");
  }

  /** Whether a run that is to end so has an end of its own. */
  public static boolean bounded(End end, EngineSpec engine) {
    return switch (end) {
      case CAUGHT_UP -> true;
      case STOPPED -> false;
      case AS_DECLARED -> engine.mode() == EngineSpec.Mode.BATCH;
    };
  }

  private void refuseUnlessApplied(Session session, DatasetSpec dataset) {
    Plan plan = planning.plan(session, List.of(dataset));
    if (!plan.refused().isEmpty()) {
      throw MoulinException.user(
          "not-applied",
          "the manifest of '%s' declares a change that is refused".formatted(dataset.name()),
          "see it with 'moulin plan'");
    }
    if (!plan.changes().isEmpty()) {
      throw MoulinException.user(
          "not-applied",
          "%d of what '%s' declares is not there yet"
              .formatted(plan.changes().size(), dataset.name()),
          "run 'moulin apply' first; 'moulin plan' shows what it does");
    }
  }

  private static JobOutcome await(
      Session session, JobRequest request, long total, Listener listener) {
    RunningJob job = session.platform().jobs().start(request);
    try (Ticker unused = Ticker.start(() -> listener.progress(job.consumed(), total))) {
      return job.await();
    }
  }
}
