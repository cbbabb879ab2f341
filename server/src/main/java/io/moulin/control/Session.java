package io.moulin.control;

import io.moulin.control.live.Owner;
import io.moulin.model.SqlNames;
import io.moulin.platform.Platform;
import io.moulin.sql.QueryLimits;
import io.moulin.sql.SqlEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A project with the platform that it runs on; closing it stops what was started. */
public final class Session implements AutoCloseable {
  private static final long QUERY_BYTES = 512L << 20;

  private final Stopwatch sinceOpened = Stopwatch.start();
  private final Project project;
  private final Platform platform;
  private final Optional<Owner> owner;
  private final Set<Need> needs;
  private final Witness witness;
  private volatile boolean shared;
  private @Nullable Path borrowed;

  /** What of a platform a command will use; it is started side by side. */
  public enum Need {
    BROKER,
    CATALOG,
    ENGINE
  }

  Session(Project project, Sessions.Opened opened, Set<Need> needs, Witness witness) {
    this.project = project;
    this.platform = opened.platform();
    this.owner = opened.owner();
    this.needs = needs.isEmpty() ? EnumSet.noneOf(Need.class) : EnumSet.copyOf(needs);
    this.witness = witness;
  }

  public Project project() {
    return project;
  }

  /** What it runs on; for operations, not for those who ask for them. */
  public Platform platform() {
    return platform;
  }

  /** The process that owns the project, when it is another one. */
  public Optional<Owner> owner() {
    return owner;
  }

  /** Who hears what is done to the data; for operations. */
  public Witness witness() {
    return witness;
  }

  /** From now on this process lets others use what it runs, and keeps jobs running itself. */
  public void share() {
    shared = true;
  }

  /** Whether others may be writing the tables now. */
  boolean shared() {
    return shared || owner.isPresent();
  }

  /** Read-only SQL over the tables and views of the project. */
  public SqlEngine sql() {
    return new SqlEngine(
        platform.tables().catalog(),
        new QueryLimits(QUERY_BYTES, Runtime.getRuntime().availableProcessors(), queryFolder()),
        project.models().views(),
        project.models().nodes().isEmpty() ? List.of() : SqlNames.PATH);
  }

  /** What does not fit in memory; the owner's folders are its own. */
  private Path queryFolder() {
    if (owner.isEmpty()) {
      return project.kept().resolve("work").resolve("query");
    }
    try {
      Path folder = borrowed;
      if (folder == null) {
        folder = Files.createTempDirectory("moulin-query");
        borrowed = folder;
      }
      return folder;
    } catch (IOException e) {
      throw Disk.refused("make", Path.of(System.getProperty("java.io.tmpdir", "/tmp")), e);
    }
  }

  private void removeBorrowed() {
    Path folder = borrowed;
    if (folder == null) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      // The system empties its folder for temporary files.
    }
  }

  /**
   * Waits until all that was needed answers.
   *
   * @return seconds since the session was opened
   */
  public double ready() {
    for (Need need : needs) {
      Object answering =
          switch (need) {
            case BROKER -> platform.topics();
            case CATALOG -> platform.tables();
            case ENGINE -> platform.jobs();
          };
      Objects.requireNonNull(answering);
    }
    return sinceOpened.seconds();
  }

  @Override
  public void close() {
    // Stopping waits for threads, which an interrupted thread cannot do.
    boolean interrupted = Thread.interrupted();
    try {
      platform.close();
    } finally {
      removeBorrowed();
      witness.close();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
