package io.moulin.control.mend;

import io.moulin.control.Project;
import io.moulin.control.Session;
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
import java.util.UUID;

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
    return done(
        session,
        dataset,
        switch (choice.queue()) {
          case QUARANTINE -> QuarantineReplay.run(job, rows(choice), lines);
          case DEAD_LETTERS -> DeadLetterReplay.run(job, rows(choice), lines);
        });
  }

  /** Gives rows up; they stay where they are and say so. */
  public MendReport discard(Session session, DatasetSpec dataset, Choice choice, String why) {
    requireTables(session, dataset);
    return MendReport.of(dataset.name(), Discarding.run(job(session, dataset), rows(choice), why));
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
    return done(session, dataset, Rebuilding.run(job(session, dataset), new Range(from, to), mode));
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
    return done(
        session,
        dataset,
        switch (history) {
          case KEEP -> TopicReplay.run(job, place, kafka);
          case REWIND -> Rewinding.run(job, place, kafka);
        });
  }

  /** Makes anew, of all rows of silver, what is kept of it in tables of that layer. */
  public List<FollowReport> rebuild(
      Session session, DatasetSpec dataset, Layer layer, Rehearsal rehearsal) {
    requireTables(session, dataset);
    return Followers.rebuild(session, dataset, layer, rehearsal);
  }

  /** A correction of silver is one of what follows it too. */
  private static MendReport done(Session session, DatasetSpec dataset, Outcome outcome) {
    if (outcome.made()) {
      Followers.follow(session, dataset);
    }
    return MendReport.of(dataset.name(), outcome);
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
