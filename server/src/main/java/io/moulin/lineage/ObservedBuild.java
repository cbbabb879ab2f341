package io.moulin.lineage;

import io.moulin.control.Witness;
import io.moulin.lineage.Sender.Run;
import io.moulin.lineage.Sender.Touched;
import io.moulin.model.Blueprint;
import io.moulin.model.Lineage;
import io.moulin.model.Node;
import io.moulin.model.audit.Result;
import io.moulin.model.build.BuildReport;
import io.moulin.model.build.ModelReport;
import io.moulin.model.build.ModelReport.Outcome;
import io.moulin.spec.model.CheckSpec;
import io.moulin.spec.model.CheckSpec.Verdict;
import io.openlineage.client.OpenLineage;
import io.openlineage.client.OpenLineage.DatasetFacetsBuilder;
import io.openlineage.client.OpenLineage.InputDataset;
import io.openlineage.client.OpenLineage.JobFacetsBuilder;
import io.openlineage.client.OpenLineage.OutputDataset;
import io.openlineage.client.OpenLineage.RunEvent.EventType;
import io.openlineage.client.utils.UUIDUtils;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** A build, or checks of what is published, as events: one run of it all, one of each part. */
final class ObservedBuild implements Witness.Computing {
  private final Sender sender;
  private final Facets facets;
  private final Namespaces namespaces;
  private final Blueprint blueprint;
  private final Supplier<Lineage> lineage;
  private final Run whole;
  private final Map<String, Run> runs = new ConcurrentHashMap<>();

  /**
   * @param lineage is asked by the thread that sends, because it takes a while
   */
  ObservedBuild(
      Sender sender,
      Namespaces namespaces,
      Blueprint blueprint,
      Supplier<Lineage> lineage,
      Run whole) {
    this.sender = sender;
    this.facets = new Facets(sender.events(), namespaces);
    this.namespaces = namespaces;
    this.blueprint = blueprint;
    this.lineage = lineage;
    this.whole = whole;
    sender.send(whole, EventType.START, () -> Touched.NOTHING);
  }

  private Run part(String job, String kind) {
    return new Run(UUIDUtils.generateNewUUID(), job, kind, "BATCH", whole);
  }

  @Override
  public void begins(Node node) {
    Run run = part("build." + node.fullName(), node.kind() == Node.Kind.SEED ? "SEED" : "MODEL");
    runs.put(node.fullName(), run);
    sender.send(run, EventType.START, () -> names(node));
  }

  @Override
  public void done(ModelReport report) {
    Run begun = runs.remove(report.fullName());
    blueprint
        .node(report.fullName())
        .filter(node -> begun != null || worthARun(report))
        .ifPresent(
            node -> {
              if (begun == null) {
                begins(node);
              }
              Run run = begun == null ? runs.remove(node.fullName()) : begun;
              if (run != null) {
                ended(run, node, report);
              }
            });
    checked(report.results());
  }

  /** What was as it should be was not computed, and views never are. */
  private static boolean worthARun(ModelReport report) {
    return report.kind().stored() && report.bad();
  }

  private void ended(Run run, Node node, ModelReport report) {
    Outcome outcome = report.outcome();
    EventType type =
        switch (outcome) {
          case BUILT, VIEW, UNCHANGED -> EventType.COMPLETE;
          case BROKEN, HELD_BACK -> EventType.FAIL;
          case SKIPPED -> EventType.ABORT;
        };
    String error =
        report.bad() ? outcome == Outcome.HELD_BACK ? heldBack(report) : report.why() : "";
    sender.send(
        run,
        type,
        () -> outcome == Outcome.BUILT ? built(node, report) : names(node),
        error,
        job -> said(job, node));
  }

  private static String heldBack(ModelReport report) {
    String failed = failed(report.results());
    return "not published: " + (failed.isEmpty() ? report.why() : failed);
  }

  private static String failed(Collection<Result> results) {
    return results.stream()
        .filter(result -> result.verdict() == Verdict.FAILED)
        .map(result -> "check %s, %d rows".formatted(result.check(), result.failing()))
        .collect(Collectors.joining("; "));
  }

  private List<InputDataset> inputs(Node node) {
    return node.file().isPresent()
        ? List.of(facets.input(DatasetName.file(node.file().get())))
        : blueprint.stored(node.reads()).stream()
            .map(name -> facets.input(namespaces.table(name)))
            .toList();
  }

  private Touched names(Node node) {
    return new Touched(inputs(node), List.of(facets.output(namespaces.table(node.fullName()))));
  }

  private Touched built(Node node, ModelReport report) {
    DatasetFacetsBuilder described = facets.described(node.fields(), node.description());
    if (node.kind() != Node.Kind.SEED) {
      described.columnLineage(facets.columns(lineage.get(), node.fullName(), node.fields()));
    }
    OutputDataset output =
        facets.output(namespaces.table(node.fullName()), described, report.rows(), report.bytes());
    return new Touched(inputs(node), List.of(output));
  }

  private JobFacetsBuilder said(JobFacetsBuilder job, Node node) {
    OpenLineage events = sender.events();
    if (node.kind() != Node.Kind.SEED) {
      job.sql(events.newSQLJobFacet(node.sql(), "duckdb"));
    }
    if (!node.description().isEmpty()) {
      job.documentation(events.newDocumentationJobFacet(node.description(), null));
    }
    if (!node.owner().isEmpty()) {
      job.ownership(
          events.newOwnershipJobFacet(
              List.of(events.newOwnershipJobFacetOwners(node.owner(), null))));
    }
    return job;
  }

  /** One run for each table that was checked. */
  private void checked(List<Result> results) {
    Map<String, List<Result>> tables = new LinkedHashMap<>();
    results.forEach(
        result -> tables.computeIfAbsent(result.table(), name -> new ArrayList<>()).add(result));
    tables.forEach(
        (table, all) -> {
          Run run = part("check." + table, "CHECK");
          DatasetName name = namespaces.table(table);
          String failed = failed(all);
          sender.send(
              run, EventType.START, () -> new Touched(List.of(facets.input(name)), List.of()));
          sender.send(
              run,
              failed.isEmpty() ? EventType.COMPLETE : EventType.FAIL,
              () -> new Touched(List.of(facets.checked(name, all, declared(table))), List.of()),
              failed,
              job -> job);
        });
  }

  private List<CheckSpec> declared(String table) {
    return blueprint.node(table).map(Node::checks).orElseGet(() -> blueprint.streamChecks(table));
  }

  @Override
  public void ended(BuildReport report) {
    checked(report.checks());
    if (report.good()) {
      sender.send(whole, EventType.COMPLETE, () -> Touched.NOTHING);
      return;
    }
    String bad =
        report.models().stream()
            .filter(ModelReport::bad)
            .map(model -> model.fullName() + ": " + model.why())
            .collect(Collectors.joining("; "));
    failed(bad.isEmpty() ? failed(report.results()) : bad);
  }

  @Override
  public void failed(String why) {
    sender.send(whole, EventType.FAIL, () -> Touched.NOTHING, why, job -> job);
  }
}
