package io.moulin.model;

import io.moulin.duck.Duck;
import io.moulin.embedded.catalog.RestCatalogServer;
import io.moulin.manifest.ProjectReader;
import io.moulin.manifest.ProjectReading;
import io.moulin.model.build.Build;
import io.moulin.model.build.BuildReport;
import io.moulin.model.build.CheckData;
import io.moulin.model.build.Leftovers;
import io.moulin.model.build.ModelReport;
import io.moulin.model.build.ModelReport.Outcome;
import io.moulin.model.build.Selection;
import io.moulin.model.tables.Means;
import io.moulin.parquet.LocalDisk;
import io.moulin.parquet.ParquetOut;
import io.moulin.platform.IcebergSchemas;
import io.moulin.platform.IcebergTables;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.TableSpec;
import io.moulin.sql.AsOf;
import io.moulin.sql.Cell;
import io.moulin.sql.QueryLimits;
import io.moulin.sql.ResultColumn;
import io.moulin.sql.RowSink;
import io.moulin.sql.SqlEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.expressions.Expressions;
import org.jspecify.annotations.Nullable;

/** A project with one stream, whose tables are filled by hand, and a real catalog. */
final class ModelBed implements AutoCloseable {
  static final String SILVER = "silver.orders";

  static final String DATASET =
      """
      dataset: shop.orders
      source: {topic: shop.orders}
      columns:
        - {name: id, type: long, required: true}
        - {name: customer, type: string}
        - {name: amount, type: "decimal(10,2)"}
        - {name: placed_at, type: timestamp, required: true}
      derive:
        - {name: day, type: date, sql: "CAST(placed_at AS DATE)"}
      partition: [day]
      """;

  static final String STAGING = "SELECT id, customer, amount, placed_at, day FROM silver.orders\n";

  static final String DAILY =
      """
      /*
      description: Revenue of a day.
      materialise: incremental
      partition: [day]
      key: [day]
      columns:
        - {name: revenue, doc: in USD}
      */
      SELECT day, count(*) AS orders, sum(amount) AS revenue
      FROM stg_orders GROUP BY day
      """;

  static final String TOTAL = "SELECT sum(orders) AS orders, sum(revenue) AS revenue FROM daily\n";

  final Path project;
  private final RestCatalogServer server;
  private final IcebergTables tables;
  private final Path work;
  private Instant now = Instant.parse("2024-06-01T12:00:00Z");
  private int builds;
  private int appends;

  ModelBed(Path folder) throws IOException {
    project = Files.createDirectories(folder.resolve("project"));
    work = folder.resolve("work");
    server =
        RestCatalogServer.start(
            folder.resolve("catalog.db"), folder.resolve("warehouse"), 0, Map.of());
    tables = IcebergTables.open(server.catalogProperties());
    file("moulin.yml", "name: shop\n");
    file("datasets/orders.yml", DATASET);
    dataset().tables().forEach(tables::create);
  }

  /** With a model of days over a staging view, and one of their sum. */
  static ModelBed ofDays(Path folder) throws IOException {
    return new ModelBed(folder)
        .file("models/staging/stg_orders.sql", STAGING)
        .file("models/marts/daily.sql", DAILY)
        .file("models/marts/total.sql", TOTAL);
  }

  /** Removes a file of the project. */
  ModelBed remove(String name) throws IOException {
    Files.delete(project.resolve(name));
    return this;
  }

  /** Writes a file of the project. */
  ModelBed file(String name, String text) throws IOException {
    Path file = project.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return this;
  }

  private ProjectReading reading() {
    return ProjectReader.read(project, Optional.empty(), Map.of());
  }

  private static List<DatasetSpec> datasets(ProjectReading reading) {
    return Objects.requireNonNull(reading.project(), () -> reading.diagnostics().toString())
        .datasets();
  }

  private DatasetSpec dataset() {
    return datasets(reading()).get(0);
  }

  /** What is wrong with the project, one diagnostic a text. */
  List<String> diagnostics() {
    ProjectReading reading = reading();
    List<String> all =
        new ArrayList<>(reading.diagnostics().stream().map(Object::toString).toList());
    if (reading.project() != null) {
      ModelCheck.check(reading.project().datasets(), reading.models())
          .diagnostics()
          .forEach(each -> all.add(each.toString()));
    }
    return all;
  }

  Blueprint blueprint() {
    ProjectReading reading = reading();
    return ModelCheck.check(datasets(reading), reading.models())
        .blueprint()
        .orElseThrow(() -> new IllegalStateException(diagnostics().toString()));
  }

