package io.moulin.manifest;

import io.moulin.manifest.block.Names;
import io.moulin.manifest.block.Section;
import io.moulin.manifest.block.Section.Text;
import io.moulin.manifest.block.Suggestions;
import io.moulin.manifest.block.VisibleText;
import io.moulin.manifest.yaml.Problems;
import io.moulin.spec.Conversions;
import io.moulin.spec.DataType;
import io.moulin.spec.DataType.Scalar;
import io.moulin.spec.Place;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What must hold between the fields of one dataset. */
final class DatasetChecks {
  private static final List<String> FORMATS = List.of("iso", "epoch-s", "epoch-ms", "epoch-us");

  private final Section dataset;
  private final Path folder;
  private final Problems problems;
  private final SilverNames silver;

  DatasetChecks(Section dataset, Path folder, Problems problems) {
    this.dataset = dataset;
    this.folder = folder;
    this.problems = problems;
    this.silver = new SilverNames(dataset, problems);
  }

  void check() {
    names();
    topics();
    contract();
    silver.check();
    dataset.parts("columns").forEach(this::column);
    time();
    rules();
    new DatasetUses(dataset, silver, problems).check();
  }

  private void names() {
    String name = dataset.text("dataset");
    if (dataset.has("dataset") && !Names.dotted(name)) {
      problems.error(
          "invalid-name",
          dataset.at("dataset"),
          "'" + name + "' cannot name a dataset",
          "its last part becomes the name of tables",
          "write words of letters, digits and '_' with dots between them");
    }
    if (dataset.has("table") && !Names.identifier(dataset.text("table"))) {
      problems.error(
          "invalid-name",
          dataset.at("table"),
          "'" + dataset.text("table") + "' cannot name a table",
          "",
          "write letters, digits and '_', not beginning with a digit");
    }
  }

  private void topics() {
    for (String part : List.of("source", "dead-letters")) {
      Section section = dataset.partOrEmpty(part);
      if (section.has("topic") && !Names.topic(section.text("topic"))) {
        problems.error(
            "invalid-topic",
            section.at("topic"),
            "'" + VisibleText.of(section.text("topic")) + "' cannot name a topic",
            "",
            "write at most 249 letters, digits, '.', '_' and '-'");
      }
    }
  }

  private void contract() {
    Text contract = dataset.partOrEmpty("source").given("contract");
    if (contract == null) {
      return;
    }
    boolean found;
    try {
      found = Files.isRegularFile(folder.resolve(contract.text()));
    } catch (InvalidPathException e) {
      found = false;
    }
    if (!found) {
      problems.error(
          "missing-file",
          contract.at(),
          "There is no contract file '" + contract.text() + "'",
          "",
          "paths are relative to the project folder; remove the field to load without a contract");
    }
  }

  private void column(Section column) {
    DataType from = column.type("type");
    DataType to = column.has("silver") ? column.type("silver") : from;
    if (from != null && to != null && !Conversions.allowed(from, to)) {
      problems.error(
          "impossible-conversion",
          column.at("silver"),
          "Column '" + column.text("name") + "' cannot go from " + from + " to " + to,
          "no value of the one is a value of the other",
          from.nested() || to.nested()
              ? "leave silver out, and take parts of it with derive"
              : "make silver " + from + " or string, or compute it with derive");
    }
    if (column.flag("round") && to != null && !Conversions.numeric(to)) {
      problems.error(
          "useless-field",
          column.at("round"),
          "Column '" + column.text("name") + "' is " + to + " in silver; only numbers are rounded",
          "",
          "remove round");
    }
    if (column.has("formats")) {
      formats(column);
      boolean time = from != null && (temporal(from) || (to != null && temporal(to)));
      if (from != null && !time) {
        problems.error(
            "useless-field",
            column.at("formats"),
            "Column '" + column.text("name") + "' is " + from + "; only times have formats",
            "",
            "remove formats");
      }
    }
  }

  private static boolean temporal(DataType type) {
    return Conversions.temporal(type) || type == Scalar.DATE || type == Scalar.TIME;
  }

  private void formats(Section section) {
    if (section.texts("formats").isEmpty()) {
      problems.error(
          "empty-list", section.at("formats"), "Field 'formats' is empty", "", "write [iso]");
    }
    for (Text format : section.texts("formats")) {
      String text = format.text();
      if (FORMATS.contains(text)) {
        continue;
      }
      String near = Suggestions.nearest(text, FORMATS);
      try {
        DateTimeFormatter parsed = DateTimeFormatter.ofPattern(text, Locale.ROOT);
        if (near.isEmpty() && parsed != null && !text.isBlank()) {
          continue;
        }
      } catch (IllegalArgumentException e) {
        near = near.isEmpty() ? "yyyy-MM-dd HH:mm:ss" : near;
      }
      problems.error(
          "invalid-format",
          format.at(),
          "'" + text + "' is no format of timestamps",
          "known are " + String.join(", ", FORMATS) + " and Java's date patterns",
          near.isEmpty() ? "write iso" : "did you mean '" + near + "'?");
    }
  }

  private void time() {
    Section time = dataset.part("time");
    if (time == null) {
      return;
    }
    formats(time);
    Text column = time.given("column");
    if (column == null) {
      return;
    }
    List<String> wire =
        dataset.parts("columns").stream().map(c -> c.text("name")).distinct().toList();
    for (Section candidate : dataset.parts("columns")) {
      if (candidate.text("name").equals(column.text())) {
        DataType type = candidate.type("type");
        if (type != null && !Conversions.temporal(type)) {
          problems.error(
              "wrong-column-type",
              column.at(),
              "Column '" + column.text() + "' is " + type + "; event time needs a timestamp",
              "",
              "declare its type timestamp or timestamptz; time.formats says how it is written");
        }
        return;
      }
    }
    if (!silver.complete()) {
      return;
    }
    problems.error(
        "unknown-column",
        column.at(),
        "There is no column '" + column.text() + "' on the wire",
        "time.column is a column's name, not what silver calls it",
        Suggestions.fix(column.text(), wire, "columns"));
  }

  private void rules() {
    Map<String, Place> seen = new HashMap<>();
    for (Section rule : dataset.parts("rules")) {
      Text name = rule.given("name");
      if (name == null) {
        continue;
      }
      if (!Names.reason(name.text())) {
        String upper = name.text().toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]+", "_");
        problems.error(
            "invalid-name",
            name.at(),
            "'" + name.text() + "' cannot name a rule",
            "rule names are reasons that rows carry, in UPPER_SNAKE",
            Names.reason(upper) ? "write " + upper : "write a word in capitals");
      }
      Place first = seen.putIfAbsent(name.text(), name.at());
      if (first != null) {
        problems.error(
            "duplicate-rule",
            name.at(),
            "Rule '" + name.text() + "' is also at " + first,
            "",
            "rename one of them");
      }
    }
  }
}
