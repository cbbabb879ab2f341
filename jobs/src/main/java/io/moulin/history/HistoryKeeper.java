package io.moulin.history;

import io.moulin.commit.CommitLock;
import io.moulin.commit.RunMark;
import io.moulin.spec.Layer;
import io.moulin.spec.MoulinException;
import io.moulin.spec.TableSpec;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.flink.util.FileUtils;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;

/**
 * Keeps the history of a dataset as silver is. The history is a function of silver's rows: it says
 * in every snapshot of which snapshot of silver it was made, in the same atomic commit. Whoever
 * comes after a crash goes on from there, and an interrupted step was not made at all.
 *
 * <p>Nothing of it is part of the books: a history can be made anew of silver at any time.
 */
public final class HistoryKeeper {
  /** Code of a commit that was not made, or of which nobody knows. */
  static final String NOT_COMMITTED = "history-not-committed";

  private static final int ATTEMPTS = 3;

  private final HistoryJob job;

  /** Whether a rebuild changes the table. */
  public enum Mode {
    MAKE,
    DRY_RUN
  }

  public HistoryKeeper(HistoryJob job) {
    this.job = job;
  }

  /** Takes up what silver has got since the last time. */
  public Kept catchUp() {
    return tried(
        () ->
            alone(
                (step, last, silver) -> {
                  if (silver.currentSnapshot() == null) {
                    return Kept.NOTHING;
                  }
                  if (last.isEmpty()
                      || !last.get().shape().equals(HistoryMark.shape(job.history()))) {
                    return step.anew(last, Mode.MAKE);
                  }
                  SilverChange change = SilverChange.since(silver, last.get().silver());
                  if (change.kind() == SilverChange.Kind.NONE) {
                    return Kept.NOTHING;
                  }
                  return step.follows(change)
                      ? step.follow(last.get(), change)
                      : step.anew(last, Mode.MAKE);
                }));
  }

  /** Makes the history anew of all rows of silver, and changes it where it is not the same. */
  public Kept rebuild(Mode mode) {
    return tried(
        () ->
            alone(
                (step, last, silver) ->
                    silver.currentSnapshot() == null ? Kept.NOTHING : step.anew(last, mode)));
  }

  /** What was not committed is worked out again, over what the table holds by then. */
  private static Kept tried(Attempt attempt) {
    for (int i = 1; ; i++) {
      try {
        return attempt.make();
      } catch (MoulinException e) {
        if (i == ATTEMPTS || !e.code().equals(NOT_COMMITTED)) {
          throw e;
        }
      }
    }
  }

  private Kept alone(Work work) {
    String name = job.dataset().name();
    String run = UUID.randomUUID().toString();
    try (CommitLock.Held held = CommitLock.ofHistory(job.locks(), name).take()) {
      Table history = load(job.table());
      RunMark.NOTE
          .read(history)
          .ifPresent(
              left -> {
                left.sweep(List.of(history));
                RunMark.NOTE.clear(history);
              });
      Table silver = load(job.dataset().table(Layer.SILVER));
      HistoryStep step = new HistoryStep(job, run, silver, history);
      return work.run(step, HistoryMark.newest(history), silver);
    } catch (SQLException | IOException e) {
      String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw MoulinException.external(
          "history-failed",
          "Cannot keep the history of %s: %s".formatted(name, message),
          "no row is lost: the next run follows silver from where the history is; give it more"
              + " engine.memory or history.buckets if it was too little",
          e);
    } finally {
      FileUtils.deleteDirectoryQuietly(job.folder().resolve(run).toFile());
    }
  }

  private Table load(TableSpec spec) {
    try {
      return job.catalog().loadTable(TableIdentifier.of(spec.layer().namespace(), spec.name()));
    } catch (NoSuchTableException e) {
      throw MoulinException.user(
          "not-applied",
          "dataset '%s' has no table %s yet".formatted(spec.dataset(), spec.fullName()),
          "run 'moulin apply' first",
          e);
    }
  }

  /** One try. */
  @FunctionalInterface
  private interface Attempt {
    Kept make();
  }

  /** What is done while nobody else keeps the history. */
  @FunctionalInterface
  private interface Work {
    Kept run(HistoryStep step, Optional<HistoryMark> last, Table silver)
        throws SQLException, IOException;
  }
}
