package io.moulin.model.build;

import io.moulin.model.Blueprint;
import io.moulin.model.Blueprint.Singular;
import io.moulin.model.Node;
import io.moulin.model.audit.CheckLog;
import io.moulin.model.audit.Checking;
import io.moulin.model.audit.Marks;
import io.moulin.model.audit.Result;
import io.moulin.model.audit.StreamChecks;
import io.moulin.model.build.ModelReport.Outcome;
import io.moulin.model.tables.Databases;
import io.moulin.model.tables.Means;
import io.moulin.model.tables.ModelCatalog;
import io.moulin.model.tables.Published;
import io.moulin.spec.MoulinException;
import io.moulin.spec.model.CheckSpec;
import io.moulin.spec.model.CheckSpec.Verdict;
import io.moulin.sql.SqlFailures;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.apache.iceberg.catalog.Catalog;

/**
 * Builds seeds and models: each as soon as all that it reads is there, independent ones side by
 * side.
 */
public final class Build {
  private final Blueprint blueprint;
  private final ModelCatalog catalog;
  private final Databases databases;
  private final Request request;
  private final Listener listener;
  private final NodeBuild.Run run;
  private final Order order;
  private final Checking checking;
  private final CheckLog log;
  private final Marks marks;
  private final Map<String, CompletableFuture<ModelReport>> futures = new LinkedHashMap<>();
  private final StreamVerdicts verdicts = new StreamVerdicts();
  private final Map<String, List<Result>> ofViews = new ConcurrentHashMap<>();

  /**
   * What is asked for.
   *
   * @param selection which seeds and models
   * @param fullRefresh compute everything, whether it changed or not
   * @param changedOnly only those whose own text differs from what was built last
   * @param sideBySide most computations at a time
   */
  public record Request(
      Selection selection, boolean fullRefresh, boolean changedOnly, int sideBySide) {}

  /** Hears how a build gets on. */
  @FunctionalInterface
  public interface Listener {
    /** A seed or model has to be computed, which begins; several threads may call this. */
    default void begins(Node node) {}

    /** A seed or model is done; called by one thread at a time. */
    void done(ModelReport report);
  }

  /**
   * @param id unique to this build
   */
  public Build(
      Blueprint blueprint,
      Catalog catalog,
      Means means,
      Request request,
      Clock clock,
      String id,
      Listener listener) {
    this.blueprint = blueprint;
    this.order = new Order(blueprint);
    this.catalog = new ModelCatalog(catalog);
    this.databases = new Databases(means, sharing(request), this.catalog::roots, seeds(blueprint));
    this.request = request;
    this.listener = listener;
    this.log = new CheckLog(this.catalog, databases);
    this.marks = new Marks(blueprint, this.catalog, log.passed());
    Instant now = clock.instant();
    this.run =
        new NodeBuild.Run(
            id,
            blueprint,
            this.catalog,
            databases,
            now,
            request.fullRefresh(),
            this::viewChecks,
            verdicts,
            marks,
            listener);
    this.checking = new Checking(blueprint, this.catalog, databases);
  }

  /**
   * Who waits for a thread of an engine asks again and again, which takes the core from the other
   * computation. Only in the large tables of a full refresh more threads are worth it.
   */
  private static int sharing(Request request) {
    return request.fullRefresh() ? 1 : request.sideBySide();
  }

  private static List<Path> seeds(Blueprint blueprint) {
    return blueprint.nodes().stream().flatMap(node -> node.file().stream()).toList();
  }

  /** Builds what was asked for, once; what goes wrong with single models is in the report. */
  public BuildReport run() {
    try (databases) {
      return build();
    }
  }