  Lineage lineage() {
    return Lineage.of(datasets(reading()), blueprint());
  }

  /** Adds orders to silver: {@code (id, customer, amount, placed_at)}. */
  void orders(String... values) throws SQLException, IOException {
    ordersOf("VALUES " + String.join(", ", values));
  }

  /** Adds the orders that a query gives, with the same columns. */
  void ordersOf(String rows) throws SQLException, IOException {
    TableSpec spec = dataset().table(Layer.SILVER);
    Table table = table(SILVER);
    String columns =
        spec.fields().stream()
            .map(
                field ->
                    switch (field.name()) {
                      case "id", "customer", "amount", "placed_at" ->
                          "CAST(%1$s AS %2$s) AS %1$s".formatted(field.name(), field.type().sql());
                      case "day" -> "CAST(placed_at AS DATE) AS day";
                      default ->
                          "CAST(NULL AS %s) AS \"%s\"".formatted(field.type().sql(), field.name());
                    })
            .collect(Collectors.joining(", "));
    String query =
        "SELECT %s FROM (%s) AS t(id, customer, amount, placed_at)".formatted(columns, rows);
    Path folder = work.resolve("orders-" + appends);
    Files.createDirectories(folder);
    try (Duck duck = Duck.open(folder, 64_000_000)) {
      AppendFiles append = table.newAppend();
      new ParquetOut(spec, table, ParquetOut.Rows.STAGED)
          .write(duck, query, folder.resolve("files"), "orders-" + appends++)
          .dataFiles(table)
          .forEach(append::appendFile);
      append.commit();
    }
  }

  /** Takes the orders of a day away. */
  void forget(String day) {
    table(SILVER).newDelete().deleteFromRowFilter(Expressions.equal("day", day)).commit();
  }

  Catalog catalog() {
    return tables.catalog();
  }

  Table table(String fullName) {
    return tables.catalog().loadTable(IcebergSchemas.identifier(fullName));
  }

  boolean exists(String fullName) {
    return tables.catalog().tableExists(IcebergSchemas.identifier(fullName));
  }

  /** The folder of a table's data files. */
  Path data(String fullName) {
    return LocalDisk.path(table(fullName).location()).orElseThrow().resolve("data");
  }

  int removeLeftovers(String build) {
    return Leftovers.remove(blueprint(), tables.catalog(), build);
  }

  void later(Duration time) {
    now = now.plus(time);
  }

  BuildReport build() {
    return build(new Build.Request(Selection.ALL, false, false, 2));
  }

  BuildReport build(Build.Request request) {
    return build(request, made -> {});
  }

  /** What happens when a model is done. */
  interface Meanwhile {
    void then(ModelReport made) throws SQLException, IOException;
  }

  BuildReport build(Build.Request request, Meanwhile meanwhile) {
    return new Build(
            blueprint(),
            tables.catalog(),
            new Means(600_000_000, 2, work.resolve("build")),
            request,
            Clock.fixed(now, ZoneOffset.UTC),
            "build-" + builds++,
            made -> {
              try {
                meanwhile.then(made);
              } catch (SQLException | IOException e) {
                throw new IllegalStateException(e);
              }
            })
        .run();
  }

  /** Makes checks on what is published. */
  BuildReport checkData(Selection selection) {
    return CheckData.run(
        blueprint(),
        selection,
        tables.catalog(),
        new Means(600_000_000, 2, work.resolve("build")),
        now,
        "check-" + builds++);
  }

  /** What became of a model in a build. */
  static ModelReport of(BuildReport report, String name) {
    return report.models().stream()
        .filter(model -> model.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  static List<Outcome> outcomes(BuildReport report) {
    return report.models().stream().map(ModelReport::outcome).toList();
  }

  /** The rows of an answer, cells joined by {@code |}. */
  List<String> rows(String sql) {
    List<String> rows = new ArrayList<>();
    RowSink sink =
        new RowSink() {
          @Override
          public void columns(List<ResultColumn> columns) {
            // Only the rows are compared.
          }

          @Override
          public void row(List<@Nullable Cell> cells) {
            rows.add(
                cells.stream()
                    .map(cell -> cell == null ? "NULL" : cell.text())
                    .collect(Collectors.joining("|")));
          }
        };
    new SqlEngine(tables.catalog(), new QueryLimits(256_000_000, 2, work.resolve("query")))
        .query(sql, AsOf.NOW, 1000, sink);
    return rows;
  }

  @Override
  public void close() {
    tables.close();
    server.close();
  }
}
