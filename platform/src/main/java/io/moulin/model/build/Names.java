package io.moulin.model.build;

import io.moulin.model.Blueprint;
import io.moulin.model.Node;

/** The full names of what SQL and checks call by shorter ones. */
record Names(Blueprint blueprint) {
  /** A name with its namespace stands for itself. */
  String fullName(String name) {
    return blueprint.nodes().stream()
        .filter(
            node -> node.name().equalsIgnoreCase(name) || node.fullName().equalsIgnoreCase(name))
        .map(Node::fullName)
        .findFirst()
        .orElse(name);
  }
}
