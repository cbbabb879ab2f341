package io.moulin.commit;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * When the runs of this process commit, for people who watch and for a stop that waits for a
 * commit. Only a picture: what counts is in the ledger.
 */
public final class CommitProgress {
  private static final Map<String, CommitProgress> RUNS = new ConcurrentHashMap<>();

  private Picture picture = new Picture(null, null, -1, null, 0, Tally.ZERO);

  private CommitProgress() {}

  /** The figures of a run that begins. */
  public static CommitProgress of(String run) {
    return RUNS.computeIfAbsent(run, r -> new CommitProgress());
  }

  /** The figures of a run; empty when its committer has not opened or the run has ended. */
  public static Optional<CommitProgress> find(String run) {
    return Optional.ofNullable(RUNS.get(run));
  }

  /** Forgets a run that has ended. */
  public static void forget(String run) {
    RUNS.remove(run);
  }

  /**
   * What a run has committed.
   *
   * @param opened when its committer was ready
   * @param barrier when the last commit was cut off, whether or not it held rows
   * @param checkpoint number of the last cut whose rows are in the tables; -1 before the first
   * @param committed when the last commit was made that held rows
   * @param commits how many commits held rows
   * @param last what the last of them held
   */
  public record Picture(
      @Nullable Instant opened,
      @Nullable Instant barrier,
      long checkpoint,
      @Nullable Instant committed,
      int commits,
      Tally last) {}

  public synchronized Picture picture() {
    return picture;
  }

  synchronized void opened(Instant now) {
    picture = new Picture(now, now, -1, null, 0, Tally.ZERO);
    notifyAll();
  }

  synchronized void cut(Instant now) {
    picture =
        new Picture(
            picture.opened,
            now,
            picture.checkpoint,
            picture.committed,
            picture.commits,
            picture.last);
  }

  synchronized void completed(long checkpoint, Committable made, Instant now) {
    boolean empty = made.empty();
    picture =
        new Picture(
            picture.opened,
            picture.barrier,
            checkpoint,
            empty ? picture.committed : now,
            picture.commits + (empty ? 0 : 1),
            empty ? picture.last : made.tally());
    notifyAll();
  }

  /** Waits until the rows before {@code checkpoint} are in the tables; false when they are not. */
  public synchronized boolean await(long checkpoint, Duration patience)
      throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (picture.checkpoint < checkpoint) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }
}
