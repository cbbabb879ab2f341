package io.moulin.bench.limit;

import io.moulin.bench.race.Passes;
import io.moulin.spec.Sql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * DuckDB alone: reads the rows as a file of JSON lines and writes bronze, quarantine and silver as
 * Parquet. No broker, no Flink, no Iceberg, no exact numbers.
 */
public final class FilesMain {
  /** What is decoded; a value of another type is NULL, as it is in DuckDB. */
  private static final String COLUMNS =
      "{VendorID: 'BIGINT', tpep_pickup_datetime: 'VARCHAR', tpep_dropoff_datetime: 'TIMESTAMP',"
          + " passenger_count: 'BIGINT', trip_distance: 'DOUBLE', RatecodeID: 'BIGINT',"
          + " store_and_fwd_flag: 'VARCHAR', PULocationID: 'BIGINT', DOLocationID: 'BIGINT',"
          + " payment_type: 'BIGINT', fare_amount: 'DOUBLE', extra: 'DOUBLE', mta_tax: 'DOUBLE',"
          + " tip_amount: 'DOUBLE', tolls_amount: 'DOUBLE', improvement_surcharge: 'DOUBLE',"
          + " total_amount: 'VARCHAR', congestion_surcharge: 'DOUBLE', Airport_fee: 'DOUBLE'}";

  private static final String GOOD =
      "TRY_CAST(total_amount AS DECIMAL(10,2)) > 0"
          + " AND TRY_CAST(total_amount AS DECIMAL(10,2)) = TRY_CAST(total_amount AS DECIMAL(18,6))"
          + " AND trip_distance >= 0"
          + " AND tpep_dropoff_datetime >= TRY_CAST(tpep_pickup_datetime AS TIMESTAMP)"
          + " AND coalesce(passenger_count BETWEEN 0 AND 9, TRUE)";

  private static final String SILVER =
      "SELECT * EXCLUDE (n, good) REPLACE ("
          + "CAST(VendorID AS INTEGER) AS VendorID,"
          + " CAST(tpep_pickup_datetime AS TIMESTAMP) AS tpep_pickup_datetime,"
          + " CAST(passenger_count AS INTEGER) AS passenger_count,"
          + " CAST(RatecodeID AS INTEGER) AS RatecodeID,"
          + " CAST(PULocationID AS INTEGER) AS PULocationID,"
          + " CAST(DOLocationID AS INTEGER) AS DOLocationID,"
          + " CAST(payment_type AS INTEGER) AS payment_type,"
          + " CAST(fare_amount AS DECIMAL(10,2)) AS fare_amount,"
          + " CAST(extra AS DECIMAL(10,2)) AS extra, CAST(mta_tax AS DECIMAL(10,2)) AS mta_tax,"
          + " CAST(tip_amount AS DECIMAL(10,2)) AS tip_amount,"
          + " CAST(tolls_amount AS DECIMAL(10,2)) AS tolls_amount,"
          + " CAST(improvement_surcharge AS DECIMAL(10,2)) AS improvement_surcharge,"
          + " CAST(total_amount AS DECIMAL(10,2)) AS total_amount,"
          + " CAST(congestion_surcharge AS DECIMAL(10,2)) AS congestion_surcharge,"
          + " CAST(Airport_fee AS DECIMAL(10,2)) AS Airport_fee),"
          + " CAST(CAST(tpep_pickup_datetime AS TIMESTAMP) AS DATE) AS pickup_date,"
          + " date_diff('second', CAST(tpep_pickup_datetime AS TIMESTAMP), tpep_dropoff_datetime)"
          + " / 60.0 AS trip_duration_minutes,"
          + " md5(concat_ws('|', VendorID, tpep_pickup_datetime, PULocationID, DOLocationID))"
          + " AS trip_id FROM (SELECT *, row_number() OVER (PARTITION BY VendorID,"
          + " tpep_pickup_datetime, tpep_dropoff_datetime, PULocationID, DOLocationID,"
          + " total_amount) AS n FROM judged WHERE good) WHERE n = 1";

  private FilesMain() {}

  /** Arguments: the file, a folder, what the output ends in, and passes. */
  public static void main(String[] arguments) {
    Path folder = Path.of(arguments[1]);
    Passes.run(
        Integer.parseInt(arguments[3]),
        pass -> run(arguments[0], folder.resolve(arguments[2] + "p" + pass)));
  }

  private static void run(String file, Path out) throws SQLException, IOException {
    Files.createDirectories(out);
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("SET threads = 2");
      statement.execute("SET preserve_insertion_order = false");
      statement.execute("SET temp_directory = " + Sql.text(out.resolve("spill").toString()));
      statement.execute(
          ("CREATE TEMP TABLE judged AS SELECT *, coalesce(%s, FALSE) AS good FROM read_json(%s,"
                  + " format = 'newline_delimited', columns = %s, ignore_errors = true)"
                  + " WHERE fare_amount IS NOT NULL")
              .formatted(GOOD, Sql.text(file), COLUMNS));
      copy(statement, "SELECT * EXCLUDE (good) FROM judged", out.resolve("bronze.parquet"), "");
      copy(statement, "FROM judged WHERE NOT good", out.resolve("quarantine.parquet"), "");
      copy(statement, SILVER, out.resolve("silver"), ", PARTITION_BY (pickup_date)");
    }
  }

  private static void copy(Statement statement, String query, Path to, String more)
      throws SQLException {
    statement.execute(
        "COPY (%s) TO %s (FORMAT parquet, COMPRESSION zstd%s)"
            .formatted(query, Sql.text(to.toString()), more));
  }
}
