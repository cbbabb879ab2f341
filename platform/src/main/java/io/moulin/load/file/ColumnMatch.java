package io.moulin.load.file;

import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.MoulinException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which column of a file is which column of the manifest.
 *
 * @param columns those of the manifest in its order, then those that it lacks in the file's order
 */
public record ColumnMatch(List<Matched> columns, List<String> warnings) {

  /**
   * A column of the file.
   *
   * @param index place in the file, from 0
   * @param wire name on the wire
   * @param column null when the manifest lacks it
   */
  public record Matched(int index, String wire, @Nullable ColumnSpec column) {}

  public static ColumnMatch of(Path file, List<String> names, DatasetSpec dataset) {
    refuseDuplicates(file, names);
    List<Matched> matched = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    List<String> required = new ArrayList<>();
    List<String> absent = new ArrayList<>();
    Set<Integer> used = new HashSet<>();
    for (ColumnSpec column : dataset.columns()) {
      int index = find(column.name(), names, warnings);
      if (index >= 0 && used.add(index)) {
        matched.add(new Matched(index, column.name(), column));
      } else {
        (column.required() ? required : absent).add(column.name());
      }
    }
    if (matched.isEmpty()) {
      throw noneKnown(file, names, dataset);
    }
    if (!required.isEmpty()) {
      throw MoulinException.user(
          "file-columns",
          "%s lacks the required %s of dataset '%s'"
              .formatted(file, list("column", required), dataset.name()),
          "its columns are: " + String.join(", ", names));
    }
    if (!absent.isEmpty()) {
      warnings.add("the file lacks " + list("column", absent) + ": they are null");
    }
    addUnknown(names, used, matched, dataset, warnings);
    return new ColumnMatch(List.copyOf(matched), List.copyOf(warnings));
  }

  /** Where among the matched columns one is; -1 when the file has none for it. */
  int place(ColumnSpec column) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).wire().equals(column.name())) {
        return i;
      }
    }
    return -1;
  }

  private static void addUnknown(
      List<String> names,
      Set<Integer> used,
      List<Matched> matched,
      DatasetSpec dataset,
      List<String> warnings) {
    List<String> unknown = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      if (!used.contains(i)) {
        unknown.add(names.get(i));
        matched.add(new Matched(i, names.get(i), null));
      }
    }
    if (!unknown.isEmpty()) {
      String then =
          switch (dataset.unknownFields()) {
            case IGNORE -> "the dataset ignores them";
            case KEEP -> "the dataset keeps them in _extra";
            case QUARANTINE -> "the dataset quarantines their rows";
          };
      warnings.add(list("column", unknown) + " of the file is not in the manifest: " + then);
    }
  }

  /** Exact, else the only one that differs in case alone. */
  private static int find(String name, List<String> names, List<String> warnings) {
    int exact = names.indexOf(name);
    if (exact >= 0) {
      return exact;
    }
    int found = -1;
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).equalsIgnoreCase(name)) {
        if (found >= 0) {
          return -1;
        }
        found = i;
      }
    }
    if (found >= 0) {
      warnings.add("column '%s' of the file is sent as '%s'".formatted(names.get(found), name));
    }
    return found;
  }

  private static void refuseDuplicates(Path file, List<String> names) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw MoulinException.user(
            "file-columns",
            "%s has two columns named '%s'".formatted(file, name),
            "rename one of them");
      }
    }
  }

  private static MoulinException noneKnown(Path file, List<String> names, DatasetSpec dataset) {
    List<String> expected = dataset.columns().stream().map(ColumnSpec::name).toList();
    String fix = "the first line must be a header with: " + String.join(", ", expected);
    if (names.size() == 1 && (names.get(0).contains(";") || names.get(0).contains("\t"))) {
      fix = "its fields seem to be separated by another character than the comma: convert it";
    }
    return MoulinException.user(
        "file-columns",
        "%s has no column of dataset '%s'; it has: %s"
            .formatted(file, dataset.name(), shorten(String.join(", ", names))),
        fix);
  }

  private static String shorten(String text) {
    return text.length() <= 300 ? text : text.substring(0, 300) + "…";
  }

  private static String list(String noun, List<String> names) {
    return noun + (names.size() == 1 ? " " : "s ") + String.join(", ", names);
  }
}
