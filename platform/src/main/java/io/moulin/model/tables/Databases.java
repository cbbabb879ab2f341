package io.moulin.model.tables;

import io.moulin.model.Node;
import io.moulin.spec.Sql;
import io.moulin.sql.TableView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * The engines of a build. Opening a DuckDB costs as much as a small model, so most computations
 * share one, each with a catalog of its own in it that the next one takes over. What an engine may
 * read is settled before anything else runs in it: the shared one reads below the folders in which
 * the catalog puts its tables, and a computation whose files are elsewhere has an engine to itself,
 * with as much memory as the shared one: only then the memory of all can be more than the build was
 * given.
 */
public final class Databases implements AutoCloseable {
  private static final long SPILL_TIMES_MEMORY = 16;

  /**
   * Half of the memory is of the shared engine, the other of those that are beside it at a time.
   */
  private static final int SHARES = 2;

  /** To write a file, an engine holds 120,000 rows of all columns. */
  private static final long LEAST_BYTES = 128 << 20;

  private final Means means;
  private final int sharing;
  private final Supplier<Set<Path>> roots;
  private final List<String> seeds;
  private final AtomicInteger catalogs = new AtomicInteger();
  private final Semaphore beside = new Semaphore(1);
  private final List<Database> idle = new ArrayList<>();
  private Set<Path> known = Set.of();
  private @Nullable DuckDBConnection shared;

  /**
   * @param sharing how many computations share the threads
   * @param roots folders below which most tables lie, asked for when the first computation begins;
   *     may be none
   * @param seeds files that the SQL of seeds reads
   */
  public Databases(Means means, int sharing, Supplier<Set<Path>> roots, List<Path> seeds) {
    this.means = means;
    this.sharing = sharing;
    this.roots = roots;
    this.seeds = seeds.stream().map(Path::toString).toList();
  }

  /**
   * Work of several threads, each with an engine to itself: for one table at a time, so that their
   * memory is bounded. For others at that time, and where there is one thread or too little memory
   * for two engines, it is done on this thread.
   *
   * @param most threads
   * @param reads all that the work may read, on whichever thread
   */
  public void sideBySide(int most, List<TableView> reads, Work work)
      throws SQLException, IOException {
    int threads = Math.min(most, engines());
    if (threads > 1 && beside.tryAcquire()) {
      try {
        SideBySide.run(threads, () -> work.run((tables, views) -> alone(reads, tables, views)));
      } finally {
        beside.release();
      }
    } else {
      work.run(this::open);
    }
  }

  /** Work that is done on one or several threads. */
  @FunctionalInterface
  public interface Work {
    /**
     * Does what is left of it.
     *
     * @param opener opens the databases of this thread
     */
    void run(Opener opener) throws SQLException, IOException;
  }

  /** Opens a database as {@link #open} does. */
  @FunctionalInterface
  public interface Opener {
    Database open(List<TableView> tables, List<Node> views) throws SQLException, IOException;
  }

  private int engines() {
    long fit = means.memoryBytes() / SHARES / LEAST_BYTES;
    return (int) Math.max(1, Math.min(means.threads(), fit));
  }

  /** For files that are being made. */
  public Path folder() {
    return means.folder();
  }

  /**
   * Opens a database in which these tables and views can be read. What others have had in it may be
   * there too, under other names.
   *
   * @param views models that are views, each behind those that it reads
   */
  public Database open(List<TableView> tables, List<Node> views) throws SQLException, IOException {
    DuckDBConnection engine = sharedEngine();
    if (!tables.stream().flatMap(TableView::paths).allMatch(this::known)) {
      return alone(share(), tables, tables, views);
    }
    Database database = idle(tables);
    if (database == null) {
      database =
          Database.in(
              engine.duplicate().unwrap(DuckDBConnection.class),
              "build_" + catalogs.incrementAndGet(),
              this::used);
    }
    return showing(database, tables, views);
  }

  private @Nullable Database idle(List<TableView> tables) {
    synchronized (idle) {
      Optional<Database> found =
          idle.stream().filter(database -> database.suits(tables)).findFirst();
      found.ifPresent(idle::remove);
      return found.orElse(null);
    }
  }

