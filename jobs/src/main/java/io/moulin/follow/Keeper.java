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
import org.jspecify.annotations.Nullable;

/**
 * Keeps a table that follows silver as silver is. It is a function of silver's rows: it says in
 * every snapshot of which snapshot of silver it was made, in the same atomic commit. Whoever comes
 * after a crash goes on from there, and an interrupted step was not made at all.
 *
 * <p>Rows of silver that make no difference make no commit. That they were taken up is said with
 * the next one; until then it is only remembered here, and whoever comes after a crash reads them
 * again.
 *
 * <p>Nothing of it is part of the books: it can be made anew of silver at any time.
 */
public final class Keeper {
  private static final int ATTEMPTS = 3;

  private final Following following;
  private final FollowJob job;
  private final Unsaid.Patience patience;
  private final Function<Stage, Step> steps;
  private @Nullable Unsaid unsaid;

  /** Whether a rebuild changes the table. */
  public enum Mode {
    MAKE,
    DRY_RUN
  }

  public Keeper(Following following, FollowJob job) {
    this(following, job, Unsaid.Patience.USUAL);
  }

  Keeper(Following following, FollowJob job, Unsaid.Patience patience) {
    this.following = following;
    this.job = job;
    this.patience = patience;
    this.steps = following.steps();
  }

  /** Code of a commit that was not made, or of which nobody knows. */
  static String notCommitted(Following following) {
    return following.table().layer().namespace() + "-not-committed";
  }

  /** Takes up what silver has got since the last time. */
  public Kept catchUp() {
    return tried(() -> alone((stage, said) -> follow(stage, said, patience)));
  }

  /** The same, and the table says so even where nothing made a difference. */
  public Kept finish() {
    return tried(() -> alone((stage, said) -> follow(stage, said, Unsaid.Patience.NONE)));
  }

  private Kept follow(Stage stage, Optional<FollowMark> said, Unsaid.Patience limit)
      throws SQLException, IOException {
    Step step = steps.apply(stage);
    if (stage.silverNow().isEmpty()) {
      return Kept.NOTHING;
    }
    if (said.isEmpty() || !said.get().shape().equals(following.shape())) {
      return step.anew(said, Mode.MAKE);
    }
    Unsaid known = unsaid;
    boolean goesOn = known != null && known.over() == stage.snapshot();
    FollowMark last = goesOn && known != null ? known.mark() : said.get();
    long rows = goesOn && known != null ? known.rows() : 0;
    SilverChange change = stage.since(last.silver());
    Kept kept =
        switch (change.kind()) {
          case NONE -> leave(stage, last);
          case ADDED ->
              change.added().isEmpty()
                  ? leave(stage, stage.mark(last.more()))
                  : step.follows(change)
                      ? step.follow(last, change)
                      : step.anew(Optional.of(last), Mode.MAKE);
          case UNKNOWN -> step.anew(Optional.of(last), Mode.MAKE);
        };
    unsaid = say(stage, said.get(), rows + kept.rows(), limit);
    return kept;
  }

  private static Kept leave(Stage stage, FollowMark mark) {
    stage.leave(mark);
    return Kept.NOTHING;
  }

  /** What is still not said after a step; null when the table says all. */
  private static @Nullable Unsaid say(
      Stage stage, FollowMark said, long rows, Unsaid.Patience limit) {
    FollowMark left = stage.left();
    if (left == null || left.equals(said)) {
      return null;
    }
    if (limit.isOver(rows, stage.age(said))) {
      stage.commit(List.of(), List.of(), left);
      return null;
    }
    stage.unsaid(left);
    return new Unsaid(stage.snapshot(), left, rows);
  }

  /** Makes it anew of all rows of silver, and changes it where it is not the same. */
  public Kept rebuild(Mode mode) {
    return tried(
        () ->
            alone(
                (stage, said) ->
                    stage.silverNow().isEmpty()
                        ? Kept.NOTHING
                        : steps.apply(stage).anew(said, mode)));
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
      return work.run(
          new Stage(following, job, run, silver, table), FollowMark.newest(table, made.layer()));
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
    Kept run(Stage stage, Optional<FollowMark> said) throws SQLException, IOException;
  }
}
