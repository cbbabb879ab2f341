package io.moulin.control.build;

import io.moulin.control.Session;
import io.moulin.control.Witness;
import io.moulin.model.Blueprint;
import io.moulin.model.Node;
import io.moulin.model.build.Build;
import io.moulin.model.build.BuildReport;
import io.moulin.model.build.CheckData;
import io.moulin.model.build.Leftovers;
import io.moulin.model.build.ModelReport;
import io.moulin.model.build.ModelReport.Outcome;
import io.moulin.model.build.Selection;
import io.moulin.model.tables.Means;
import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Builds the models of a project, one build at a time. */
public final class Building {
  /** Most memory of all computations together. */
  private static final long MEMORY_BYTES = 1L << 30;

  /** Most computations at a time: each uses all cores by itself when it has enough to do. */
  private static final int SIDE_BY_SIDE = 2;

  private final Clock clock;

  public Building(Clock clock) {
    this.clock = clock;
  }

  /**
   * What is asked for.
   *
   * @param select terms of {@link Selection}; empty for all seeds and models
   * @param exclude terms of what is left out after all
   * @param fullRefresh compute everything, whether it changed or not
   * @param changedOnly only those whose own text differs from what was built last
   */
  public record Wanted(
      List<String> select, List<String> exclude, boolean fullRefresh, boolean changedOnly) {
    /** Everything that has changed. */
    public static final Wanted ALL = new Wanted(List.of(), List.of(), false, false);

    public Wanted {
      select = List.copyOf(select);
      exclude = List.copyOf(exclude);
    }
  }

  /**
   * Builds.
   *
   * @param listener hears of each seed and model when it is done
   */
  public BuildSummary build(Session session, Wanted wanted, Consumer<BuildSummary.Made> listener) {
    Blueprint blueprint = session.project().models();
    if (blueprint.nodes().isEmpty()) {
      throw MoulinException.user(
          "no-models",
          "the project has no models and no seeds",
          "write one: models/marts/NAME.sql with a SELECT");
    }
    Build.Request request =
        new Build.Request(
            new Selection(wanted.select(), wanted.exclude()),
            wanted.fullRefresh(),
            wanted.changedOnly(),
            SIDE_BY_SIDE);
    return alone(
        session,
        (means, id) ->
            seen(
                session.witness().builds(),
                work ->
                    new Build(
                            blueprint,
                            session.platform().tables().catalog(),
                            means,
                            request,
                            clock,
                            id,
                            new Forwarding(listener, work))
                        .run()));
  }

  private record Forwarding(Consumer<BuildSummary.Made> listener, Witness.Computing work)
      implements Build.Listener {
    @Override
    public void begins(Node node) {
      work.begins(node);
    }

    @Override
    public void done(ModelReport report) {
      work.done(report);
      listener.accept(BuildSummary.Made.of(report));
    }
  }

  private static BuildReport seen(
      Witness.Computing work, Function<Witness.Computing, BuildReport> body) {
    try {
      BuildReport report = body.apply(work);
      work.ended(report);
      return report;
    } catch (RuntimeException e) {
      work.failed(String.valueOf(e.getMessage()));
      throw e;
    }
  }

  /**
   * Makes checks on what is published, and builds nothing.
   *
   * @param select terms of {@link Selection}; empty for all
   * @param exclude terms of what is left out after all
   */
  public BuildSummary checkData(Session session, List<String> select, List<String> exclude) {
    Blueprint blueprint = session.project().models();
    return alone(
        session,
        (means, id) ->
            seen(
                session.witness().checks(),
                work ->
                    CheckData.run(
                        blueprint,
                        new Selection(select, exclude),
                        session.platform().tables().catalog(),
                        means,
                        clock.instant(),
                        id)));
  }

  /** Two builds of a project at a time would publish over each other. */
  private static BuildSummary alone(Session session, BiFunction<Means, String, BuildReport> body) {
    Path folder = session.project().kept().resolve("build");
    try {
      Files.createDirectories(folder);
      try (FileChannel channel =
              FileChannel.open(
                  folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = lock(channel)) {
        if (lock == null || !lock.isValid()) {
          throw MoulinException.user(
              "build-running", "another build of this project is running", "wait until it is done");
        }
        Path files = folder.resolve("files");
        empty(files);
        Path running = folder.resolve("running");
        if (Files.exists(running)) {
          Leftovers.remove(
              session.project().models(),
              session.platform().tables().catalog(),
              Files.readString(running));
        }
        String id = UUID.randomUUID().toString();
        Files.writeString(running, id);
        try {
          int cores = Runtime.getRuntime().availableProcessors();
          BuildReport report = body.apply(new Means(MEMORY_BYTES / SIDE_BY_SIDE, cores, files), id);
          // What broke may have left files, or may be published after all: the next build sees.
          if (report.models().stream().noneMatch(model -> model.outcome() == Outcome.BROKEN)) {
            Files.deleteIfExists(running);
          }
          return BuildSummary.of(report);
        } finally {
          empty(files);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      throw MoulinException.external(
          "build-folder",
          "Cannot use the folder " + folder + ": " + e.getMessage(),
          "check that it is writable and that the disk has room",
          e);
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // this process builds already
    }
  }

  private static void empty(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
