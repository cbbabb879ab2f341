package io.moulin.follow;

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
import java.util.function.Function;
import org.apache.flink.util.FileUtils;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;

/**
 * Keeps a table that follows silver as silver is. It is a function of silver's rows: it says in
 * every snapshot of which snapshot of silver it was made, in the same atomic commit. Whoever comes
 * after a crash goes on from there, and an interrupted step was not made at all.
 *
 * <p>Nothing of it is part of the books: it can be made anew of silver at any time.
 */
public final class Keeper {
  private static final int ATTEMPTS = 3;

  private final Following following;
  private final FollowJob job;
  private final Function<Stage, Step> steps;

  /** Whether a rebuild changes the table. */
  public enum Mode {
    MAKE,
    DRY_RUN
  }

  public Keeper(Following following, FollowJob job) {
    this.following = following;
    this.job = job;
    this.steps = following.steps();
  }

  /** Code of a commit that was not made, or of which nobody knows. */
  static String notCommitted(Following following) {
    return following.table().layer().namespace() + "-not-committed";
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
                  if (last.isEmpty() || !last.get().shape().equals(following.shape())) {
                    return step.anew(last, Mode.MAKE);
                  }
                  SilverChange change = SilverChange.since(silver, last.get().silver());
                  if (change.kind() == SilverChange.Kind.NONE) {
                    return Kept.NOTHING;
                  }
                  return change.kind() == SilverChange.Kind.ADDED && step.follows(change)
                      ? step.follow(last.get(), change)
                      : step.anew(last, Mode.MAKE);
                }));
  }

  /** Makes it anew of all rows of silver, and changes it where it is not the same. */
  public Kept rebuild(Mode mode) {
    return tried(
        () ->
            alone(
                (step, last, silver) ->
                    silver.currentSnapshot() == null ? Kept.NOTHING : step.anew(last, mode)));
  }

  /** What was not committed is worked out again, over what the table holds by then. */
  private Kept tried(Attempt attempt) {
    for (int i = 1; ; i++) {
      try {
        return attempt.make();
      } catch (MoulinException e) {
        if (i == ATTEMPTS || !e.code().equals(notCommitted(following))) {
          throw e;
        }
      }
    }
  }

  private Kept alone(Work work) {
    String dataset = following.dataset().name();
    TableSpec made = following.table();
    String run = UUID.randomUUID().toString();
    try (CommitLock.Held held =
        CommitLock.ofFollowing(job.locks(), dataset + "." + following.name()).take()) {
      Table table = load(made);
      RunMark.NOTE
          .read(table)
          .ifPresent(
              left -> {
                left.sweep(List.of(table));
                RunMark.NOTE.clear(table);
              });
      Table silver = load(following.dataset().table(Layer.SILVER));
      Step step = steps.apply(new Stage(following, job, run, silver, table));
      return work.run(step, FollowMark.newest(table, made.layer()), silver);
    } catch (SQLException | IOException e) {
      String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw MoulinException.external(
          made.layer().namespace() + "-failed",
          "Cannot keep %s as silver is: %s".formatted(made.fullName(), message),
          "no row is lost: the next run follows silver from where the table is; give it more"
              + " engine.memory, or a history more buckets, if it was too little",
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

  /** What is done while nobody else writes the table. */
  @FunctionalInterface
  private interface Work {
    Kept run(Step step, Optional<FollowMark> last, Table silver) throws SQLException, IOException;
  }
}
