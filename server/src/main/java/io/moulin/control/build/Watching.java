package io.moulin.control.build;

import io.moulin.control.Project;
import io.moulin.control.Session;
import io.moulin.control.Session.Need;
import io.moulin.control.Sessions;
import io.moulin.control.build.BuildSummary.Made;
import io.moulin.control.build.BuildSummary.Outcome;
import io.moulin.control.build.Building.Wanted;
import io.moulin.manifest.ProjectFiles;
import io.moulin.model.tables.ModelCatalog;
import io.moulin.spec.MoulinException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Builds the models of a project again whenever what they are made of has changed. */
public final class Watching {
  /** Stands for what has changed when nothing has, and what broke is tried again. */
  public static final String WHAT_BROKE = "what broke";

  /** Stands for what has changed when only the time has, and some SQL or check asks for it. */
  public static final String THE_TIME = "the time";

  /** Where the time is asked for, this many pauses between two looks are as good as a change. */
  private static final int TIMELY = 60;

  /** Who edits a model waits for this. */
  private static final Duration LOOK = Duration.ofMillis(500);

  /**
   * What broke is tried again after the pause between two looks, then after twice that, to this.
   */
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  /** Other commands of this project are at work, and will be done. */
  private static final Set<String> BUSY = Set.of("project-locked", "build-running");

  private final Sessions sessions;
  private final Building building;

  public Watching(Sessions sessions, Building building) {
    this.sessions = sessions;
    this.building = building;
  }

  /** Hears what happens, in this order; called by the thread that watches. */
  public interface Listener {
    /**
     * A build begins.
     *
     * @param changed what has changed since the last one: tables of streams, and files by their
     *     paths within the project, or one of {@link #WHAT_BROKE} and {@link #THE_TIME}; empty for
     *     the first build
     */
    void begins(List<String> changed);

    /** A seed or model is done. */
    void made(Made made);

    /** A build is done; from now on it waits. */
    void built(BuildSummary summary);

    /** There was no build. */
    void failed(MoulinException why, Next next);
  }

  /** When it is tried again after a failure. */
  public enum Next {
    /** It passes by itself. */
    BY_ITSELF,
    /** Somebody has to mend it. */
    WHEN_A_FILE_CHANGES
  }

  /**
   * Builds, and then again and again, until this thread is interrupted.
   *
   * @param folder of the project
   * @param reread reads the project; one that cannot be read waits for files to change
   * @param wanted what each build is of; only the first can be a full refresh
   * @param every how long to wait, at least, between two looks at the tables of streams
   * @throws MoulinException when the first build cannot begin
   */
  public void watch(
      Path folder, Supplier<Project> reread, Wanted wanted, Duration every, Listener listener)
      throws InterruptedException {
    // In this order: who edits a file while it is read is seen at the first look.
    ProjectFiles files = ProjectFiles.of(folder);
    Watch watch = new Watch(files, reread, wanted, every, listener);
    watch.first();
    while (true) {
      TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
      watch.look();
    }
  }

  private final class Watch {
    private final Wanted wanted;
    private final Duration every;
    private final Supplier<Project> reread;
    private final Listener listener;
    private final Set<String> due = new LinkedHashSet<>();
    private Project project;
    private boolean readable = true;
    private ProjectFiles files;
    private Map<String, Long> streams = Map.of();
    private long nextLook;
    private Duration patience;
    private boolean broken;
    private long tryAgain;
    private long timely;
    private String said = "";

    Watch(
        ProjectFiles files,
        Supplier<Project> reread,
        Wanted wanted,
        Duration every,
        Listener listener) {
      this.files = files;
      this.project = reread.get();
      this.wanted = wanted;
      this.every = every;
      this.patience = every;
      this.reread = reread;
      this.listener = listener;
    }

    void first() {
      try (Session session = sessions.open(project, Set.of(Need.CATALOG))) {
        streams = streams(session);
        build(session, wanted);
      }
    }

    void look() throws InterruptedException {
      ProjectFiles now = ProjectFiles.of(project.folder());
      List<String> changed = now.changedSince(files);
      if (changed.isEmpty() && System.nanoTime() - nextLook < 0) {
        return;
      }
      files = now;
      due.addAll(changed);
      nextLook = System.nanoTime() + every.toNanos();
      try {
        if (!changed.isEmpty()) {
          readable = false;
          said = "";
          project = reread.get();
          readable = true;
        }
        if (readable) {
          buildWhatIsDue();
        }
      } catch (MoulinException e) {
        if (Thread.currentThread().isInterrupted()) {
          throw e;
        }
        failed(e);
      }
    }

    private void buildWhatIsDue() {
      try (Session session = sessions.open(project, Set.of(Need.CATALOG))) {
        Map<String, Long> now = streams(session);
        now.forEach(
            (stream, snapshot) -> {
              if (!Objects.equals(streams.get(stream), snapshot)) {
                due.add(stream);
              }
            });
        streams = now;
        if (due.isEmpty() && broken && System.nanoTime() - tryAgain >= 0) {
          due.add(WHAT_BROKE);
        }
        if (due.isEmpty() && project.models().unsteady() && System.nanoTime() - timely >= 0) {
          due.add(THE_TIME);
        }
        if (!due.isEmpty()) {
          build(
              session, new Wanted(wanted.select(), wanted.exclude(), false, wanted.changedOnly()));
        }
      }
    }

    private void build(Session session, Wanted of) {
      listener.begins(List.copyOf(due));
      BuildSummary summary = building.build(session, of, listener::made);
      due.clear();
      said = "";
      long now = System.nanoTime();
      nextLook = now + every.toNanos();
      timely = now + every.multipliedBy(TIMELY).toNanos();
      broken = summary.models().stream().anyMatch(made -> made.outcome() == Outcome.BROKEN);
      tryAgain = now + patience.toNanos();
      patience = broken ? shorter(patience.multipliedBy(2), LONGEST_PAUSE) : every;
      listener.built(summary);
    }

    /** What passes by itself stays due, and is said once. */
    private void failed(MoulinException failure) {
      boolean passes =
          failure.kind() == MoulinException.Kind.EXTERNAL || BUSY.contains(failure.code());
      if (!passes) {
        due.clear();
      }
      String message = failure.code() + failure.getMessage();
      if (!message.equals(said)) {
        said = message;
        listener.failed(failure, passes ? Next.BY_ITSELF : Next.WHEN_A_FILE_CHANGES);
      }
    }

    /** The snapshots of the streams' tables that models and checks read; 0 where there is none. */
    private Map<String, Long> streams(Session session) {
      ModelCatalog catalog = new ModelCatalog(session.platform().tables().catalog());
      Map<String, Long> snapshots = new TreeMap<>();
      for (String stream : project.models().streams()) {
        long snapshot =
            catalog
                .load(stream)
                .map(table -> table.currentSnapshot())
                .map(each -> each.snapshotId())
                .orElse(0L);
        snapshots.put(stream, snapshot);
      }
      return snapshots;
    }
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
