package io.moulin.manifest;

import io.moulin.manifest.block.Section;
import io.moulin.manifest.yaml.Problems;
import io.moulin.spec.Place;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What datasets must not have in common: names, tables and topics. */
final class SharedNames {
  private final Problems problems;
  private final Map<String, Place> names = new HashMap<>();
  private final Map<String, Place> tables = new HashMap<>();
  private final Map<String, Place> topics = new HashMap<>();
  private final Map<String, Place> aggregates = new HashMap<>();

  private SharedNames(Problems problems) {
    this.problems = problems;
  }

  static void check(List<Section> datasets, Problems problems) {
    SharedNames shared = new SharedNames(problems);
    for (Section dataset : datasets) {
      if (shared.names(dataset)) {
        shared.topics(dataset);
        shared.live(dataset);
      }
    }
  }

  /** False for a second dataset of the same name: a copy, of which all else is the same too. */
  private boolean names(Section dataset) {
    if (!dataset.has("dataset")) {
      return true;
    }
    String name = dataset.text("dataset");
    Place at = dataset.at("dataset");
    if (!once(names, name.toLowerCase(Locale.ROOT), "dataset '" + name + "'", at)) {
      return false;
    }
    String table = Datasets.table(dataset);
    Place tableAt = dataset.has("table") ? dataset.at("table") : at;
    Place first = tables.putIfAbsent(table.toLowerCase(Locale.ROOT), tableAt);
    if (first != null) {
      problems.error(
          "duplicate-table",
          tableAt,
          "The tables of dataset '" + name + "' are called '" + table + "', as those at " + first,
          "the last part of a dataset's name is the name of its tables",
          "add table: another_name");
    }
    return true;
  }

  private void live(Section dataset) {
    for (Section live : dataset.parts("live")) {
      Section.Text name = live.given("name");
      Place first =
          name == null
              ? null
              : aggregates.putIfAbsent(name.text().toLowerCase(Locale.ROOT), name.at());
      if (name != null && first != null) {
        problems.error(
            "duplicate-table",
            name.at(),
            "The live aggregate '" + name.text() + "' is also at " + first,
            "each has the table of its name",
            "rename one of them");
      }
    }
  }

  private void topics(Section dataset) {
    Section source = dataset.partOrEmpty("source");
    if (!source.has("topic")) {
      return;
    }
    String topic = source.text("topic");
    String dead = Datasets.deadLetterTopic(dataset);
    Section deadLetters = dataset.partOrEmpty("dead-letters");
    Place deadAt = deadLetters.has("topic") ? deadLetters.at("topic") : source.at("topic");
    boolean own = once(topics, fold(topic), "topic '" + topic + "'", source.at("topic"));
    if (fold(topic).equals(fold(dead))) {
      problems.error(
          "same-topic",
          deadAt,
          "The dead letters go to the source's own topic '" + dead + "'",
          "they would be read again, fail again and never end",
          "name another topic, such as " + topic + ".dlq");
    } else if (own || deadLetters.has("topic")) {
      once(topics, fold(dead), "dead-letters topic '" + dead + "'", deadAt);
    }
  }

  private boolean once(Map<String, Place> seen, String key, String what, Place at) {
    Place first = seen.putIfAbsent(key, at);
    if (first != null) {
      String code = what.startsWith("dataset") ? "duplicate-dataset" : "duplicate-topic";
      problems.error(
          code,
          at,
          Character.toUpperCase(what.charAt(0)) + what.substring(1) + " is also at " + first,
          "",
          "rename one of them");
    }
    return first == null;
  }

  /** Kafka takes two topics for the same that differ in dot and underscore only. */
  private static String fold(String topic) {
    return topic.replace('.', '_');
  }
}
