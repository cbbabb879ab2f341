package io.moulin.model;

import io.moulin.spec.model.CheckSpec;
import io.moulin.spec.model.SingularCheckSpec;
import io.moulin.spec.model.TableChecksSpec;
import io.moulin.sql.NamedView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** All that is to be built, in an order in which nothing is built before what it reads. */
public final class Blueprint {
  /** Of a project without models. */
  public static final Blueprint EMPTY = new Blueprint(List.of(), List.of(), List.of(), Set.of());

  private final List<Node> nodes;
  private final List<Singular> singular;
  private final List<TableChecksSpec> tableChecks;
  private final Set<CheckSpec> unsteady;
  private final Map<String, Node> byName = new HashMap<>();

  /**
   * A check that is a query of rows that are wrong.
   *
   * @param reads full names of what it reads
   * @param unsteady what in it gives something else at another time, as in {@link Node}
   * @param partition a column of its rows by whose values it can be made in parts; empty for none
   * @param partitionWise how the rows of a value depend on those of what it reads
   */
  public record Singular(
      SingularCheckSpec spec,
      List<String> reads,
      List<String> unsteady,
      String partition,
      PartitionWise partitionWise) {
    public Singular {
      reads = List.copyOf(reads);
      unsteady = List.copyOf(unsteady);
    }
  }

  /**
   * @param nodes each behind all that it reads
   * @param unsteady checks whose SQL gives something else at another time
   */
  Blueprint(
      List<Node> nodes,
      List<Singular> singular,
      List<TableChecksSpec> tableChecks,
      Set<CheckSpec> unsteady) {
    this.nodes = List.copyOf(nodes);
    this.singular = List.copyOf(singular);
    this.tableChecks = List.copyOf(tableChecks);
    this.unsteady = Set.copyOf(unsteady);
    nodes.forEach(node -> byName.put(node.fullName(), node));
  }

  /** Seeds and models, each behind all that it reads. */
  public List<Node> nodes() {
    return nodes;
  }

  /** Checks that are queries. */
  public List<Singular> singular() {
    return singular;
  }

  /** Checks of streams' tables. */
  public List<TableChecksSpec> tableChecks() {
    return tableChecks;
  }

  /** Full names of the streams' tables that models read or that have checks. */
  public Set<String> streams() {
    Set<String> streams = new TreeSet<>();
    nodes.forEach(node -> streams.addAll(node.reads()));
    singular.forEach(query -> streams.addAll(query.reads()));
    tableChecks.forEach(checks -> streams.add(checks.table()));
    streams.removeIf(byName::containsKey);
    return streams;
  }

  /** The checks of a stream's table, of all files that have some. */
  public List<CheckSpec> streamChecks(String table) {
    return tableChecks.stream()
        .filter(each -> each.table().equals(table))
        .flatMap(each -> each.checks().stream())
        .toList();
  }

  /** Whether a check may come out otherwise at another time, though no row has changed. */
  public boolean unsteady(CheckSpec check) {
    return check.kind() == CheckSpec.Kind.FRESHNESS || unsteady.contains(check);
  }

  /** Whether a build may give something else at another time, though nothing has changed. */
  public boolean unsteady() {
    return nodes.stream()
            .anyMatch(
                node ->
                    !node.unsteady().isEmpty() || node.checks().stream().anyMatch(this::unsteady))
        || singular.stream().anyMatch(query -> !query.unsteady().isEmpty())
        || tableChecks.stream().flatMap(of -> of.checks().stream()).anyMatch(this::unsteady);
  }

  /** The seed or model of that full name; empty for a table of a stream. */
  public Optional<Node> node(String fullName) {
    return Optional.ofNullable(byName.get(fullName));
  }

  /** The full name of what SQL and checks call by a shorter one; others stand for themselves. */
  public String fullName(String name) {
    return nodes.stream()
        .filter(
            node -> node.name().equalsIgnoreCase(name) || node.fullName().equalsIgnoreCase(name))
        .map(Node::fullName)
        .findFirst()
        .orElse(name);
  }

  /** Full names of what checks compare a table with. */
  public Set<String> compared(List<CheckSpec> checks) {
    Set<String> compared = new LinkedHashSet<>();
    checks.stream()
        .filter(check -> check.kind() == CheckSpec.Kind.RELATIONSHIPS)
        .forEach(check -> compared.add(fullName(check.to())));
    return compared;
  }

  /** The tables with rows that a list of names comes down to, through all views. */
  public Set<String> stored(List<String> reads) {
    Set<String> found = new TreeSet<>();
    for (String read : reads) {
      Node node = byName.get(read);
      if (node != null && !node.kind().stored()) {
        found.addAll(stored(node.reads()));
      } else {
        found.add(read);
      }
    }
    return found;
  }

  /** The views that a list of names comes down to, each behind those that it reads. */
  public List<Node> views(List<String> reads) {
    Set<Node> found = new LinkedHashSet<>();
    for (String read : reads) {
      Node node = byName.get(read);
      if (node != null && !node.kind().stored()) {
        found.addAll(views(node.reads()));
        found.add(node);
      }
    }
    return new ArrayList<>(found);
  }

  /** All models that are views, for those who query. */
  public List<NamedView> views() {
    return nodes.stream()
        .filter(node -> !node.kind().stored())
        .map(node -> new NamedView(node.fullName(), node.sql(), node.reads()))
        .toList();
  }

  /** Full names of all nodes that {@code fullName} is made of, itself not among them. */
  public Set<String> upstream(String fullName) {
    Set<String> found = new LinkedHashSet<>();
    node(fullName)
        .ifPresent(
            node ->
                node.reads().stream()
                    .filter(byName::containsKey)
                    .forEach(
                        read -> {
                          found.addAll(upstream(read));
                          found.add(read);
                        }));
    return found;
  }

  /** Full names of all nodes that are made of {@code fullName}, itself not among them. */
  public Set<String> downstream(String fullName) {
    Set<String> found = new LinkedHashSet<>();
    for (Node node : nodes) {
      if (node.reads().contains(fullName) || node.reads().stream().anyMatch(found::contains)) {
        found.add(node.fullName());
      }
    }
    return found;
  }
}
