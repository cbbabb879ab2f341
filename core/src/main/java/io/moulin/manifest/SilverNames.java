package io.moulin.manifest;

import io.moulin.manifest.block.Names;
import io.moulin.manifest.block.Section;
import io.moulin.manifest.block.Section.Text;
import io.moulin.manifest.block.VisibleText;
import io.moulin.manifest.yaml.Problems;
import io.moulin.spec.DataType;
import io.moulin.spec.DataType.Scalar;
import io.moulin.spec.DatasetTables;
import io.moulin.spec.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The names that silver will have: each once, none of them Moulin's. */
final class SilverNames {
  private static final List<String> OURS_IN_SILVER =
      List.of(DatasetTables.DQ_VALID, DatasetTables.DQ_FLAGS, DatasetTables.IS_LATE);

  /**
   * A name in silver.
   *
   * @param type null when the manifest says none that is valid
   */
  record Name(String name, @Nullable DataType type, boolean key) {}

  private final Section dataset;
  private final Problems problems;
  private final Map<String, Name> names = new LinkedHashMap<>();

  SilverNames(Section dataset, Problems problems) {
    this.dataset = dataset;
    this.problems = problems;
    for (Section column : dataset.parts("columns")) {
      DataType type = column.has("silver") ? column.type("silver") : column.type("type");
      add(Datasets.as(column), type, false);
    }
    for (Section derived : dataset.parts("derive")) {
      add(derived.text("name"), derived.type("type"), false);
    }
    Section key = dataset.part("key");
    if (key != null) {
      add(key.text("name"), Scalar.STRING, true);
    }
  }

  private void add(String name, @Nullable DataType type, boolean key) {
    if (!name.isEmpty()) {
      names.putIfAbsent(name, new Name(name, type, key));
    }
  }

  @Nullable Name name(String name) {
    return names.get(name);
  }

  /** All names but the key's. */
  List<String> columns() {
    return names.values().stream().filter(name -> !name.key()).map(Name::name).toList();
  }

  List<String> all() {
    return List.copyOf(names.keySet());
  }

  /** False when a column has no valid name, so that a name not found may well be it. */
  boolean complete() {
    if (dataset.broken("columns") || dataset.broken("derive") || dataset.broken("key")) {
      List<Section> parts = new ArrayList<>(dataset.parts("columns"));
      parts.addAll(dataset.parts("derive"));
      return !parts.isEmpty() && parts.stream().allMatch(part -> part.has("name"));
    }
    return true;
  }

  void check() {
    Map<String, Place> wire = new HashMap<>();
    Map<String, Place> silver = new HashMap<>();
    for (Section column : dataset.parts("columns")) {
      Text name = column.given("name");
      boolean twice = name != null && !wireName(name, wire);
      Text as = column.has("as") ? column.given("as") : name;
      if (as != null && !(twice && !column.has("as"))) {
        silverName(as, silver, column.has("as") ? "" : "as");
      }
      was(column);
    }
    List<Section> others = new ArrayList<>(dataset.parts("derive"));
    others.add(dataset.partOrEmpty("key"));
    for (Section other : others) {
      Text name = other.given("name");
      if (name != null) {
        silverName(name, silver, "");
      }
    }
  }

  private boolean wireName(Text name, Map<String, Place> seen) {
    String folded = name.text().toLowerCase(Locale.ROOT);
    if (DatasetTables.ADDED_TO_THE_WIRE.contains(folded)) {
      problems.error(
          "reserved-name",
          name.at(),
          "The wire name '" + name.text() + "' is that of a column of Moulin's in bronze",
          "",
          "leave the column out: with unknown-fields: keep its values stay in _extra");
    }
    if (!once(seen, folded, name, "Column")) {
      return false;
    }
    if (!name.text().equals(name.text().strip())) {
      problems.error(
          "invalid-name",
          name.at(),
          "The wire name '" + VisibleText.of(name.text()) + "' begins or ends in white space",
          "no field of a record would match it",
          "remove the white space");
    }
    return true;
  }

  private void silverName(Text name, Map<String, Place> seen, String missing) {
    String text = name.text();
    String folded = text.toLowerCase(Locale.ROOT);
    if (!Names.identifier(text)) {
      problems.error(
          "invalid-name",
          name.at(),
          "'" + text + "' cannot name a column in silver",
          "silver names are letters, digits and '_', not beginning with a digit",
          missing.isEmpty() ? "write such a name" : "add as: " + snake(text));
    } else if (text.startsWith("_") || OURS_IN_SILVER.contains(folded)) {
      problems.error(
          "reserved-name",
          name.at(),
          "'" + text + "' is reserved in silver",
          text.startsWith("_")
              ? "names that begin with '_' are Moulin's"
              : "it is a column of Moulin's",
          missing.isEmpty() ? "choose another name" : "add as: " + snake(text + " value"));
    } else {
      once(seen, folded, name, "Silver name");
    }
  }

  private void was(Section column) {
    Text was = column.given("was");
    if (was != null && names.containsKey(was.text())) {
      problems.error(
          "duplicate-name",
          was.at(),
          "'" + was.text() + "' is an earlier name and still in use",
          "a column cannot be renamed from one that stays",
          "remove was, or rename the other column");
    }
  }

  private boolean once(Map<String, Place> seen, String folded, Text name, String what) {
    Place first = seen.putIfAbsent(folded, name.at());
    if (first != null) {
      problems.error(
          "duplicate-name",
          name.at(),
          what + " '" + name.text() + "' is also at " + first,
          "SQL engines do not tell capitals from small letters",
          "rename or remove one of them");
    }
    return first == null;
  }

  private static String snake(String text) {
    String word = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
    String bare = word.replaceAll("^_+|_+$", "");
    return Names.identifier(bare) ? bare : "column_" + bare;
  }
}