  private BuildReport build() {
    long began = System.nanoTime();
    Set<String> chosen = chosen();
    Set<String> streams = streams(chosen);
    catalog.pin(streams);
    Map<String, List<Singular>> queries = order.queries(chosen);
    List<Node> nodes =
        blueprint.nodes().stream().filter(node -> chosen.contains(node.fullName())).toList();
    Map<String, Set<String>> awaited = order.awaited(nodes, queries);
    Turns workers = new Turns(request.sideBySide(), nodes, awaited);
    List<ModelReport> reports = new ArrayList<>();
    try {
      CompletableFuture<Void> open = new CompletableFuture<>();
      for (Node node : nodes) {
        start(
            node,
            queries.getOrDefault(node.fullName(), List.of()),
            awaited.getOrDefault(node.fullName(), Set.of()),
            open,
            workers.of(node));
      }
      check(streams, workers.first());
      // Not before: who computes may wait for those checks, and takes the thread with it.
      open.complete(null);
      planAhead(streams);
      nodes.forEach(node -> reports.add(said(node, futureOf(node.fullName()).join())));
    } finally {
      workers.close();
    }
    List<Result> loose = new ArrayList<>(verdicts.results());
    blueprint
        .nodes()
        .forEach(node -> loose.addAll(ofViews.getOrDefault(node.fullName(), List.of())));
    loose.addAll(left(reports, queries));
    double seconds = (System.nanoTime() - began) / 1e9;
    BuildReport report = new BuildReport(run.id(), reports, loose, seconds);
    boolean told =
        reports.stream().anyMatch(each -> each.outcome() == Outcome.BUILT)
            || report.results().stream().anyMatch(each -> each.verdict() != Verdict.PASSED)
            || marks.news();
    if (told && !report.results().isEmpty()) {
      log.append(run.id(), run.now(), report.results(), marks.kept());
    }
    new Expiry(blueprint, catalog).of(committed(reports), run.now());
    return report;
  }

  /** The tables that this build may have committed to. */
  private static List<String> committed(List<ModelReport> reports) {
    return Stream.concat(
            reports.stream()
                .filter(report -> report.outcome() == Outcome.BUILT)
                .map(ModelReport::fullName),
            CheckLog.tables().stream())
        .toList();
  }

  private Set<String> chosen() {
    Set<String> chosen = request.selection().in(blueprint);
    if (request.changedOnly()) {
      chosen.removeIf(name -> blueprint.node(name).map(this::asBuilt).orElse(false));
    }
    return chosen;
  }

  private boolean asBuilt(Node node) {
    return node.kind().stored()
        && catalog
            .load(node.fullName())
            .map(Published::of)
            .map(published -> published.version().equals(node.version()))
            .orElse(false);
  }

  /** The streams' tables that the chosen models come down to. */
  private Set<String> streams(Set<String> chosen) {
    Set<String> streams = new LinkedHashSet<>();
    for (String name : chosen) {
      blueprint.node(name).ifPresent(node -> streams.addAll(blueprint.stored(node.reads())));
    }
    streams.removeIf(name -> blueprint.node(name).isPresent());
    return streams;
  }

  /** Begins the checks of the streams' tables, each behind the nodes that it compares it with. */
  private void check(Set<String> streams, Executor worker) {
    StreamChecks ofStreams = new StreamChecks(blueprint, catalog, checking, marks);
    for (String stream : streams) {
      List<CheckSpec> checks = blueprint.streamChecks(stream);
      if (!checks.isEmpty() && catalog.load(stream).isPresent()) {
        verdicts.add(
            stream,
            all(blueprint.compared(checks))
                .thenApplyAsync(done -> ofStreams.check(stream, checks), worker));
      }
    }
  }

  /** Reads meanwhile what streams consist of: the first computations and checks all need it. */
  private void planAhead(Set<String> streams) {
    for (String stream : streams) {
      try {
        catalog.load(stream).ifPresent(table -> catalog.plan(stream, table));
      } catch (RuntimeException e) {
        return; // whoever needs it meets it again, and has a place to report it
      }
    }
  }

  /** Queries whose last model was as it should be, while they or what else they read changed. */
  private List<Result> left(List<ModelReport> reports, Map<String, List<Singular>> queries) {
    Map<String, Outcome> outcomes = new HashMap<>();
    reports.forEach(report -> outcomes.put(report.fullName(), report.outcome()));
    List<Result> results = new ArrayList<>();
    queries.forEach(
        (name, all) -> {
          for (Singular query : all) {
            if (outcomes.get(name) == Outcome.UNCHANGED && !marks.holds(query)) {
              Result result = checking.query(query, name, marks);
              marks.keep(query, result);
              results.add(result);
            }
          }
        });
    return results;
  }

