package io.moulin.lineage;

import io.moulin.control.Amendment;
import io.moulin.control.Project;
import io.moulin.control.Witness;
import io.moulin.lineage.ObservedWork.Outputs;
import io.moulin.lineage.Sender.Run;
import io.moulin.lineage.Sender.Touched;
import io.moulin.model.Lineage;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.TableSpec;
import io.moulin.spec.TableSpec.FieldSpec;
import io.openlineage.client.OpenLineage;
import io.openlineage.client.OpenLineage.InputDataset;
import io.openlineage.client.OpenLineage.OutputDataset;
import io.openlineage.client.transports.ApiKeyTokenProvider;
import io.openlineage.client.transports.HttpConfig;
import io.openlineage.client.transports.HttpTransport;
import io.openlineage.client.transports.Transport;
import io.openlineage.client.utils.UUIDUtils;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tells servers of OpenLineage, or a file, what is done to the data. */
final class OpenLineageWitness implements Witness {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final Project project;
  private final Delivery delivery;
  private final Sender sender;
  private final Namespaces namespaces;
  private final Facets facets;
  private @Nullable Lineage lineage;

  /**
   * @param notice is told when events were lost
   */
  OpenLineageWitness(
      Project project, Destination to, Clock clock, String version, Consumer<String> notice) {
    this.project = project;
    this.delivery = new Delivery(() -> transport(to), Delivery.Limits.USUAL, to.shown(), notice);
    OpenLineage events = new OpenLineage(URI.create("urn:moulin:" + version));
    this.sender = new Sender(events, delivery, to.namespace(), version, clock);
    this.namespaces = Namespaces.of(project.folder(), project.spec());
    this.facets = new Facets(events, namespaces);
  }

  private static Transport transport(Destination to) {
    if (to.file().isPresent()) {
      return new LineFile(to.file().get());
    }
    HttpConfig config = new HttpConfig();
    config.setUrl(URI.create(to.url()));
    config.setTimeoutInMillis(Math.toIntExact(TIMEOUT.toMillis()));
    if (!to.apiKey().reveal().isEmpty()) {
      ApiKeyTokenProvider key = new ApiKeyTokenProvider();
      key.setApiKey(to.apiKey().reveal());
      config.setAuth(key);
    }
    return new HttpTransport(config);
  }

  private static Run run(String job, String kind, String processing) {
    return new Run(UUIDUtils.generateNewUUID(), job, kind, processing, null);
  }

  @Override
  public Work loads(DatasetSpec dataset, Path file) {
    return sends("load", "LOAD", dataset, List.of(facets.input(DatasetName.file(file))));
  }

  @Override
  public Work generates(DatasetSpec dataset) {
    return sends("generate", "GENERATE", dataset, List.of());
  }

  private Work sends(String verb, String kind, DatasetSpec dataset, List<InputDataset> inputs) {
    DatasetName topic = namespaces.topic(dataset.source().topic());
    DatasetName dead = namespaces.topic(dataset.deadLetters().topic());
    return new ObservedWork(
        sender,
        run(verb + "." + dataset.name(), kind, "BATCH"),
        new Outputs(
            new Touched(inputs, List.of(facets.output(topic), facets.output(dead))),
            rows ->
                new Touched(
                    inputs,
                    List.of(
                        facets.output(topic, rows.get(topic.name())),
                        facets.output(dead, rows.get(dead.name())))),
            rows ->
                new Touched(
                    inputs,
                    List.of(
                        facets.output(
                            topic,
                            facets.described(wire(dataset), dataset.doc()),
                            rows.get(topic.name()),
                            null),
                        facets.output(dead, rows.get(dead.name()))))));
  }

  private static List<FieldSpec> wire(DatasetSpec dataset) {
    return dataset.columns().stream()
        .map(column -> FieldSpec.optional(column.name(), column.type(), column.doc()))
        .toList();
  }

  @Override
  public Work runs(DatasetSpec dataset, Span span) {
    List<InputDataset> inputs = List.of(facets.input(namespaces.topic(dataset.source().topic())));
    List<TableSpec> tables = dataset.everyTable();
    String processing = span == Span.BOUNDED ? "BATCH" : "STREAMING";
    return new ObservedWork(
        sender,
        run("run." + dataset.name(), "JOB", processing),
        new Outputs(
            new Touched(inputs, tables(tables, Map.of())),
            rows -> new Touched(inputs, tables(tables, rows)),
            rows -> new Touched(inputs, described(dataset, tables, rows))));
  }

  @Override
  public Work corrects(DatasetSpec dataset, Amendment amendment) {
    List<InputDataset> inputs = new ArrayList<>();
    if (amendment.readsTopic()) {
      inputs.add(facets.input(namespaces.topic(dataset.source().topic())));
    }
    amendment
        .reads()
        .map(layer -> namespaces.table(dataset.table(layer).fullName()))
        .ifPresent(name -> inputs.add(facets.input(name)));
    List<TableSpec> tables =
        dataset.everyTable().stream().filter(table -> amendment.writes(table.layer())).toList();
    String verb = amendment.name().toLowerCase(Locale.ROOT).replace('_', '-');
    return new ObservedWork(
        sender,
        run(verb + "." + dataset.name(), "CORRECTION", "BATCH"),
        new Outputs(
            new Touched(inputs, tables(tables, Map.of())),
            rows -> new Touched(inputs, tables(tables, rows)),
            rows -> new Touched(inputs, described(dataset, tables, rows))));
  }

  private List<OutputDataset> tables(List<TableSpec> tables, Map<String, Long> rows) {
    return tables.stream()
        .map(TableSpec::fullName)
        .map(name -> facets.output(namespaces.table(name), rows.get(name)))
        .toList();
  }

  private List<OutputDataset> described(
      DatasetSpec dataset, List<TableSpec> tables, Map<String, Long> rows) {
    return tables.stream()
        .map(
            table ->
                facets.output(
                    namespaces.table(table.fullName()),
                    facets
                        .described(table.fields(), dataset.doc())
                        .columnLineage(facets.columns(dataset, table)),
                    rows.get(table.fullName()),
                    null))
        .toList();
  }

  @Override
  public Computing builds() {
    return computing("build", "BUILD");
  }

  @Override
  public Computing checks() {
    return computing("check-data", "CHECK");
  }

  private Computing computing(String job, String kind) {
    Supplier<Lineage> columns = this::lineage;
    return new ObservedBuild(
        sender, namespaces, project.models(), columns, run(job, kind, "BATCH"));
  }

  private synchronized Lineage lineage() {
    Lineage known = lineage;
    if (known == null) {
      known = Lineage.of(project.spec().datasets(), project.models());
      lineage = known;
    }
    return known;
  }

  @Override
  public void close() {
    delivery.close();
  }
}
