package io.moulin.bench.flinksql;

import io.moulin.bench.race.Passes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;

/** Two statements of Flink SQL on a MiniCluster, one after the other. */
public final class FlinkSqlMain {
  private static final int PARALLELISM = 2;

  private static final String WIRE =
      "VendorID BIGINT, tpep_pickup_datetime STRING, tpep_dropoff_datetime STRING,"
          + " passenger_count BIGINT, trip_distance DOUBLE, RatecodeID BIGINT,"
          + " store_and_fwd_flag STRING, PULocationID BIGINT, DOLocationID BIGINT,"
          + " payment_type BIGINT, fare_amount DOUBLE, extra DOUBLE, mta_tax DOUBLE,"
          + " tip_amount DOUBLE, tolls_amount DOUBLE, improvement_surcharge DOUBLE,"
          + " total_amount DOUBLE, congestion_surcharge DOUBLE, Airport_fee DOUBLE";

  private static final String PLACE = "k_partition INT, k_offset BIGINT, k_time TIMESTAMP_LTZ(6)";

  private static final String SILVER_COLUMNS =
      "vendor_id INT, tpep_pickup_datetime TIMESTAMP(6), tpep_dropoff_datetime TIMESTAMP(6),"
          + " passenger_count INT, trip_distance DOUBLE, ratecode_id INT,"
          + " store_and_fwd_flag STRING, pu_location_id INT, do_location_id INT,"
          + " payment_type INT, fare_amount DECIMAL(10,2), extra DECIMAL(10,2),"
          + " mta_tax DECIMAL(10,2), tip_amount DECIMAL(10,2), tolls_amount DECIMAL(10,2),"
          + " improvement_surcharge DECIMAL(10,2), total_amount DECIMAL(10,2),"
          + " congestion_surcharge DECIMAL(10,2), airport_fee DECIMAL(10,2), pickup_date DATE,"
          + " trip_duration_minutes DOUBLE, trip_id STRING";

  private static final String SILVER =
      "SELECT CAST(VendorID AS INT), pickup, dropoff, CAST(passenger_count AS INT), trip_distance,"
          + " CAST(RatecodeID AS INT), store_and_fwd_flag, CAST(PULocationID AS INT),"
          + " CAST(DOLocationID AS INT), CAST(payment_type AS INT),"
          + " CAST(fare_amount AS DECIMAL(10,2)), CAST(extra AS DECIMAL(10,2)),"
          + " CAST(mta_tax AS DECIMAL(10,2)), CAST(tip_amount AS DECIMAL(10,2)),"
          + " CAST(tolls_amount AS DECIMAL(10,2)), CAST(improvement_surcharge AS DECIMAL(10,2)),"
          + " CAST(total_amount AS DECIMAL(10,2)), CAST(congestion_surcharge AS DECIMAL(10,2)),"
          + " CAST(Airport_fee AS DECIMAL(10,2)), CAST(pickup AS DATE),"
          + " TIMESTAMPDIFF(SECOND, pickup, dropoff) / 60.0E0,"
          + " MD5(CONCAT_WS('|', CAST(VendorID AS STRING), tpep_pickup_datetime,"
          + " CAST(PULocationID AS STRING), CAST(DOLocationID AS STRING)))"
          + " FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY VendorID, tpep_pickup_datetime,"
          + " tpep_dropoff_datetime, PULocationID, DOLocationID, total_amount"
          + " ORDER BY k_partition, k_offset) AS n FROM (SELECT *,"
          + " TRY_CAST(REPLACE(tpep_pickup_datetime, 'T', ' ') AS TIMESTAMP(6)) AS pickup,"
          + " TRY_CAST(REPLACE(tpep_dropoff_datetime, 'T', ' ') AS TIMESTAMP(6)) AS dropoff"
          + " FROM %s) WHERE total_amount > 0 AND trip_distance >= 0 AND dropoff >= pickup"
          + " AND (passenger_count IS NULL OR passenger_count BETWEEN 0 AND 9)"
          // A tenth of a cent is refused, as the other contenders do.
          + " AND ABS(total_amount * 100 - ROUND(total_amount * 100, 0)) < 0.001) WHERE n = 1";

  private FlinkSqlMain() {}

