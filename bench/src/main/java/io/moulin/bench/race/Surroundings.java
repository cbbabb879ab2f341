package io.moulin.bench.race;

import io.moulin.bench.race.Contender.Done;
import io.moulin.bench.rows.Expected.Tally;
import io.moulin.embedded.EmbeddedBroker;
import io.moulin.embedded.catalog.RestCatalogServer;
import io.moulin.platform.IcebergTables;
import io.moulin.platform.KafkaTopics;
import io.moulin.spec.Sql;
import io.moulin.spec.TopicSpec;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.ObjectName;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.CloseableIterable;

/** What all contenders share: a broker and a catalog, in the process that measures. */
public final class Surroundings implements AutoCloseable {
  private final Path folder;
  private final EmbeddedBroker broker;
  private final RestCatalogServer server;
  private final KafkaTopics topics;
  private final IcebergTables tables;

  private Surroundings(Path folder, EmbeddedBroker broker, RestCatalogServer server) {
    this.folder = folder;
    this.broker = broker;
    this.server = server;
    topics = new KafkaTopics(Map.of("bootstrap.servers", broker.bootstrap()));
    tables = IcebergTables.open(server.catalogProperties());
  }

  /** Starts both; they keep all below {@code folder}. */
  public static Surroundings start(Path folder) {
    return new Surroundings(
        folder,
        EmbeddedBroker.start(folder.resolve("kafka"), 0),
        RestCatalogServer.start(
            folder.resolve("catalog.db"), folder.resolve("warehouse"), 0, Map.of()));
  }

  public Path folder() {
    return folder;
  }

  public String bootstrap() {
    return broker.bootstrap();
  }

  public String catalog() {
    return server.uri();
  }

  public void create(String topic, int partitions) {
    topics.create(new TopicSpec(topic, partitions, Duration.ofDays(3)));
  }

  /** Bytes of a topic that the broker has given to consumers so far. */
  long served(String topic) {
    try {
      ObjectName name =
          new ObjectName("kafka.server:type=BrokerTopicMetrics,name=BytesOutPerSec,topic=" + topic);
      return (Long) ManagementFactory.getPlatformMBeanServer().getAttribute(name, "Count");
    } catch (InstanceNotFoundException e) {
      return 0; // nobody has read it yet
    } catch (JMException e) {
      throw new IllegalStateException("Cannot read what the broker has served: " + e, e);
    }
  }

  /**
   * Fails unless a table holds what is claimed.
   *
   * @param id what the table's name ends in
   */
  public void require(Claim claim, String id) throws IOException, SQLException {
    String name = claim.table() + "_" + id;
    List<String> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = table(name).newScan().planFiles()) {
      for (FileScanTask task : tasks) {
        files.add(path(task.file().location()));
      }
    }
    require(claim, files);
  }

  /** The same for Parquet files of no table; they may be patterns. */
  public static void require(Claim claim, List<String> files) throws SQLException {
    Tally found = Tally.NONE;
    if (!files.isEmpty()) {
      String query =
          "SELECT count(*), CAST(coalesce(sum(CAST(%s AS DECIMAL(18,2))), 0) * 100 AS BIGINT)"
                  .formatted(claim.money())
              + " FROM read_parquet([%s], hive_partitioning = false)"
                  .formatted(String.join(", ", files.stream().map(Sql::text).toList()));
      try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
          Statement statement = connection.createStatement();
          ResultSet result = statement.executeQuery(query)) {
        result.next();
        found = new Tally(result.getLong(1), result.getLong(2));
      }
    }
    if (!found.equals(claim.tally())) {
      throw new IllegalStateException(
          "Cannot count a figure: found was %s, but it should be %s".formatted(found, claim));
    }
  }

  /**
   * Of a writer that commits by the clock: up to which of its commits it was fastest. What it waits
   * for after the last record is not held against it.
   */
  public Done bestAverage(String name, long firstMillis) {
    Done best = new Done(0, firstMillis + 1);
    for (Snapshot snapshot : table(name).snapshots()) {
      String total = snapshot.summary().getOrDefault("total-records", "0");
      Done done = new Done(Long.parseLong(total), snapshot.timestampMillis());
      boolean faster =
          done.rows() * (double) (best.atMillis() - firstMillis)
              > best.rows() * (double) (done.atMillis() - firstMillis);
      best = faster ? done : best;
    }
    return best;
  }

  private static String path(String location) {
    return location.startsWith("file:") ? Path.of(URI.create(location)).toString() : location;
  }

  /** When a table was last committed to, in milliseconds since 1970. */
  public long lastCommitMillis(String name) {
    Snapshot snapshot = table(name).currentSnapshot();
    if (snapshot == null) {
      throw new IllegalStateException("Cannot count a figure: " + name + " has no snapshot");
    }
    return snapshot.timestampMillis();
  }

  private Table table(String name) {
    return tables.catalog().loadTable(TableIdentifier.parse(name));
  }

  /** Drops all tables and their files. */
  void drop() {
    SupportsNamespaces namespaces = (SupportsNamespaces) tables.catalog();
    for (Namespace namespace : namespaces.listNamespaces()) {
      for (TableIdentifier table : tables.catalog().listTables(namespace)) {
        tables.catalog().dropTable(table, true);
      }
    }
  }

  @Override
  public void close() {
    tables.close();
    topics.close();
    server.close();
    broker.close();
  }
}
