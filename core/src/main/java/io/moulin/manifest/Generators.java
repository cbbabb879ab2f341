package io.moulin.manifest;

import io.moulin.manifest.block.Field;
import io.moulin.manifest.block.Names;
import io.moulin.manifest.block.Scalars;
import io.moulin.manifest.block.Section;
import io.moulin.manifest.block.Section.Text;
import io.moulin.manifest.block.Suggestions;
import io.moulin.manifest.yaml.Problems;
import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DatasetReasons;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.RuleSpec;
import io.moulin.spec.generate.GeneratorSpec;
import io.moulin.spec.generate.GeneratorSpec.FaultSpec;
import io.moulin.spec.generate.GeneratorSpec.Outcome;
import io.moulin.spec.generate.GeneratorSpec.ShapeSpec;
import io.moulin.spec.generate.GeneratorSpec.SqlSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes generators of {@code generators/*.yml}, with every name in them checked. */
final class Generators {
  private final DatasetSpec dataset;
  private final Section file;
  private final Problems problems;
  private final List<String> wire;
  private final List<String> outcomes = new ArrayList<>();

  private Generators(DatasetSpec dataset, Section file, Problems problems) {
    this.dataset = dataset;
    this.file = file;
    this.problems = problems;
    this.wire = dataset.columns().stream().map(ColumnSpec::name).toList();
    Arrays.stream(Outcome.values()).map(Field::word).forEach(outcomes::add);
    outcomes.addAll(DatasetReasons.of(dataset));
    dataset.rules().stream()
        .map(RuleSpec::name)
        .filter(name -> !outcomes.contains(name))
        .forEach(outcomes::add);
  }

  /** The generator of a file; where a mistake is reported, something may be missing in it. */
  static GeneratorSpec read(Section file, DatasetSpec dataset, Problems problems) {
    return new Generators(dataset, file, problems).read();
  }

  private GeneratorSpec read() {
    List<SqlSpec> lets = new ArrayList<>();
    Set<String> names = new HashSet<>(List.of("n", "moment", "payload"));
    for (Section let : file.parts("let")) {
      String name = let.text("name");
      if (let.has("name")
          && (!Names.identifier(name) || name.startsWith("_") || !names.add(name))) {
        problems.error(
            "invalid-name",
            let.at("name"),
            "'" + name + "' cannot name a value here",
            "it is in use, or no word of letters and digits",
            "choose another name");
      }
      lets.add(new SqlSpec(name, let.text("sql"), let.at("sql")));
    }
    List<ShapeSpec> shapes = new ArrayList<>();
    Set<String> shapeNames = new HashSet<>();
    for (Section shape : file.parts("shapes")) {
      once(shapeNames, shape, "shape");
      shapes.add(
          new ShapeSpec(
              shape.text("name"), shape.count("weight"), columns(shape, "row"), shape.at()));
    }
    List<FaultSpec> faults = new ArrayList<>();
    Set<String> faultNames = new HashSet<>();
    for (Section fault : file.parts("faults")) {
      once(faultNames, fault, "fault");
      faults.add(fault(fault, shapes));
    }
    double share = faults.stream().mapToDouble(FaultSpec::share).sum();
    if (share > 1) {
      problems.error(
          "too-many-faults",
          file.at("faults"),
          "The faults come to more than 100 % of the rows",
          "a row has one fault at most",
          "make their rates smaller");
    }
    Instant start = Scalars.moment(file.text("start"), Instant.EPOCH);
    return new GeneratorSpec(
        dataset,
        file.number("seed"),
        start == null ? Instant.EPOCH : start,
        Scalars.rate(file.text("rate")),
        lets,
        shapes,
        faults,
        file.at());
  }

  private void once(Set<String> seen, Section section, String what) {
    if (section.has("name") && !seen.add(section.text("name"))) {
      problems.error(
          "duplicate-name",
          section.at("name"),
          "There are two of the name '" + section.text("name") + "'",
          "a " + what + " is reported by its name",
          "rename one of them");
    }
  }

  private FaultSpec fault(Section fault, List<ShapeSpec> shapes) {
    List<String> names = shapes.stream().map(ShapeSpec::name).toList();
    for (Text shape : fault.texts("shapes")) {
      unknown(shape, names, "unknown-shape", "There is no shape '" + shape.text() + "'", "shapes");
    }
    Text expect = fault.given("expect");
    if (expect != null) {
      String what = "No row of %s can end as '%s'".formatted(dataset.name(), expect.text());
      unknown(expect, outcomes, "unknown-outcome", what, "outcomes");
    }
    List<SqlSpec> set = columns(fault, "set");
    for (SqlSpec column : set) {
      for (ShapeSpec shape : shapes) {
        boolean meant = !fault.has("shapes") || fault.strings("shapes").contains(shape.name());
        boolean has = shape.row().stream().anyMatch(each -> each.name().equals(column.name()));
        if (meant && !has && wire.contains(column.name())) {
          problems.error(
              "unknown-column",
              column.at(),
              "Shape '%s' has no column '%s' to be set".formatted(shape.name(), column.name()),
              "",
              "add the column to the shape, or name with shapes: in which the fault is planted");
        }
      }
    }
    Text raw = fault.given("raw");
    int does = (set.isEmpty() ? 0 : 1) + (raw == null ? 0 : 1) + (fault.has("copy-of") ? 1 : 0);
    if (does != 1 && !fault.broken("set") && !fault.broken("copy-of")) {
      problems.error(
          "no-such-fault",
          fault.at(),
          "A fault does one of: set, raw, copy-of; this one does " + (does == 0 ? "nothing" : does),
          "",
          does == 0 ? "add set: {" + wire.get(0) + ": \"NULL\"}" : "make it two faults");
    }
    return new FaultSpec(
        fault.text("name"),
        Scalars.share(fault.text("rate")),
        fault.strings("shapes"),
        set,
        raw == null ? null : new SqlSpec("raw", raw.text(), raw.at()),
        fault.has("copy-of") ? fault.count("copy-of") : 0,
        fault.text("expect"),
        fault.at());
  }

  private List<SqlSpec> columns(Section section, String field) {
    List<SqlSpec> columns = new ArrayList<>();
    for (Map.Entry<String, Text> column : section.pairs(field).entrySet()) {
      Text name = new Text(column.getKey(), column.getValue().at(), "");
      String what = "There is no column '%s' on the wire of %s";
      unknown(name, wire, "unknown-column", what.formatted(name.text(), dataset.name()), "columns");
      columns.add(new SqlSpec(name.text(), column.getValue().text(), column.getValue().at()));
    }
    return columns;
  }

  private void unknown(Text word, List<String> known, String code, String what, String label) {
    if (!known.contains(word.text())) {
      problems.error(code, word.at(), what, "", Suggestions.fix(word.text(), known, label));
    }
  }
}
