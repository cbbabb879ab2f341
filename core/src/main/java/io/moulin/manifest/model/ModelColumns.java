package io.moulin.manifest.model;

import io.moulin.manifest.block.Names;
import io.moulin.manifest.block.Section;
import io.moulin.manifest.block.Section.Text;
import io.moulin.manifest.block.Suggestions;
import io.moulin.manifest.yaml.Problems;
import io.moulin.spec.model.ModelColumnSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The columns that a model or seed declares.
 *
 * @param all in the order in which they are declared
 */
record ModelColumns(List<ModelColumnSpec> all, Problems problems) {

  static ModelColumns of(Section section, Problems problems) {
    List<ModelColumnSpec> columns = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Section column : section.parts("columns")) {
      String name = column.text("name");
      if (column.has("name") && !seen.add(name.toLowerCase(Locale.ROOT))) {
        problems.error(
            "duplicate-column",
            column.at("name"),
            "The column '" + name + "' is declared twice",
            "capitals make no difference",
            "remove one of them");
      } else if (column.has("name") && !Names.identifier(name)) {
        problems.error(
            "invalid-name",
            column.at("name"),
            "'" + name + "' cannot name a column",
            "a name is letters, digits and _, and begins with no digit",
            "choose another name");
      }
      columns.add(new ModelColumnSpec(name, column.type("type"), column.text("doc"), column.at()));
    }
    return new ModelColumns(List.copyOf(columns), problems);
  }

  /** Reports names of a list that no column has. */
  void known(Section section, String field) {
    List<String> names = all.stream().map(ModelColumnSpec::name).toList();
    for (Text name : section.texts(field)) {
      if (!names.contains(name.text())) {
        problems.error(
            "unknown-column",
            name.at(),
            "There is no column '" + name.text() + "'",
            "",
            Suggestions.fix(name.text(), names, "columns"));
      }
    }
  }
}
