package io.moulin.load.file;

import io.moulin.spec.MoulinException;
import io.moulin.spec.Sql;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Collectors;

/** A DuckDB in process for the files of users. */
public final class DuckDb {
  private DuckDb() {}

  /** One that reads and writes files and nothing else, in little memory. */
  public static Connection open() {
    Properties properties = new Properties();
    properties.setProperty("jdbc_stream_results", "true");
    properties.setProperty("autoload_known_extensions", "false");
    properties.setProperty("autoinstall_known_extensions", "false");
    properties.setProperty("threads", "2");
    properties.setProperty("memory_limit", "512MB");
    try {
      Connection connection = DriverManager.getConnection("jdbc:duckdb:", properties);
      try (Statement statement = connection.createStatement()) {
        statement.execute("SET TimeZone = 'UTC'");
        // Left alone it would spill into the working directory, and fill the disk.
        statement.execute("SET temp_directory = " + Sql.text(spill().toString()));
        statement.execute("SET max_temp_directory_size = '4GB'");
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
      return connection;
    } catch (SQLException e) {
      throw MoulinException.internal("duckdb", "Cannot open DuckDB: " + e.getMessage(), e);
    }
  }

  /** A folder of its own: two databases that spill into one would use the same names. */
  private static Path spill() {
    return Path.of(System.getProperty("java.io.tmpdir"), "moulin-load-" + UUID.randomUUID());
  }

  /** The name of a file to read, where DuckDB would take some characters for a pattern. */
  public static String fileToRead(Path file) {
    return Sql.text(
        file.toAbsolutePath()
            .toString()
            .chars()
            .mapToObj(c -> "*?[".indexOf(c) >= 0 ? "[" + (char) c + "]" : String.valueOf((char) c))
            .collect(Collectors.joining()));
  }
}
