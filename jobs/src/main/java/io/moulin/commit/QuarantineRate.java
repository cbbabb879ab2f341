package io.moulin.commit;

import io.moulin.spec.DatasetSpec;
import io.moulin.spec.MoulinException;
import io.moulin.spec.QuarantineSpec;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches which part of a dataset's rows is quarantined, over the commits of the last while. Says
 * so, or ends the job, when it is more than declared.
 */
public final class QuarantineRate {
  private static final Logger LOG = LoggerFactory.getLogger(QuarantineRate.class);

  /** With fewer rows a rate says nothing. */
  private static final long FEWEST_ROWS = 100;

  /** Commits are counted together when there are more of them than this within the time. */
  private static final int STEPS = 100;

  private static final Map<String, String> ALARMS = new ConcurrentHashMap<>();

  private final DatasetSpec dataset;
  private final Deque<Commit> commits = new ArrayDeque<>();

  private record Commit(Instant at, long bronze, long quarantine) {}

  QuarantineRate(DatasetSpec dataset) {
    this.dataset = dataset;
    ALARMS.remove(dataset.name());
  }

  /** What is to be said of a dataset whose job runs, or ran last, in this process. */
  public static Optional<String> alarm(String dataset) {
    return Optional.ofNullable(ALARMS.get(dataset));
  }

  /** Counts a commit that was made. */
  void take(Tally tally, Instant now) {
    QuarantineSpec spec = dataset.quarantine();
    if (spec == null || tally.bronze() == 0) {
      return;
    }
    add(new Commit(now, tally.bronze(), tally.quarantine()), spec);
    long bronze = commits.stream().mapToLong(Commit::bronze).sum();
    long quarantined = commits.stream().mapToLong(Commit::quarantine).sum();
    if (bronze < FEWEST_ROWS || quarantined <= spec.maxRate() * bronze) {
      ALARMS.remove(dataset.name());
      return;
    }
    String what =
        String.format(
            Locale.ROOT,
            "%.1f %% of the last %,d rows of %s were quarantined, more than the %.1f %% that quarantine.max-rate allows",
            100.0 * quarantined / bronze,
            bronze,
            dataset.name(),
            100 * spec.maxRate());
    if (ALARMS.put(dataset.name(), what) == null) {
      LOG.warn("{}", what);
    }
    if (spec.then() == QuarantineSpec.Then.STOP) {
      throw MoulinException.check(
          "quarantine-rate",
          what,
          "all rows are committed and the books balance; see 'moulin quarantine breakdown %s', mend the source or the rules, then run it again"
              .formatted(dataset.name()));
    }
  }

  private void add(Commit commit, QuarantineSpec spec) {
    Instant since = commit.at.minus(spec.over());
    while (!commits.isEmpty() && commits.getFirst().at.isBefore(since)) {
      commits.removeFirst();
    }
    Commit last = commits.peekLast();
    if (last != null && commit.at.isBefore(last.at.plus(spec.over().dividedBy(STEPS)))) {
      commits.removeLast();
      commits.addLast(
          new Commit(last.at, last.bronze + commit.bronze, last.quarantine + commit.quarantine));
    } else {
      commits.addLast(commit);
    }
  }
}
