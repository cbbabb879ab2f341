package io.moulin.control.build;

import io.moulin.control.Project;
import io.moulin.control.Session;
import io.moulin.model.Blueprint;
import io.moulin.model.Lineage;
import io.moulin.model.Node;
import io.moulin.model.docs.Page;
import io.moulin.model.docs.Site;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.MoulinException;
import io.moulin.spec.TableSpec;
import io.moulin.spec.TableSpec.FieldSpec;
import io.moulin.spec.model.CheckSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes a site about the tables of a project. */
public final class Documenting {
  private final Clock clock;

  public Documenting(Clock clock) {
    this.clock = clock;
  }

  /**
   * Writes the site into a folder.
   *
   * @return how many files of HTML there are
   */
  public int write(Session session, Path folder) {
    Project project = session.project();
    Blueprint blueprint = project.models();
    Map<String, String> states = LastKnown.states(session);
    Map<String, Map<String, String>> results = LastKnown.results(session);
    Lineage lineage = Lineage.of(project.spec().datasets(), blueprint);
    List<Page> pages = new ArrayList<>();
    for (DatasetSpec dataset : project.spec().datasets()) {
      for (TableSpec table : dataset.everyTable()) {
        pages.add(stream(dataset, table, blueprint, states, results));
      }
    }
    for (Node node : blueprint.nodes()) {
      pages.add(made(node, blueprint, lineage, states, results));
    }
    try {
      String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
      return new Site(project.spec().name(), now, pages).write(folder);
    } catch (IOException e) {
      throw MoulinException.external(
          "docs-not-written",
          "Cannot write the site to " + folder + ": " + e.getMessage(),
          "check that the folder is writable",
          e);
    }
  }

  private static Page stream(
      DatasetSpec dataset,
      TableSpec table,
      Blueprint blueprint,
      Map<String, String> states,
      Map<String, Map<String, String>> results) {
    String name = table.fullName();
    List<CheckSpec> checks = blueprint.streamChecks(name);
    return new Page(
        name,
        "filled by the stream " + dataset.name(),
        dataset.doc(),
        "",
        List.of(),
        table.partition().stream().map(Object::toString).toList(),
        List.of(),
        table.fields(),
        List.of(),
        readers(blueprint, name),
        "",
        Map.of(),
        checks,
        results.getOrDefault(name, Map.of()),
        states.getOrDefault(name, ""));
  }

  private static Page made(
      Node node,
      Blueprint blueprint,
      Lineage lineage,
      Map<String, String> states,
      Map<String, Map<String, String>> results) {
    String name = node.fullName();
    Map<String, List<String>> columns = new HashMap<>();
    for (FieldSpec field : node.fields()) {
      columns.put(field.name(), List.copyOf(lineage.of(name, field.name())));
    }
    boolean seed = node.kind() == Node.Kind.SEED;
    return new Page(
        name,
        seed ? "seed" : "model, " + node.kind().name().toLowerCase(Locale.ROOT),
        node.description(),
        node.owner(),
        node.tags(),
        node.partition(),
        node.key(),
        node.fields(),
        node.reads(),
        readers(blueprint, name),
        seed ? "" : node.sql(),
        columns,
        node.checks(),
        results.getOrDefault(name, Map.of()),
        states.getOrDefault(name, ""));
  }

  private static List<String> readers(Blueprint blueprint, String name) {
    return blueprint.nodes().stream()
        .filter(node -> node.reads().contains(name))
        .map(Node::fullName)
        .toList();
  }
}
