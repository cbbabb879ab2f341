package io.moulin.control.live;

import io.moulin.commit.Balance;
import io.moulin.commit.CommitProgress;
import io.moulin.commit.PartitionRange;
import io.moulin.commit.QuarantineRate;
import io.moulin.commit.Tally;
import io.moulin.control.Running;
import io.moulin.control.Witness;
import io.moulin.control.live.LiveDataset.LivePartition;
import io.moulin.control.live.LiveDataset.LiveTable;
import io.moulin.control.live.LiveDataset.State;
import io.moulin.follow.Standing;
import io.moulin.ingest.Progress;
import io.moulin.job.Watermark;
import io.moulin.platform.JobRunner.JobState;
import io.moulin.platform.JobRunner.RunningJob;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.TableSpec;
import io.moulin.spec.TimeSpec;
import io.moulin.spec.project.EngineSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A dataset that is kept running: its job, and what is known of it. */
final class Member {
  private static final Duration RECENT = Duration.ofSeconds(5);

  /** Tables are written when a commit is cut off, so that their rate needs some commits. */
  private static final int COMMITS = 3;

  private static final Progress.Picture NOTHING =
      new Progress.Picture(0, Map.of(), Tally.ZERO, 0, 0);

  private final DatasetSpec dataset;
  private final EngineSpec engine;
  private final Optional<String> text;
  private final Rates rates = new Rates();
  private @Nullable RunningJob job;
  private State rest = State.STARTING;
  private String why = "";
  private @Nullable Balance balance;
  private List<Standing> standings = List.of();
  private Map<Integer, Long> ends = Map.of();
  private int commitsOfEarlierRuns;
  private int commitsOfRun;
  private String run = "";
  private int asked;
  private int commitsWhenRead;
  private Witness.Work work = Witness.Work.NONE;
  private Map<Layer, Long> rowsBefore = Map.of();

  /**
   * @param text the manifest as it stood when it was read
   */
  Member(DatasetSpec dataset, EngineSpec engine, Optional<String> text) {
    this.dataset = dataset;
    this.engine = engine;
    this.text = text;
  }

  DatasetSpec dataset() {
    return dataset;
  }

  Optional<String> text() {
    return text;
  }

  EngineSpec engine() {
    return engine;
  }

  synchronized Optional<RunningJob> job() {
    return Optional.ofNullable(job);
  }

  /**
   * Its job was started.
   *
   * @param seen how the job is seen from outside
   * @param rows of its tables before
   */
  synchronized void started(RunningJob running, Witness.Work seen, Map<Layer, Long> rows) {
    job = running;
    why = "";
    work = seen;
    rowsBefore = rows;
  }

  /** Its job was stopped, and has committed what it had. */
  synchronized void ended(Map<Layer, Long> rows) {
    work.done(Running.gained(dataset, rowsBefore, rows));
  }

  /** There is no job, for this reason. */
  synchronized void rests(State state, String reason) {
    job = null;
    rest = state;
    why = reason;
    rates.stop();
  }

  synchronized void ends(Map<Integer, Long> known) {
    ends = known;
  }

  synchronized void balance(Balance known) {
    balance = known;
    work.goesOn(Running.gained(dataset, rowsBefore, known.rows()));
  }

  /** What follows silver comes behind the commits, so that it is asked for until it is there. */
  synchronized boolean standingsAreDue() {
    return standings.stream()
        .anyMatch(standing -> !Long.valueOf(0).equals(standing.behindCommits()));
  }

  synchronized void standings(List<Standing> known) {
    standings = known;
  }

  private int commits() {
    return commitsOfEarlierRuns + commitsOfRun;
  }

  /** Whether the books are to be read: after a commit, and at every {@code often}th time. */
  synchronized boolean booksAreDue(int often) {
    boolean due = balance == null || commits() != commitsWhenRead || asked % often == 0;
    asked++;
    commitsWhenRead = commits();
    return due;
  }

  Duration interval() {
    return dataset.commitInterval(engine.commitInterval());
  }

