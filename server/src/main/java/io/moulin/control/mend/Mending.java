package io.moulin.control.mend;

import io.moulin.control.Amendment;
import io.moulin.control.Project;
import io.moulin.control.Session;
import io.moulin.control.Witness;
import io.moulin.follow.Following;
import io.moulin.follow.Keeper;
import io.moulin.ingest.mend.DeadLetterReplay;
import io.moulin.ingest.mend.Discarding;
import io.moulin.ingest.mend.FromPlace;
import io.moulin.ingest.mend.MendJob;
import io.moulin.ingest.mend.Outcome;
import io.moulin.ingest.mend.PatchLine;
import io.moulin.ingest.mend.QuarantineReplay;
import io.moulin.ingest.mend.Range;
import io.moulin.ingest.mend.Rebuilding;
import io.moulin.ingest.mend.Rewinding;
import io.moulin.ingest.mend.RowChoice;
import io.moulin.ingest.mend.TopicReplay;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.MoulinException;
import io.moulin.spec.TableSpec;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Corrects what was ingested: replays or discards rows of quarantine, rebuilds from bronze. */
public final class Mending {
  private final Clock clock;
  private final String who;

  /**
   * @param who corrects, for the audit in the tables
   */
  public Mending(Clock clock, String who) {
    this.clock = clock;
    this.who = who;
  }

  /** Tables with rows that wait for somebody. */
  public enum Queue {
    QUARANTINE(Layer.QUARANTINE),
    DEAD_LETTERS(Layer.DEAD_LETTERS);

    private final Layer layer;

    Queue(Layer layer) {
      this.layer = layer;
    }

    /** Full name of the dataset's table. */
    public String table(DatasetSpec dataset) {
      return dataset.table(layer).fullName();
    }
  }

  /**
   * Which open rows are meant.
   *
   * @param reason only rows with that reason among theirs
   * @param where only rows for which this DuckDB expression is true
   */
  public record Choice(Queue queue, Optional<String> reason, Optional<String> where) {}

  /**
   * From where a topic is read again: one of the two.
   *
   * @param offsets {@code P:O,P:O}
   */
  public record From(Optional<String> offsets, Optional<Instant> time) {}

  /** What becomes of what was committed behind that place. */
  public enum History {
    /** It stays; only what is missing is read again. */
    KEEP,
    /** The tables are rolled back, and the next run reads all of it again. */
    REWIND
  }

  /** Whether a rebuild changes the tables. */
  public enum Rehearsal {
    NO,
    YES
  }

  /** Judges rows again by the rules of now, with patches over them if there is a file of them. */
  public MendReport replay(
      Session session, DatasetSpec dataset, Choice choice, Optional<Path> patches) {
    requireTables(session, dataset);
    List<PatchLine> lines = patches.map(PatchLine::read).orElse(List.of());
    if (patches.isPresent() && lines.isEmpty()) {
      throw MoulinException.user(
          "bad-patch", "The file %s has no patch".formatted(patches.get()), "write one line a row");
    }
    MendJob job = job(session, dataset);
    return switch (choice.queue()) {
      case QUARANTINE ->
          mended(
              session,
              dataset,
              Amendment.QUARANTINE_REPLAY,
              () -> QuarantineReplay.run(job, rows(choice), lines));
      case DEAD_LETTERS ->
          mended(
              session,
              dataset,
              Amendment.DEAD_LETTERS_REPLAY,
              () -> DeadLetterReplay.run(job, rows(choice), lines));
    };
  }

  /** Gives rows up; they stay where they are and say so. */
  public MendReport discard(Session session, DatasetSpec dataset, Choice choice, String why) {
    requireTables(session, dataset);
    Amendment amendment =
        switch (choice.queue()) {
          case QUARANTINE -> Amendment.QUARANTINE_DISCARD;
          case DEAD_LETTERS -> Amendment.DEAD_LETTERS_DISCARD;
        };
    MendJob job = job(session, dataset);
    return mended(session, dataset, amendment, () -> Discarding.run(job, rows(choice), why));
  }

