package io.moulin.ingest.crash;

import io.moulin.ingest.Ingestion;
import io.moulin.spec.Layer;
import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.PartitionSpecParser;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;

/**
 * A process that may die: it passes records group by group through the code of the job, into files
 * that nobody needs, and says before each group that it is at it.
 */
final class TrialMain {
  private final Evidence evidence;
  private final Path folder;
  private final Catalog catalog;
  private int opened;

  private TrialMain(Evidence evidence, Path folder) {
    this.evidence = evidence;
    this.folder = folder;
    this.catalog = tables(evidence, folder.resolve("warehouse"));
  }

  /**
   * Tries records.
   *
   * @param arguments file of the evidence, folder to work in, file to say in where it is, first
   *     record, record after the last, records of a group
   */
  public static void main(String[] arguments) throws IOException, SQLException {
    Path at = Path.of(arguments[2]);
    int from = Integer.parseInt(arguments[3]);
    int to = Integer.parseInt(arguments[4]);
    int group = Integer.parseInt(arguments[5]);
    endWithTheParent();
    new TrialMain(Evidence.read(Path.of(arguments[0])), Path.of(arguments[1]))
        .run(from, to, group, at);
    System.exit(0);
  }

  /** Standard input ends when the process that has started this one is no more. */
  private static void endWithTheParent() {
    Thread thread =
        new Thread(
            () -> {
              try {
                if (System.in.read() < 0) {
                  Runtime.getRuntime().halt(1);
                }
              } catch (IOException e) {
                Runtime.getRuntime().halt(1);
              }
            },
            "parent");
    thread.setDaemon(true);
    thread.start();
  }

  private static Catalog tables(Evidence evidence, Path warehouse) {
    InMemoryCatalog catalog = new InMemoryCatalog();
    catalog.initialize("trial", Map.of("warehouse", warehouse.toString()));
    for (Map.Entry<Layer, Evidence.Shape> table : evidence.shapes().entrySet()) {
      Namespace namespace = Namespace.of(table.getKey().namespace());
      catalog.createNamespace(namespace);
      Schema schema = SchemaParser.fromJson(table.getValue().schema());
      catalog
          .buildTable(TableIdentifier.of(namespace, evidence.dataset().table()), schema)
          .withPartitionSpec(PartitionSpecParser.fromJson(schema, table.getValue().partitioning()))
          .create();
    }
    return catalog;
  }

  private void run(int from, int to, int group, Path at) throws IOException, SQLException {
    Ingestion ingestion = open();
    for (int first = from; first < to; first += group) {
      Files.writeString(at, Integer.toString(first));
      try {
        pass(ingestion, first, Math.min(to, first + group));
      } catch (SQLException | MoulinException e) {
        // An error of Java's is no crash: the run itself will hear of it. Here the rest is tried.
        ingestion.close();
        ingestion = open();
      }
    }
    ingestion.close();
  }

  private void pass(Ingestion ingestion, int first, int end) throws IOException, SQLException {
    List<io.moulin.ingest.RawRecord> records = evidence.records().subList(first, end);
    for (io.moulin.ingest.RawRecord record : records) {
      ingestion.add(record);
    }
    ingestion.finish();
  }

  private Ingestion open() throws IOException, SQLException {
    String name = "trial-" + opened++;
    return Ingestion.open(
        evidence.dataset(),
        evidence.engine(),
        catalog,
        Map.of(),
        folder.resolve(name),
        name,
        Clock.systemUTC());
  }
}
