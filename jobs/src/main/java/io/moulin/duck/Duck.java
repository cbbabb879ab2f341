package io.moulin.duck;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.moulin.spec.MoulinException;
import io.moulin.spec.Sql;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBTableFunction;
import org.duckdb.DuckDBTableFunctionBuilder;
import org.jspecify.annotations.Nullable;

/**
 * One in-memory DuckDB with one thread and bounds on its memory and on what it spills to disk. It
 * loads no extensions and sees no files but those below its own folder.
 */
public final class Duck implements AutoCloseable {
  /** A batch is bounded, so what does not fit in memory is a small multiple of it. */
  private static final long SPILL_TIMES_MEMORY = 8;

  /** Two databases that spill into one folder would use the same names. */
  private static final AtomicLong SPILLS = new AtomicLong();

  private final DuckDBConnection connection;

  private Duck(DuckDBConnection connection) {
    this.connection = connection;
  }

  /** A database that may read and write files below {@code folder}, and spills there. */
  public static Duck open(Path folder, long memoryBytes) throws SQLException {
    return open(folder, List.of(folder + "/"), List.of(), memoryBytes);
  }

  /** A database that may read {@code files} and nothing else; it spills below {@code folder}. */
  public static Duck openReading(Path folder, List<Path> files, long memoryBytes)
      throws SQLException {
    return open(folder, List.of(), texts(files), memoryBytes);
  }

  /** A database that may read and write below {@code folder}, and read {@code files}. */
  public static Duck openOver(Path folder, List<Path> files, long memoryBytes) throws SQLException {
    return open(folder, List.of(folder + "/"), texts(files), memoryBytes);
  }

  private static List<String> texts(List<Path> files) {
    return files.stream().map(Path::toString).toList();
  }

  private static Duck open(Path folder, List<String> folders, List<String> files, long memoryBytes)
      throws SQLException {
    Properties config = new Properties();
    config.setProperty("threads", "1");
    config.setProperty("memory_limit", String.format(Locale.ROOT, "%dKB", memoryBytes / 1000));
    Path spill = folder.resolve("spill-" + SPILLS.incrementAndGet());
    config.setProperty("temp_directory", spill.toString());
    config.setProperty("autoinstall_known_extensions", "false");
    config.setProperty("autoload_known_extensions", "false");
    Connection opened = DriverManager.getConnection("jdbc:duckdb:", config);
    Duck duck = new Duck(opened.unwrap(DuckDBConnection.class));
    try {
      duck.run("SET TimeZone = 'UTC'");
      duck.run(
          "SET max_temp_directory_size = '%dKB'"
              .formatted(memoryBytes * SPILL_TIMES_MEMORY / 1000));
      // It would take what two expressions share out of their TRY, and evaluate it unguarded.
      duck.run("SET disabled_optimizers = 'common_subexpressions'");
      duck.allow("allowed_directories", folders);
      duck.allow("allowed_paths", files);
      duck.run("SET enable_external_access = false");
      duck.run("SET lock_configuration = true");
      return duck;
    } catch (SQLException | RuntimeException e) {
      duck.close();
      throw e;
    }
  }

  private void allow(String setting, List<String> paths) throws SQLException {
    String list = paths.stream().map(Sql::text).collect(Collectors.joining(", "));
    run("SET " + setting + " = [" + list + "]");
  }

  /** Around a connection that somebody else has opened and set up; closing this closes it. */
  public static Duck around(DuckDBConnection connection) {
    return new Duck(connection);
  }

  public void run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Runs a statement that changes rows; returns how many. */
  public long update(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.executeLargeUpdate(sql);
    }
  }

  /**
   * Makes rows of Java's a function that SQL can select from, until the database is closed. The
   * driver remembers the name for as long as the process lives.
   */
  public void register(String function, DuckDBTableFunction<?, ?, ?> rows) throws SQLException {
    try (DuckDBTableFunctionBuilder builder = DuckDBFunctions.tableFunction()) {
      builder.withName(function).withFunction(rows).register(connection);
    }
  }

  /**
   * Hands every row of the result to {@code reader}. Not by the driver's chunks: their result ends
   * without a word where the query fails halfway, and the rows after it would be lost.
   */
  public void query(String sql, RowReader reader) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        reader.read(rows);
      }
    }
  }

  /** A statement as the engine's parser understands it, with {@code error} where it does not. */
  public JsonNode parse(String statement) {
    try {
      return SqlTree.of(connection, statement);
    } catch (SQLException | JsonProcessingException e) {
      throw MoulinException.internal("duckdb", "Cannot parse SQL: " + e.getMessage(), e);
    }
  }

  /** What its functions are like. */
  public Functions functions() throws SQLException {
    return Functions.of(connection);
  }

  /** Bytes that the database holds in memory, as it counts them itself. */
  public long memoryBytes() throws SQLException {
    long[] bytes = {0};
    query(
        "SELECT CAST(sum(memory_usage_bytes) AS BIGINT) FROM duckdb_memory()",
        row -> bytes[0] = row.getLong(1));
    return bytes[0];
  }

  /** A fast way into a temporary table. */
  public DuckDBAppender appender(String table) throws SQLException {
    return connection.createAppender("temp", "main", table);
  }

  /** Ends an appender; its own close() would keep silent about rows that it could not flush. */
  public static void finish(@Nullable DuckDBAppender appender) throws SQLException {
    if (appender != null) {
      try (appender) {
        appender.flush();
      }
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }

  /** Reads the row that a result stands on. */
  public interface RowReader {
    void read(ResultSet row) throws SQLException;
  }
}
