package io.moulin.load.trips;

import io.moulin.load.file.DuckDb;
import io.moulin.spec.MoulinException;
import io.moulin.spec.Sql;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/** A small Parquet file of valid yellow-taxi trips, always the same ones. */
public final class TripFixture {
  /** How many trips it has. */
  public static final int ROWS = 100;

  private static final long SEED = 20_240_101;
  private static final LocalDate START = LocalDate.of(2024, 1, 1);

  private TripFixture() {}

  /** Writes the trips, with the column types of the published months. */
  public static void write(Path file) {
    try (Connection connection = DuckDb.open();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE lines (line VARCHAR)");
      try (PreparedStatement insert = connection.prepareStatement("INSERT INTO lines VALUES (?)")) {
        for (String line : lines()) {
          insert.setString(1, line);
          insert.execute();
        }
      }
      String structure =
          TripWriter.COLUMNS.stream()
              .map(column -> "\"%s\": \"%s\"".formatted(column, type(column)))
              .collect(Collectors.joining(", ", "{", "}"));
      statement.execute(
          "COPY (SELECT unnest(from_json(line, %s)) FROM lines) TO %s (FORMAT parquet)"
              .formatted(Sql.text(structure), Sql.text(file.toAbsolutePath().toString())));
    } catch (SQLException e) {
      throw MoulinException.external(
          "file-unwritable",
          "Cannot write %s: %s".formatted(file, e.getMessage()),
          "check that the folder is writable and the disk has room",
          e);
    }
  }

  /** The trips in the order of the file, each as the JSON object that a load makes of it. */
  public static List<String> lines() {
    TripWriter trip =
        new TripWriter(
            new SplittableRandom(SEED), START.atStartOfDay().toEpochSecond(ZoneOffset.UTC), ROWS);
    List<String> lines = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      lines.add(new String(trip.line(row, null), StandardCharsets.UTF_8));
    }
    return lines;
  }

  private static String type(String column) {
    return switch (column) {
      case "VendorID", "PULocationID", "DOLocationID" -> "INTEGER";
      case "passenger_count", "RatecodeID", "payment_type" -> "BIGINT";
      case "tpep_pickup_datetime", "tpep_dropoff_datetime" -> "TIMESTAMP";
      case "store_and_fwd_flag" -> "VARCHAR";
      default -> "DOUBLE";
    };
  }
}
