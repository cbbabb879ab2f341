package io.moulin.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moulin.commit.Committer;
import io.moulin.commit.Ledger;
import io.moulin.commit.PartitionRange;
import io.moulin.embedded.catalog.KeptFileIO;
import io.moulin.ingest.FaultyCatalog.Crash;
import io.moulin.ingest.FaultyCatalog.Fault;
import io.moulin.platform.CatalogTables;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DatasetTables;
import io.moulin.spec.Layer;
import io.moulin.spec.RuleSpec.Otherwise;
import io.moulin.spec.TableSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * Tables as an older version of Moulin has left them, killed between two tables: the "savepoint" of
 * a former shape. They are kept in {@code src/test/resources/kept-tables}; {@code main} made them.
 *
 * <p>What is older about them: the manifest has no column {@code note} and another rule; quarantine
 * and dead letters have no columns for what became of a row; ledgers know nothing of corrections,
 * dropped rows and record times; the intent of the unfinished commit names no tokens.
 */
final class KeptTables {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final List<String> NEWER =
      List.of("epoch", "mended", "lateDropped", "maxRecordTime", "before", "correction");

  private final Path folder;
  private final KeptFileIO io;
  private final FaultyCatalog catalog;

  private KeptTables(Path folder) {
    this.folder = folder;
    io = new KeptFileIO(folder);
    catalog = new FaultyCatalog(io);
    catalog.initialize("kept", Map.of("warehouse", KeptFileIO.WAREHOUSE));
  }

  /** The manifest of then. */
  private static TestDatasets former() {
    return new TestDatasets()
        .column("id", "long")
        .column("amount", "double", "amount", "decimal(10,2)")
        .dedup(Duration.ofHours(24), "id");
  }

  static DatasetSpec then() {
    return former().rule("SMALL", "amount < 10", Otherwise.QUARANTINE).build();
  }

  /** The manifest of now: a column more, and a rule that lets more pass. */
  static DatasetSpec now() {
    return former()
        .column("note", "string")
        .rule("SMALL", "amount < 100", Otherwise.QUARANTINE)
        .build();
  }

  /** The kept tables, copied to a folder, with the columns that {@code apply} gives them. */
  static KeptTables open(Path source, Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = folder.resolve(source.relativize(file).toString());
        Files.createDirectories(target.resolveSibling("."));
        Files.copy(file, target);
      }
    }
    KeptTables tables = new KeptTables(folder);
    CatalogTables apply = new CatalogTables(tables.catalog, Map.of());
    for (TableSpec spec : now().tables()) {
      TableIdentifier name = TableIdentifier.of(spec.layer().namespace(), spec.name());
      tables.catalog.createNamespace(name.namespace());
      Path metadata = folder.resolve(spec.layer().namespace() + ".metadata.json");
      tables
          .catalog
          .newTableOps(name)
          .commit(null, TableMetadataParser.fromJson(Files.readString(metadata)));
      for (TableSpec.FieldSpec field : spec.fields()) {
        if (tables.table(spec.layer()).schema().findField(field.name()) == null) {
          apply.addColumn(spec.fullName(), field);
        }
      }
    }
    return tables;
  }

  FaultyCatalog catalog() {
    return catalog;
  }

  Table table(Layer layer) {
    return catalog.loadTable(TableIdentifier.of(layer.namespace(), then().table()));
  }

  /** Streams records of partition 0, from where the ledger says, into one commit. */
  void stream(DatasetSpec dataset, String run, int minute, String... payloads)
      throws SQLException, IOException {
    Committer committer = new Committer(catalog, dataset, run);
    Map<Integer, PartitionRange> positions =
        committer.recover().map(Ledger::positions).orElse(Map.of());
    PartitionRange last = positions.get(0);
    long offset = last == null ? 0 : last.to();
    try (Ingestion way =
        Ingestion.open(
            dataset,
            KilledStream.engine(100),
            catalog,
            positions,
            folder.resolveSibling("work-" + run),
            run,
            Clock.fixed(IngestBed.NOW.plus(Duration.ofMinutes(minute)), ZoneOffset.UTC))) {
      for (String payload : payloads) {
        long time = IngestBed.NOW.plus(Duration.ofMinutes(minute)).toEpochMilli();
        way.add(new RawRecord(0, offset++, time, null, payload.getBytes(StandardCharsets.UTF_8)));
      }
      committer.commit(way.finish());
    }
    committer.end();
  }

  /**
   * Makes the kept tables anew.
   *
   * @param arguments the folder to write them to, which is not there yet
   */
  public static void main(String[] arguments) throws Exception {
    KeptTables tables = new KeptTables(Files.createDirectories(Path.of(arguments[0])));
    CatalogTables create = new CatalogTables(tables.catalog, Map.of());
    then().tables().forEach(create::create);
    tables.stream(
        then(), "first", 0, "{\"id\":1,\"amount\":1}", "{\"id\":2,\"amount\":20}", "no JSON");
    tables.stream(then(), "second", 1, "{\"id\":3,\"amount\":3}", "{\"id\":1,\"amount\":1}");
    int[] commit = {0};
    tables.catalog.dieBy(() -> commit[0]++ == 1 ? Fault.CRASH_BEFORE : Fault.NONE);
    try {
      tables.stream(then(), "third", 2, "{\"id\":4,\"amount\":4}", "{\"id\":5,\"amount\":500}");
      throw new IllegalStateException("Cannot make the tables: nothing crashed");
    } catch (Crash expected) {
      tables.catalog.failBy(() -> Fault.NONE);
    }
    tables.keep();
  }

  /** Writes down the metadata of all tables, without what a former version did not have. */
  private void keep() throws IOException {
    for (Layer layer : List.of(Layer.DEAD_LETTERS, Layer.QUARANTINE)) {
      UpdateSchema older = table(layer).updateSchema();
      DatasetTables.resolution().forEach(field -> older.deleteColumn(field.name()));
      older.commit();
    }
    for (TableSpec spec : then().tables()) {
      HasTableOperations table = (HasTableOperations) table(spec.layer());
      ObjectNode metadata =
          (ObjectNode) MAPPER.readTree(TableMetadataParser.toJson(table.operations().current()));
      metadata.putArray("metadata-log");
      for (JsonNode snapshot : metadata.path("snapshots")) {
        ObjectNode summary = (ObjectNode) snapshot.path("summary");
        summary.put(
            "moulin.ledger", older(MAPPER.readTree(summary.path("moulin.ledger").asText())));
      }
      Files.writeString(
          folder.resolve(spec.layer().namespace() + ".metadata.json"),
          MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(metadata) + "\n");
    }
    Path intent = io.path(KeptFileIO.WAREHOUSE + "/bronze/events/metadata/moulin-commit.json");
    Files.writeString(intent, older(MAPPER.readTree(intent.toFile())));
  }

  private static String older(JsonNode written) {
    for (JsonNode parent : written.findParents("token")) {
      ((ObjectNode) parent).remove(NEWER);
    }
    for (String field : NEWER) {
      written.findParents(field).forEach(parent -> ((ObjectNode) parent).remove(field));
    }
    return written.toString();
  }
}