  private void used(Database database) {
    synchronized (idle) {
      idle.add(database);
    }
  }

  private static Database showing(Database database, List<TableView> tables, List<Node> views)
      throws SQLException {
    try {
      database.show(tables, views);
      return database;
    } catch (SQLException | RuntimeException e) {
      database.end(); // it is half of what it should be
      throw e;
    }
  }

  /**
   * The same with an engine of one thread to itself, for one of several that compute a table side
   * by side: in a shared engine they would wait for each other.
   */
  private Database alone(List<TableView> reads, List<TableView> tables, List<Node> views)
      throws SQLException, IOException {
    long memory = means.memoryBytes() / SHARES / engines();
    return alone(new Means(memory, 1, means.folder()), reads, tables, views);
  }

  private Database alone(Means own, List<TableView> reads, List<TableView> tables, List<Node> views)
      throws SQLException, IOException {
    sharedEngine(); // it settles which folders are known
    List<String> paths = reads.stream().flatMap(TableView::paths).distinct().toList();
    DuckDBConnection engine =
        paths.stream().allMatch(this::known)
            ? engine(own, List.of(), known)
            : engine(own, paths, Set.of());
    return showing(Database.in(engine, "", Databases::end), tables, views);
  }

  private static void end(Database database) {
    try {
      database.end();
    } catch (SQLException e) {
      throw new IllegalStateException("Cannot close DuckDB: " + e.getMessage(), e);
    }
  }

  private Means share() {
    int threads = Math.max(1, means.threads() / sharing);
    return new Means(means.memoryBytes() / SHARES, threads, means.folder());
  }

  private boolean known(String path) {
    Path file = Path.of(path).normalize();
    return known.stream().anyMatch(file::startsWith);
  }

  private synchronized DuckDBConnection sharedEngine() throws SQLException, IOException {
    DuckDBConnection opened = shared;
    if (opened == null) {
      known = Set.copyOf(roots.get());
      opened = engine(share(), List.of(), known);
      shared = opened;
    }
    return opened;
  }

  /**
   * @param paths files that it may read, beside the seeds
   * @param folders below which it may read, beside that of the build
   */
  private DuckDBConnection engine(Means own, List<String> paths, Set<Path> folders)
      throws SQLException, IOException {
    Files.createDirectories(own.folder());
    Properties config = new Properties();
    config.setProperty("autoinstall_known_extensions", "false");
    config.setProperty("autoload_known_extensions", "false");
    config.setProperty("memory_limit", own.memoryBytes() + "B");
    config.setProperty("threads", Integer.toString(own.threads()));
    Connection opened = DriverManager.getConnection("jdbc:duckdb:", config);
    try (Statement statement = opened.createStatement()) {
      List<String> files = new ArrayList<>(seeds);
      files.addAll(paths);
      List<String> allowed = new ArrayList<>(List.of(own.folder() + "/"));
      folders.forEach(folder -> allowed.add(folder + "/"));
      Path spill = own.folder().resolve("spill-" + UUID.randomUUID());
      statement.execute("SET GLOBAL TimeZone = 'UTC'");
      statement.execute("SET temp_directory = " + Sql.text(spill.toString()));
      statement.execute(
          "SET max_temp_directory_size = '%dB'".formatted(own.memoryBytes() * SPILL_TIMES_MEMORY));
      statement.execute("SET allowed_paths = " + list(files));
      statement.execute("SET allowed_directories = " + list(allowed));
      statement.execute("SET enable_external_access = false");
      statement.execute("SET lock_configuration = true");
      return opened.unwrap(DuckDBConnection.class);
    } catch (SQLException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private static String list(List<String> texts) {
    return texts.stream().map(Sql::text).collect(Collectors.joining(", ", "[", "]"));
  }

  @Override
  public void close() {
    synchronized (idle) {
      idle.forEach(Databases::end);
      idle.clear();
    }
    DuckDBConnection opened = shared;
    if (opened != null) {
      try {
        opened.close();
      } catch (SQLException e) {
        throw new IllegalStateException("Cannot close DuckDB: " + e.getMessage(), e);
      }
    }
  }
}
