package io.moulin.model.build;

import io.moulin.model.Blueprint;
import io.moulin.model.Blueprint.Singular;
import io.moulin.model.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What waits for what in a build. */
record Order(Blueprint blueprint) {
  /** Each query of wrong rows belongs to the last of the models that it reads. */
  Map<String, List<Singular>> queries(Set<String> chosen) {
    Map<String, List<Singular>> queries = new LinkedHashMap<>();
    for (Singular query : blueprint.singular()) {
      Set<String> stored = blueprint.stored(query.reads());
      String last = "";
      for (Node node : blueprint.nodes()) {
        if (stored.contains(node.fullName()) && chosen.contains(node.fullName())) {
          last = node.fullName();
        }
      }
      if (!last.isEmpty()) {
        queries.computeIfAbsent(last, name -> new ArrayList<>()).add(query);
      }
    }
    return queries;
  }

  /** What has to be done before a node is: what it, its checks and its queries read. */
  Map<String, Set<String>> awaited(List<Node> nodes, Map<String, List<Singular>> queries) {
    Map<String, Set<String>> awaited = new HashMap<>();
    for (Node node : nodes) {
      Set<String> reads = new LinkedHashSet<>(node.reads());
      queries
          .getOrDefault(node.fullName(), List.of())
          .forEach(query -> reads.addAll(query.reads()));
      reads.addAll(blueprint.compared(node.checks()));
      blueprint
          .stored(node.reads())
          .forEach(read -> reads.addAll(blueprint.compared(blueprint.streamChecks(read))));
      reads.remove(node.fullName());
      awaited.put(node.fullName(), reads);
    }
    return awaited;
  }
}
