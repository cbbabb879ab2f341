package io.moulin.model.build;

import io.moulin.model.Blueprint;
import io.moulin.model.Node;
import io.moulin.spec.MoulinException;
import io.moulin.sql.Spelling;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which seeds and models are meant: {@code name}, {@code +name} with all that it is made of, {@code
 * name+} with all that is made of it, {@code tag:word}.
 */
final class Selection {
  private static final String TAG = "tag:";
  private static final String WITH = "+";

  private Selection() {}

  /** The full names that are meant; all of them where nothing is asked for. */
  static Set<String> of(Blueprint blueprint, List<String> asked) {
    Set<String> chosen = new LinkedHashSet<>();
    if (asked.isEmpty()) {
      blueprint.nodes().forEach(node -> chosen.add(node.fullName()));
    }
    for (String each : asked) {
      chosen.addAll(one(blueprint, each));
    }
    return chosen;
  }

  private static Set<String> one(Blueprint blueprint, String asked) {
    Set<String> chosen = new LinkedHashSet<>();
    if (asked.startsWith(TAG)) {
      String tag = asked.substring(TAG.length());
      blueprint.nodes().stream()
          .filter(node -> node.tags().contains(tag))
          .forEach(node -> chosen.add(node.fullName()));
      if (chosen.isEmpty()) {
        throw MoulinException.user(
            "unknown-tag", "No model has the tag '" + tag + "'", "tags stand in a model's header");
      }
      return chosen;
    }
    boolean above = asked.startsWith(WITH);
    boolean below = asked.endsWith(WITH) && asked.length() > 1;
    String name = asked.substring(above ? 1 : 0, asked.length() - (below ? 1 : 0));
    String fullName = find(blueprint, name);
    if (above) {
      chosen.addAll(blueprint.upstream(fullName));
    }
    chosen.add(fullName);
    if (below) {
      chosen.addAll(blueprint.downstream(fullName));
    }
    return chosen;
  }

  private static String find(Blueprint blueprint, String name) {
    Optional<Node> found =
        blueprint.nodes().stream()
            .filter(node -> node.name().equals(name) || node.fullName().equals(name))
            .findFirst();
    if (found.isPresent()) {
      return found.get().fullName();
    }
    List<String> names = blueprint.nodes().stream().map(Node::name).toList();
    throw MoulinException.user(
        "unknown-model",
        "There is no model or seed '" + name + "'",
        Spelling.nearest(name, names).map(near -> "did you mean '" + near + "'? ").orElse("")
            + "There are: "
            + String.join(", ", names));
  }
}