  /** How it is now; called at regular times, because rates are made of differences. */
  synchronized LiveDataset look(Instant now) {
    RunningJob running = job;
    JobState state = running == null ? null : running.state();
    Progress.Picture read =
        state == null ? NOTHING : Progress.find(state.run()).map(Progress::picture).orElse(NOTHING);
    Optional<CommitProgress.Picture> committed =
        state == null
            ? Optional.empty()
            : CommitProgress.find(state.run()).map(CommitProgress::picture);
    if (state != null) {
      count(state.run(), committed.map(CommitProgress.Picture::commits).orElse(0));
      rates.take(state.run(), read);
    }
    State doing = state == null ? rest : doing(state);
    if (state != null && doing == State.FAILED) {
      work.failed(state.code() + ": " + state.why());
    }
    Watermark watermark = watermark(now);
    List<LivePartition> partitions = partitions(read, watermark);
    Tally total = balance == null ? Tally.ZERO : balance.total();
    return new LiveDataset(
        dataset.name(),
        dataset.source().topic(),
        doing,
        state == null ? why : why(state, doing, dataset),
        state == null ? 0 : state.restarts(),
        state == null ? null : state.next(),
        doing == State.RUNNING ? rates.consumed(RECENT) : 0,
        total.consumed(),
        Math.max(0, read.consumed() - read.written().consumed()),
        tables(),
        standings.stream().map(standing -> FollowedTable.of(standing, now)).toList(),
        partitions,
        watermark.at(),
        watermark.heldBackBy(),
        committed.map(CommitProgress.Picture::committed).orElse(null),
        committed.map(picture -> picture.last().consumed()).orElse(0L),
        doing == State.RUNNING ? next(committed, now) : null,
        commits(),
        total.duplicate(),
        balance == null || balance.balanced(),
        balance == null ? List.of() : balance.problems(),
        read.keys(),
        read.keyBytes());
  }

  private void count(String ofRun, int commits) {
    if (!ofRun.equals(run)) {
      commitsOfEarlierRuns += commitsOfRun;
      commitsOfRun = 0;
      run = ofRun;
    }
    commitsOfRun = Math.max(commitsOfRun, commits);
  }

  private static State doing(JobState state) {
    return switch (state.phase()) {
      case STARTING -> State.STARTING;
      case RUNNING -> State.RUNNING;
      case RESTARTING -> State.RESTARTING;
      case FAILED -> State.FAILED;
      case ENDED -> State.STOPPED;
    };
  }

  /** A failure that is overcome is no news any more; too many quarantined rows are. */
  private static String why(JobState state, State doing, DatasetSpec dataset) {
    if (doing == State.RUNNING) {
      return QuarantineRate.alarm(dataset.name())
          .map(what -> "quarantine-rate: " + what)
          .orElse("");
    }
    return state.why().isEmpty() ? "" : state.code() + ": " + state.why();
  }

  private @Nullable Instant next(Optional<CommitProgress.Picture> committed, Instant now) {
    Instant barrier = committed.map(CommitProgress.Picture::barrier).orElse(null);
    if (barrier == null) {
      return null;
    }
    Instant next = barrier.plus(interval());
    return next.isBefore(now) ? now : next;
  }

  private List<LiveTable> tables() {
    Duration over = interval().multipliedBy(COMMITS);
    Duration window = over.compareTo(RECENT) < 0 ? RECENT : over;
    List<LiveTable> tables = new ArrayList<>();
    for (TableSpec table : dataset.tables()) {
      Layer layer = table.layer();
      long rows = balance == null ? 0 : balance.rows().getOrDefault(layer, 0L);
      double rate = rates.written(window, tally -> rows(tally, layer));
      tables.add(new LiveTable(table.fullName(), rows, rate));
    }
    return tables;
  }

  private static long rows(Tally tally, Layer layer) {
    return switch (layer) {
      case DEAD_LETTERS -> tally.dead();
      case BRONZE -> tally.bronze();
      case QUARANTINE -> tally.quarantine();
      case LATE -> tally.lateRouted();
      case SILVER -> tally.silver();
      case HISTORY, LIVE -> throw new IllegalArgumentException("Invalid layer: " + layer);
    };
  }

  private Watermark watermark(Instant now) {
    TimeSpec time = dataset.time();
    return time == null || balance == null
        ? new Watermark(null, null, Map.of())
        : Watermark.of(time, balance.positions(), now);
  }

  private List<LivePartition> partitions(Progress.Picture read, Watermark watermark) {
    Map<Integer, PartitionRange> positions = balance == null ? Map.of() : balance.positions();
    Set<Integer> all = new TreeSet<>(ends.keySet());
    all.addAll(positions.keySet());
    all.addAll(read.positions().keySet());
    List<LivePartition> partitions = new ArrayList<>();
    for (int partition : all) {
      PartitionRange position = positions.get(partition);
      long committed = position == null ? 0 : position.to();
      long next = Math.max(committed, read.positions().getOrDefault(partition, 0L));
      long end = Math.max(next, ends.getOrDefault(partition, next));
      Watermark.Partition event = watermark.partitions().get(partition);
      partitions.add(
          new LivePartition(
              partition,
              committed,
              next,
              end,
              event == null ? null : event.at(),
              event != null && event.state() != Watermark.State.ACTIVE && end == next));
    }
    return partitions;
  }
}
