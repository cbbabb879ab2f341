package io.moulin.model.build;

import io.moulin.model.Blueprint;
import io.moulin.model.Node;
import io.moulin.spec.MoulinException;
import io.moulin.sql.Spelling;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which seeds and models are meant. A term is a name, a full name, either with {@code *} for any
 * characters, a folder of the project, {@code tag:word}, or the table of a stream; {@code +} before
 * it adds all that it is made of, behind it all that is made of it.
 *
 * @param include terms; empty for all
 * @param exclude terms of what is left out after all
 */
public record Selection(List<String> include, List<String> exclude) {
  /** All of them. */
  public static final Selection ALL = new Selection(List.of(), List.of());

  private static final String TAG = "tag:";
  private static final String WITH = "+";

  /** So many names can be read in a message. */
  private static final int MOST_NAMES = 30;

  private enum Purpose {
    BUILD,
    CHECK
  }

  public Selection {
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
  }

  /** What these terms mean. */
  public static Selection of(String... terms) {
    return new Selection(List.of(terms), List.of());
  }

  /** The full names of the seeds and models of {@code blueprint} that are meant. */
  public Set<String> in(Blueprint blueprint) {
    return among(blueprint, Set.of(), Purpose.BUILD);
  }

  /** The same for checks, which there are of streams' tables too: these can be meant as well. */
  Set<String> checkedIn(Blueprint blueprint) {
    Set<String> streams = new LinkedHashSet<>();
    blueprint.tableChecks().forEach(checks -> streams.add(checks.table()));
    blueprint.singular().forEach(query -> streams.addAll(query.reads()));
    streams.removeIf(name -> blueprint.node(name).isPresent());
    return among(blueprint, streams, Purpose.CHECK);
  }

  private Set<String> among(Blueprint blueprint, Set<String> streams, Purpose purpose) {
    Set<String> chosen = new LinkedHashSet<>();
    if (include.isEmpty()) {
      chosen.addAll(streams);
      chosen.addAll(names(blueprint, node -> true));
    }
    include.forEach(term -> chosen.addAll(meant(blueprint, streams, purpose, term)));
    exclude.forEach(term -> chosen.removeAll(meant(blueprint, streams, purpose, term)));
    return chosen;
  }

  private static Set<String> meant(
      Blueprint blueprint, Set<String> streams, Purpose purpose, String asked) {
    boolean above = asked.startsWith(WITH);
    boolean below = asked.endsWith(WITH) && asked.length() > 1;
    String term = asked.substring(above ? 1 : 0, asked.length() - (below ? 1 : 0));
    Set<String> chosen = new LinkedHashSet<>();
    if (below && isStream(blueprint, term)) {
      chosen.addAll(streams.contains(term) ? Set.of(term) : Set.of());
      chosen.addAll(blueprint.downstream(term));
      return chosen;
    }
    for (String fullName : named(blueprint, streams, purpose, term)) {
      if (above) {
        chosen.addAll(blueprint.upstream(fullName));
      }
      chosen.add(fullName);
      if (below) {
        chosen.addAll(blueprint.downstream(fullName));
      }
    }
    return chosen;
  }

  private static List<String> named(
      Blueprint blueprint, Set<String> streams, Purpose purpose, String term) {
    if (term.startsWith(TAG)) {
      String tag = term.substring(TAG.length());
      List<String> tagged = names(blueprint, node -> node.tags().contains(tag));
      if (tagged.isEmpty()) {
        throw MoulinException.user(
            "unknown-tag", "No model has the tag '" + tag + "'", tags(blueprint));
      }
      return tagged;
    }
    Pattern pattern = pattern(term);
    List<String> named =
        new ArrayList<>(
            names(
                blueprint,
                node ->
                    pattern.matcher(node.name()).matches()
                        || pattern.matcher(node.fullName()).matches()));
    streams.stream().filter(pattern.asMatchPredicate()).forEach(named::add);
    if (!named.isEmpty()) {
      return named;
    }
    List<String> inFolder = names(blueprint, node -> isIn(term, node));
    if (inFolder.isEmpty()) {
      throw unknown(blueprint, purpose, term);
    }
    return inFolder;
  }

  private static List<String> names(Blueprint blueprint, Predicate<Node> meant) {
    return blueprint.nodes().stream().filter(meant).map(Node::fullName).toList();
  }

  private static Pattern pattern(String term) {
    return Pattern.compile(
        Stream.of(term.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
  }

  /** Whether a node is declared in a folder, be it called {@code models/marts} or {@code marts}. */
  private static boolean isIn(String folder, Node node) {
    String path = folder.endsWith("/") ? folder : folder + "/";
    String file = node.at().file();
    return !folder.isEmpty() && (file.startsWith(path) || file.startsWith("models/" + path));
  }

  private static boolean isStream(Blueprint blueprint, String term) {
    return blueprint.node(term).isEmpty()
        && blueprint.nodes().stream().anyMatch(node -> node.reads().contains(term));
  }

  private static MoulinException unknown(Blueprint blueprint, Purpose purpose, String term) {
    if (isStream(blueprint, term)) {
      String below = "'%s+' means all that is made of it".formatted(term);
      return switch (purpose) {
        case BUILD ->
            MoulinException.user(
                "unknown-model", term + " is filled by a stream, not built", below);
        case CHECK ->
            MoulinException.user(
                "no-checks",
                term + " has no checks",
                "declare some in checks/NAME.yml, with 'on: %s'; %s".formatted(term, below));
      };
    }
    List<String> names = blueprint.nodes().stream().map(Node::name).toList();
    List<String> fix = new ArrayList<>();
    Spelling.nearest(term, names).ifPresent(near -> fix.add("did you mean '" + near + "'?"));
    if (names.size() <= MOST_NAMES) {
      fix.add("There are: " + String.join(", ", names));
    }
    fix.add("a folder such as 'marts', 'int_*' and tag:WORD are possible too");
    return MoulinException.user(
        "unknown-model",
        "There is no model, seed or folder of them '" + term + "'",
        String.join("; ", fix));
  }

  private static String tags(Blueprint blueprint) {
    Set<String> tags =
        blueprint.nodes().stream()
            .flatMap(node -> node.tags().stream())
            .collect(Collectors.toCollection(TreeSet::new));
    return tags.isEmpty()
        ? "tags stand in a model's header"
        : "there are: " + String.join(", ", tags);
  }
}