  private void start(
      Node node,
      List<Singular> queries,
      Set<String> awaited,
      CompletableFuture<Void> open,
      Executor worker) {
    futures.put(
        node.fullName(),
        CompletableFuture.allOf(open, all(awaited))
            .thenApplyAsync(
                done -> {
                  ModelReport report = one(node, queries);
                  if (node.kind().stored()) {
                    tell(report);
                  }
                  return report;
                },
                worker));
  }

  private CompletableFuture<Void> all(Set<String> names) {
    return CompletableFuture.allOf(
        names.stream()
            .map(futures::get)
            .filter(Objects::nonNull)
            .toArray(CompletableFuture[]::new));
  }

  private CompletableFuture<ModelReport> futureOf(String fullName) {
    return Objects.requireNonNull(futures.get(fullName));
  }

  private void tell(ModelReport report) {
    synchronized (listener) {
      listener.done(report);
    }
  }

  /**
   * A view publishes nothing: who reads it goes on, and only what is said of it waits for checks.
   */
  private ModelReport said(Node node, ModelReport report) {
    if (node.kind().stored()) {
      return report;
    }
    ModelReport said =
        verdicts
            .refused(blueprint.stored(node.reads()))
            .map(why -> ended(node, Outcome.SKIPPED, why, List.of()))
            .orElse(report);
    tell(said);
    return said;
  }

  private ModelReport one(Node node, List<Singular> queries) {
    for (String read : node.reads()) {
      CompletableFuture<ModelReport> future = futures.get(read);
      if (future != null && future.join().bad()) {
        return ended(node, Outcome.SKIPPED, read + " is not as it should be", List.of());
      }
    }
    try {
      if (node.kind().stored()) {
        return new NodeBuild(run, node, queries).build();
      }
      return view(node);
    } catch (MoulinException e) {
      String fix = e.fix().isEmpty() ? "" : "; " + e.fix();
      return ended(node, Outcome.BROKEN, e.getMessage() + fix, List.of());
    } catch (SQLException e) {
      return ended(node, Outcome.BROKEN, reason(e), List.of());
    } catch (IOException | RuntimeException e) { // Iceberg's failures have no type of their own
      return ended(
          node, Outcome.BROKEN, e.getClass().getSimpleName() + ": " + e.getMessage(), List.of());
    }
  }

  /** Without what the reader of CSV proposes: its settings are not the user's. */
  private static String reason(SQLException failure) {
    String message = String.valueOf(SqlFailures.of(failure).getMessage());
    int settings = message.indexOf("\nColumn ");
    return settings < 0 ? message : message.substring(0, settings);
  }

  /**
   * The checks of a view, made once a build, by the first who reads it; none when it is known how
   * they come out. A view that nobody stores is checked by itself.
   */
  private List<Result> viewChecks(Node view) {
    return ofViews.computeIfAbsent(
        view.fullName(),
        name -> {
          boolean known = !request.fullRefresh() && marks.holds(view);
          if (known || view.checks().isEmpty()) {
            return List.of();
          }
          List<Result> results = checking.table(name, view.checks());
          marks.keep(view, results);
          return results;
        });
  }

  /** A view has nothing to publish. */
  private ModelReport view(Node node) {
    long began = System.nanoTime();
    boolean stored =
        blueprint.nodes().stream()
            .anyMatch(each -> each.kind().stored() && blueprint.views(each.reads()).contains(node));
    boolean failed =
        !stored && viewChecks(node).stream().anyMatch(result -> result.verdict() == Verdict.FAILED);
    return new ModelReport(
        node.name(),
        node.fullName(),
        node.kind(),
        failed ? Outcome.HELD_BACK : Outcome.VIEW,
        failed ? "a check failed" : "",
        0,
        0,
        0,
        (System.nanoTime() - began) / 1e9,
        List.of());
  }

  private static ModelReport ended(Node node, Outcome outcome, String why, List<Result> results) {
    return new ModelReport(
        node.name(), node.fullName(), node.kind(), outcome, why, 0, 0, 0, 0, results);
  }
}