  /**
   * Arguments: bootstrap, catalog, topic, id, passes, milliseconds between commits, folder, and
   * {@code bronze} or {@code silver}: the last table that is made.
   */
  public static void main(String[] arguments) {
    Passes.run(Integer.parseInt(arguments[4]), pass -> run(arguments, arguments[3] + "p" + pass));
  }

  private static void run(String[] arguments, String id)
      throws InterruptedException, ExecutionException {
    StreamTableEnvironment stream = environment(arguments, RuntimeExecutionMode.STREAMING);
    catalog(stream, arguments[1]);
    String bronze = "ice.bronze.trips_" + id;
    String silver = "ice.silver.trips_" + id;
    stream.executeSql("CREATE DATABASE IF NOT EXISTS ice.bronze");
    stream.executeSql("CREATE DATABASE IF NOT EXISTS ice.silver");
    stream.executeSql(
        "CREATE TABLE %s (%s, %s) WITH ('format-version'='2', 'write.parquet.compression-codec'='zstd')"
            .formatted(bronze, WIRE, PLACE));
    stream.executeSql(
        ("CREATE TABLE %s (%s) PARTITIONED BY (pickup_date)"
                + " WITH ('format-version'='2', 'write.parquet.compression-codec'='zstd')")
            .formatted(silver, SILVER_COLUMNS));
    stream.executeSql(source(arguments, id));
    insert(stream, bronze, "SELECT * FROM src");
    if (arguments[7].equals("bronze")) {
      return;
    }
    StreamTableEnvironment batch = environment(arguments, RuntimeExecutionMode.BATCH);
    catalog(batch, arguments[1]);
    insert(batch, silver, SILVER.formatted(bronze));
  }

  /** Says how long it took, planning included: the log tells the two statements apart. */
  private static void insert(StreamTableEnvironment tables, String table, String query)
      throws InterruptedException, ExecutionException {
    long begin = System.nanoTime();
    tables.executeSql("INSERT INTO %s %s".formatted(table, query)).await();
    System.err.printf("%s: %.1f s%n", table, (System.nanoTime() - begin) / 1e9);
  }

  private static void catalog(StreamTableEnvironment tables, String uri) {
    tables.executeSql(
        "CREATE CATALOG ice WITH ('type'='iceberg', 'catalog-type'='rest', 'uri'='%s')"
            .formatted(uri));
  }

  private static String source(String[] arguments, String id) {
    return "CREATE TEMPORARY TABLE src ("
        + WIRE
        + ", k_partition INT METADATA FROM 'partition' VIRTUAL,"
        + " k_offset BIGINT METADATA FROM 'offset' VIRTUAL,"
        + " k_time TIMESTAMP_LTZ(6) METADATA FROM 'timestamp' VIRTUAL)"
        + " WITH ('connector'='kafka', 'topic'='%s', 'properties.bootstrap.servers'='%s',"
            .formatted(arguments[2], arguments[0])
        + " 'properties.group.id'='flink-sql-%s', 'scan.startup.mode'='earliest-offset',"
            .formatted(id)
        + " 'scan.bounded.mode'='latest-offset', 'format'='json',"
        + " 'json.ignore-parse-errors'='true')";
  }

  private static StreamTableEnvironment environment(String[] arguments, RuntimeExecutionMode mode) {
    Configuration configuration = new Configuration();
    configuration.set(ExecutionOptions.RUNTIME_MODE, mode);
    configuration.set(CoreOptions.DEFAULT_PARALLELISM, PARALLELISM);
    configuration.set(
        CheckpointingOptions.CHECKPOINTING_INTERVAL,
        Duration.ofMillis(Long.parseLong(arguments[5])));
    // The sink commits when its input ends. Without this the job would then wait for the next
    // checkpoint, up to a whole interval, before the second statement can begin.
    configuration.set(CheckpointingOptions.ENABLE_CHECKPOINTS_AFTER_TASKS_FINISH, false);
    configuration.set(TaskManagerOptions.NUM_TASK_SLOTS, PARALLELISM);
    configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(512));
    configuration.set(CoreOptions.TMP_DIRS, Path.of(arguments[6]).toString());
    return StreamTableEnvironment.create(
        StreamExecutionEnvironment.createLocalEnvironment(PARALLELISM, configuration));
  }
}