  /**
   * Computes silver, quarantine and the late rows anew from bronze.
   *
   * @param from first record time, inclusive
   * @param to last record time, exclusive
   */
  public MendReport rebuild(
      Session session,
      DatasetSpec dataset,
      Optional<Instant> from,
      Optional<Instant> to,
      Rehearsal rehearsal) {
    requireTables(session, dataset);
    Rebuilding.Mode mode =
        rehearsal == Rehearsal.YES ? Rebuilding.Mode.DRY_RUN : Rebuilding.Mode.MAKE;
    MendJob job = job(session, dataset);
    Supplier<Outcome> work = () -> Rebuilding.run(job, new Range(from, to), mode);
    return rehearsal == Rehearsal.YES
        ? MendReport.of(dataset.name(), work.get())
        : mended(session, dataset, Amendment.REBUILD, work);
  }

  /** Reads a stretch of the topic again. */
  public MendReport replay(Session session, DatasetSpec dataset, From from, History history) {
    requireTables(session, dataset);
    FromPlace place =
        from.offsets()
            .map(FromPlace::ofOffsets)
            .orElseGet(() -> FromPlace.ofTime(from.time().orElseThrow()));
    Map<String, String> kafka = session.platform().topics().clientProperties();
    MendJob job = job(session, dataset);
    return switch (history) {
      case KEEP ->
          mended(session, dataset, Amendment.REPLAY, () -> TopicReplay.run(job, place, kafka));
      case REWIND ->
          mended(session, dataset, Amendment.REWIND, () -> Rewinding.run(job, place, kafka));
    };
  }

  /** Makes anew, of all rows of silver, what is kept of it in tables of that layer. */
  public List<FollowReport> rebuild(
      Session session, DatasetSpec dataset, Layer layer, Rehearsal rehearsal) {
    requireTables(session, dataset);
    List<Following> meant = Followers.ofLayer(dataset, layer);
    if (rehearsal == Rehearsal.YES) {
      return Followers.rebuild(session, meant, Keeper.Mode.DRY_RUN);
    }
    Amendment amendment =
        layer == Layer.HISTORY ? Amendment.REBUILD_HISTORY : Amendment.REBUILD_LIVE;
    return heard(
        session.witness().corrects(dataset, amendment),
        () -> Followers.rebuild(session, meant, Keeper.Mode.MAKE),
        reports ->
            reports.stream().collect(Collectors.toMap(FollowReport::table, FollowReport::written)));
  }

  /** A correction of silver is one of what follows it too. */
  private static MendReport mended(
      Session session, DatasetSpec dataset, Amendment amendment, Supplier<Outcome> work) {
    return heard(
        session.witness().corrects(dataset, amendment),
        () -> {
          Outcome outcome = work.get();
          if (outcome.made() && amendment.writes(Layer.SILVER)) {
            Followers.follow(session, dataset);
          }
          return MendReport.of(dataset.name(), outcome);
        },
        report -> written(dataset, amendment, report));
  }

  private static <T> T heard(
      Witness.Work told, Supplier<T> work, Function<T, Map<String, Long>> rows) {
    try {
      T done = work.get();
      told.done(rows.apply(done));
      return done;
    } catch (RuntimeException e) {
      told.failed(String.valueOf(e.getMessage()));
      throw e;
    }
  }

  /** By full name, how many rows of the tables a correction has written; a rewind writes none. */
  private static Map<String, Long> written(
      DatasetSpec dataset, Amendment amendment, MendReport report) {
    Map<String, Long> written = new TreeMap<>();
    for (TableSpec table : dataset.tables()) {
      if (amendment.writes(table.layer()) && amendment != Amendment.REWIND) {
        written.put(table.fullName(), report.written(table.layer()));
      }
    }
    return written;
  }

  private static RowChoice rows(Choice choice) {
    return new RowChoice(choice.queue().layer, choice.reason(), choice.where());
  }

  private MendJob job(Session session, DatasetSpec dataset) {
    Project project = session.project();
    return new MendJob(
        dataset,
        project.spec().engine(),
        session.platform().tables().catalog(),
        project.kept().resolve("mend").resolve(UUID.randomUUID().toString()),
        project.kept().resolve("locks").toString(),
        who,
        clock);
  }

  private static void requireTables(Session session, DatasetSpec dataset) {
    for (TableSpec table : dataset.everyTable()) {
      if (session.platform().tables().describe(table.fullName()).isEmpty()) {
        throw MoulinException.user(
            "not-applied",
            "dataset '%s' has no table %s yet".formatted(dataset.name(), table.fullName()),
            "run 'moulin apply' first");
      }
    }
  }
}
