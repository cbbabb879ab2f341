package io.moulin.load.trips;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.load.file.DuckDb;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hundred trips. */
class TripFixtureTest {
  @TempDir Path folder = Path.of(".");

  private static List<String> ask(String sql) throws Exception {
    List<String> rows = new ArrayList<>();
    try (Connection connection = DuckDb.open();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        StringBuilder row = new StringBuilder(result.getString(1));
        for (int i = 2; i <= result.getMetaData().getColumnCount(); i++) {
          row.append(' ').append(result.getString(i));
        }
        rows.add(row.toString());
      }
    }
    return rows;
  }

  @Test
  void itIsTheSameFileEveryTime() throws Exception {
    Path first = folder.resolve("first.parquet");
    Path second = folder.resolve("it's the second.parquet");
    TripFixture.write(first);
    TripFixture.write(second);
    assertThat(Files.mismatch(first, second)).isEqualTo(-1);
    assertThat(TripFixture.lines()).hasSize(TripFixture.ROWS).doesNotHaveDuplicates();
    assertThat(TripFixture.lines().get(0))
        .isEqualTo(
            "{\"VendorID\":1,\"tpep_pickup_datetime\":\"2024-01-01T01:54:33\","
                + "\"tpep_dropoff_datetime\":\"2024-01-01T02:12:24\",\"passenger_count\":1,"
                + "\"trip_distance\":3.2,\"RatecodeID\":1,\"store_and_fwd_flag\":\"N\","
                + "\"PULocationID\":1,\"DOLocationID\":1,\"payment_type\":1,\"fare_amount\":13.3,"
                + "\"extra\":0.5,\"mta_tax\":0.5,\"tip_amount\":2.26,\"tolls_amount\":0.0,"
                + "\"improvement_surcharge\":1.0,\"total_amount\":20.06,"
                + "\"congestion_surcharge\":2.5,\"Airport_fee\":0.0}");
  }

  @Test
  void itHasTheColumnsOfAPublishedMonthAndIsValid() throws Exception {
    Path file = folder.resolve("trips.parquet");
    TripFixture.write(file);
    String columns =
        "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet(%s))";
    assertThat(ask(columns.formatted(DuckDb.fileToRead(file))))
        .contains(
            "VendorID INTEGER",
            "tpep_pickup_datetime TIMESTAMP",
            "passenger_count BIGINT",
            "store_and_fwd_flag VARCHAR",
            "Airport_fee DOUBLE")
        .hasSize(19);
    String valid =
        "SELECT count(*) FROM read_parquet(%s) WHERE total_amount > 0 AND trip_distance >= 0"
            + " AND tpep_dropoff_datetime > tpep_pickup_datetime"
            + " AND (passenger_count IS NULL OR passenger_count BETWEEN 0 AND 9)";
    assertThat(ask(valid.formatted(DuckDb.fileToRead(file)))).containsExactly("100");
  }
}
