package io.moulin.ingest;

import io.moulin.embedded.catalog.LocalFileIO;
import java.util.function.Supplier;
import org.apache.iceberg.LocationProviders;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;

/** A catalog that fails, or lies about failing, at chosen commits. */
public final class FaultyCatalog extends InMemoryCatalog {
  /** What goes wrong with a commit. */
  public enum Fault {
    NONE,
    /** The process dies before the catalog has the commit. */
    CRASH_BEFORE,
    /** The process dies after the catalog has the commit. */
    CRASH_AFTER,
    /** The answer is lost, and the commit was not made. */
    UNKNOWN_NOT_MADE,
    /** The answer is lost, and the commit was made. */
    UNKNOWN_MADE
  }

  /** The end of the process, as far as a test in one process can have it. */
  public static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Crash(String when) {
      super(when);
    }
  }

  private Supplier<Fault> next = () -> Fault.NONE;
  private final FileIO io;
  private boolean mortal;
  private boolean dead;

  public FaultyCatalog() {
    this(new LocalFileIO());
  }

  /**
   * @param io where the files of tables are
   */
  public FaultyCatalog(FileIO io) {
    this.io = io;
  }

  /** Asks {@code faults} before every commit. */
  public void failBy(Supplier<Fault> faults) {
    next = faults;
    mortal = false;
    dead = false;
  }

  /**
   * The same, but after a crash nothing can be reached any more, so that no {@code finally} tidies
   * up: until {@link #failBy} begins another life.
   */
  public void dieBy(Supplier<Fault> faults) {
    next = faults;
    mortal = true;
  }

  @Override
  protected TableOperations newTableOps(TableIdentifier identifier) {
    return new FaultyOperations(super.newTableOps(identifier));
  }

  private final class FaultyOperations implements TableOperations {
    private final TableOperations real;

    FaultyOperations(TableOperations real) {
      this.real = real;
    }

    @Override
    public TableMetadata current() {
      live();
      return real.current();
    }

    @Override
    public TableMetadata refresh() {
      live();
      return real.refresh();
    }

    @Override
    public void commit(TableMetadata base, TableMetadata metadata) {
      live();
      Fault fault = next.get();
      dead = mortal && (fault == Fault.CRASH_BEFORE || fault == Fault.CRASH_AFTER);
      switch (fault) {
        case CRASH_BEFORE -> throw new Crash("before the commit");
        case UNKNOWN_NOT_MADE ->
            throw new CommitStateUnknownException(new IllegalStateException("answer lost"));
        default -> real.commit(base, metadata);
      }
      if (fault == Fault.CRASH_AFTER) {
        throw new Crash("after the commit");
      }
      if (fault == Fault.UNKNOWN_MADE) {
        throw new CommitStateUnknownException(new IllegalStateException("answer lost"));
      }
    }

    private void live() {
      if (dead) {
        throw new Crash("long ago");
      }
    }

    @Override
    public FileIO io() {
      return io;
    }

    @Override
    public String metadataFileLocation(String fileName) {
      return real.metadataFileLocation(fileName);
    }

    @Override
    public LocationProvider locationProvider() {
      return LocationProviders.locationsFor(current().location(), current().properties());
    }
  }
}
