package io.moulin.bench.connect;

import io.moulin.bench.race.Passes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.connect.cli.ConnectStandalone;

/** A standalone worker with one connector a pass. */
public final class ConnectMain {
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private ConnectMain() {}

  /** Arguments: bootstrap, catalog, topic, id, passes, milliseconds between commits, rows. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Path worker = Path.of("worker.properties");
    Files.writeString(
        worker,
        """
        bootstrap.servers=%s
        listeners=http://127.0.0.1:%d
        key.converter=org.apache.kafka.connect.converters.ByteArrayConverter
        value.converter=org.apache.kafka.connect.json.JsonConverter
        value.converter.schemas.enable=false
        offset.storage.file.filename=offsets
        offset.flush.interval.ms=10000
        plugin.discovery=service_load
        """
            .formatted(arguments[0], port));
    Thread thread =
        new Thread(() -> ConnectStandalone.main(new String[] {worker.toString()}), "connect");
    thread.setDaemon(true);
    thread.start();
    String address = "http://127.0.0.1:" + port;
    ready(address);
    Passes.run(
        Integer.parseInt(arguments[4]), pass -> run(address, arguments, arguments[3] + "p" + pass));
  }

  private static void ready(String address) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        if (HTTP.send(request(address + "/connectors").build(), BodyHandlers.ofString())
                .statusCode()
            == 200) {
          return;
        }
      } catch (IOException e) {
        if (System.nanoTime() > end) {
          throw new IllegalStateException("Cannot measure: the worker does not answer", e);
        }
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  private static HttpRequest.Builder request(String uri) {
    return HttpRequest.newBuilder(URI.create(uri)).timeout(Duration.ofSeconds(60));
  }

  private static void run(String address, String[] arguments, String id)
      throws IOException, InterruptedException, ExecutionException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", arguments[0]))) {
      admin.createTopics(List.of(new NewTopic("control-" + id, 1, (short) 1))).all().get();
    }
    Catalog catalog =
        CatalogUtil.buildIcebergCatalog(
            "bench",
            Map.of("type", "rest", "uri", arguments[1]),
            new org.apache.hadoop.conf.Configuration());
    TableIdentifier name = TableIdentifier.of("bronze", "trips_" + id);
    Namespace namespace = Namespace.of("bronze");
    SupportsNamespaces namespaces = (SupportsNamespaces) catalog;
    if (!namespaces.namespaceExists(namespace)) {
      namespaces.createNamespace(namespace);
    }
    Table table =
        catalog
            .buildTable(name, schema())
            .withProperty("write.parquet.compression-codec", "zstd")
            .create();
    HttpResponse<String> made =
        HTTP.send(
            request(address + "/connectors/" + id + "/config")
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(config(arguments, id, name)))
                .build(),
            BodyHandlers.ofString());
    if (made.statusCode() != 201) {
      throw new IllegalStateException("Cannot measure: " + made.body());
    }
    await(address, id, table, Long.parseLong(arguments[6]));
    HTTP.send(request(address + "/connectors/" + id).DELETE().build(), BodyHandlers.ofString());
  }

  private static void await(String address, String id, Table table, long rows)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      table.refresh();
      Snapshot snapshot = table.currentSnapshot();
      String total = snapshot == null ? "0" : snapshot.summary().getOrDefault("total-records", "0");
      if (Long.parseLong(total) >= rows) {
        return;
      }
      String status =
          HTTP.send(
                  request(address + "/connectors/" + id + "/status").build(),
                  BodyHandlers.ofString())
              .body();
      if (status.contains("FAILED") || System.nanoTime() > end) {
        throw new IllegalStateException(
            "Cannot measure: %s of %d rows are there; %s".formatted(total, rows, status));
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  /**
   * Columns in which the rows have values of other types are text: the sink has no place for a
   * value that does not fit, and would end.
   */
  private static Schema schema() {
    Map<String, Type> types = new TreeMap<>();
    for (String column :
        List.of(
            "VendorID",
            "passenger_count",
            "RatecodeID",
            "PULocationID",
            "DOLocationID",
            "payment_type")) {
      types.put(column, Types.LongType.get());
    }
    for (String column : List.of("tpep_pickup_datetime", "store_and_fwd_flag", "total_amount")) {
      types.put(column, Types.StringType.get());
    }
    for (String column :
        List.of(
            "trip_distance",
            "fare_amount",
            "extra",
            "mta_tax",
            "tip_amount",
            "tolls_amount",
            "improvement_surcharge",
            "congestion_surcharge",
            "Airport_fee")) {
      types.put(column, Types.DoubleType.get());
    }
    types.put("tpep_dropoff_datetime", Types.TimestampType.withoutZone());
    List<NestedField> fields = new ArrayList<>();
    types.forEach(
        (column, type) -> fields.add(NestedField.optional(fields.size() + 1, column, type)));
    return new Schema(fields);
  }

  private static String config(String[] arguments, String id, TableIdentifier table) {
    Map<String, String> config = new TreeMap<>();
    config.put("connector.class", "org.apache.iceberg.connect.IcebergSinkConnector");
    config.put("tasks.max", "2");
    config.put("topics", arguments[2]);
    config.put("iceberg.tables", table.toString());
    config.put("iceberg.catalog.type", "rest");
    config.put("iceberg.catalog.uri", arguments[1]);
    config.put("iceberg.control.topic", "control-" + id);
    config.put("iceberg.control.commit.interval-ms", arguments[5]);
    config.put("iceberg.kafka.bootstrap.servers", arguments[0]);
    config.put("consumer.override.auto.offset.reset", "earliest");
    config.put("errors.tolerance", "all");
    config.put("transforms", "objects");
    config.put("transforms.objects.type", ObjectsOnly.class.getName());
    return config.entrySet().stream()
        .map(entry -> "\"%s\": \"%s\"".formatted(entry.getKey(), entry.getValue()))
        .collect(Collectors.joining(", ", "{", "}"));
  }
}
