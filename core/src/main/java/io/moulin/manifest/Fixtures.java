package io.moulin.manifest;

import io.moulin.manifest.block.Field;
import io.moulin.manifest.block.Scalars;
import io.moulin.manifest.block.Section;
import io.moulin.manifest.block.Section.Text;
import io.moulin.manifest.block.Suggestions;
import io.moulin.manifest.yaml.Problems;
import io.moulin.manifest.yaml.YamlJson;
import io.moulin.manifest.yaml.YamlNode;
import io.moulin.manifest.yaml.YamlNode.Entry;
import io.moulin.manifest.yaml.YamlNode.Scalar;
import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DatasetReasons;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DatasetTables;
import io.moulin.spec.Layer;
import io.moulin.spec.Place;
import io.moulin.spec.TableSpec;
import io.moulin.spec.TableSpec.FieldSpec;
import io.moulin.spec.fixture.CaseSpec;
import io.moulin.spec.fixture.ExpectSpec;
import io.moulin.spec.fixture.ExpectSpec.Form;
import io.moulin.spec.fixture.ExpectSpec.RowSpec;
import io.moulin.spec.fixture.ExpectSpec.RowsSpec;
import io.moulin.spec.fixture.ExpectSpec.ValueSpec;
import io.moulin.spec.fixture.FixtureSpec;
import io.moulin.spec.fixture.GivenSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes cases of {@code tests/*.yml}, with every name in them checked against the dataset. */
final class Fixtures {
  private static final Instant FIRST = Instant.parse("2024-01-01T00:00:00Z");

  private final DatasetSpec dataset;
  private final Section file;
  private final Problems problems;
  private final List<String> wire;
  private final Map<String, Place> names = new HashMap<>();

  private Fixtures(DatasetSpec dataset, Section file, Problems problems) {
    this.dataset = dataset;
    this.file = file;
    this.problems = problems;
    this.wire = dataset.columns().stream().map(ColumnSpec::name).toList();
  }

  /** The cases of a file; where a mistake is reported, something may be missing in them. */
  static FixtureSpec read(Section file, DatasetSpec dataset, Problems problems) {
    Fixtures fixtures = new Fixtures(dataset, file, problems);
    for (Entry template : entries(file.raw("rows"))) {
      entries(template.value()).forEach(fixtures::wireColumn);
    }
    List<CaseSpec> cases = file.parts("cases").stream().map(fixtures::testCase).toList();
    return new FixtureSpec(dataset, cases, file.at());
  }

  private CaseSpec testCase(Section section) {
    String name = section.text("name");
    Place first = names.putIfAbsent(name, section.at("name"));
    if (first != null && section.has("name")) {
      problems.error(
          "duplicate-case",
          section.at("name"),
          "The case '" + name + "' is also at " + first,
          "a case is chosen and reported by its name",
          "rename one of them");
    }
    List<GivenSpec> given = new ArrayList<>();
    Instant at = FIRST;
    for (Section record : section.parts("given")) {
      Instant moment = record.has("at") ? Scalars.moment(record.text("at"), at) : at;
      at = moment == null ? at : moment;
      GivenSpec.Form form = rowed(record) ? GivenSpec.Form.ROW : GivenSpec.Form.RAW;
      given.add(new GivenSpec(at, partition(record), form, text(record), record.at()));
    }
    int restartAfter = section.has("restart-after") ? section.count("restart-after") : 0;
    if (restartAfter >= given.size() && restartAfter > 0) {
      problems.error(
          "restart-after-the-end",
          section.at("restart-after"),
          "The case has %d records; a restart after %d comes too late"
              .formatted(given.size(), restartAfter),
          "",
          given.size() < 2 ? "remove it" : "write 1 to " + (given.size() - 1));
    }
    ExpectSpec expect = expect(section.partOrEmpty("expect"));
    return new CaseSpec(name, given, restartAfter, expect, section.at());
  }

  private int partition(Section record) {
    long partition = record.number("partition");
    int partitions = dataset.source().partitions();
    if (partition >= partitions) {
      problems.error(
          "no-such-partition",
          record.at("partition"),
          "The topic has no partition " + partition,
          "source.partitions is " + partitions,
          "write 0 to " + (partitions - 1));
    }
    return (int) Math.min(partition, partitions - 1L);
  }

  private static boolean rowed(Section record) {
    return record.has("row") || record.has("like");
  }

  /** The record's text: raw, or the JSON of its row. */
  private String text(Section record) {
    boolean rowed = rowed(record);
    if (rowed == record.has("raw") && !record.broken("row") && !record.broken("raw")) {
      problems.error(
          rowed ? "row-and-raw" : "missing-field",
          record.at(),
          rowed ? "A record is a row and raw text at once" : "A record has neither row nor raw",
          "",
          rowed ? "leave one of them out" : "add row: {" + wire.get(0) + ": …}");
    }
    if (!rowed) {
      return record.text("raw");
    }
    Map<String, YamlNode> columns = new LinkedHashMap<>();
    for (Entry entry : entries(like(record))) {
      columns.put(entry.key().text(), entry.value());
    }
    for (Entry entry : entries(record.raw("row"))) {
      wireColumn(entry);
      columns.put(entry.key().text(), entry.value());
    }
    StringBuilder json = new StringBuilder("{");
    columns.forEach(
        (name, value) -> {
          json.append(json.length() == 1 ? "" : ",").append(YamlJson.text(name)).append(':');
          json.append(YamlJson.of(value, problems));
        });
    return json.append('}').toString();
  }

  private @Nullable YamlNode like(Section record) {
    Text like = record.given("like");
    if (like == null) {
      return null;
    }
    List<String> known = new ArrayList<>();
    for (Entry template : entries(file.raw("rows"))) {
      if (template.key().text().equals(like.text())) {
        return template.value();
      }
      known.add(template.key().text());
    }
    if (!file.broken("rows")) {
      problems.error(
          "unknown-row",
          like.at(),
          "There is no row '" + like.text() + "' in rows",
          "",
          known.isEmpty()
              ? "add rows: {" + like.text() + ": {" + wire.get(0) + ": …}} to the file"
              : Suggestions.fix(like.text(), known, "rows"));
    }
    return null;
  }

  private void wireColumn(Entry entry) {
    String name = entry.key().text();
    if (!wire.contains(name)) {
      problems.error(
          "unknown-column",
          entry.key().at(),
          "There is no column '" + name + "' on the wire of " + dataset.name(),
          "a misspelt column would be an undeclared field of the record",
          silverHint(name).orElseGet(() -> Suggestions.fix(name, wire, "columns"))
              + " A record with undeclared fields is written as raw: '{…}'");
    }
  }

  private Optional<String> silverHint(String name) {
    return dataset.columns().stream()
        .filter(column -> column.as().equals(name))
        .map(column -> "did you mean '" + column.name() + "'? That is its name on the wire.")
        .findFirst();
  }

  private ExpectSpec expect(Section section) {
    Map<Layer, RowsSpec> tables = new EnumMap<>(Layer.class);
    for (Layer layer : List.of(Layer.SILVER, Layer.QUARANTINE, Layer.LATE, Layer.DEAD_LETTERS)) {
      String field = Field.word(layer);
      YamlNode node = section.raw(field);
      if (node != null) {
        table(layer, section.at(field)).ifPresent(table -> tables.put(layer, rows(node, table)));
      }
    }
    String stops = section.text("stops");
    if (!stops.isEmpty() && !tables.isEmpty()) {
      problems.error(
          "useless-field",
          section.at("stops"),
          "A run that stops commits nothing, so there are no rows to expect",
          "",
          "leave out stops, or the rows");
    }
    return new ExpectSpec(
        tables,
        section.number("duplicates"),
        section.number("filtered"),
        section.number("late-dropped"),
        stops,
        section.at());
  }

  private Optional<TableSpec> table(Layer layer, Place at) {
    Optional<TableSpec> table =
        dataset.tables().stream().filter(each -> each.layer() == layer).findFirst();
    if (table.isEmpty()) {
      problems.error(
          "no-such-table",
          at,
          "The dataset " + dataset.name() + " has no table of late rows",
          "it has one with time.lateness.then: route",
          "flagged rows are in silver with %s: true, dropped ones are counted in late-dropped"
              .formatted(DatasetTables.IS_LATE));
    }
    return table;
  }

  private RowsSpec rows(YamlNode node, TableSpec table) {
    if (node instanceof Scalar scalar) {
      Long count = Scalars.number(scalar.text());
      return new RowsSpec(count == null ? 0 : count, List.of(), node.at());
    }
    List<RowSpec> rows = new ArrayList<>();
    if (node instanceof YamlNode.Items items) {
      for (YamlNode item : items.items()) {
        List<ValueSpec> values = new ArrayList<>();
        entries(item).forEach(entry -> values.add(value(entry, table)));
        rows.add(new RowSpec(values, item.at()));
      }
    }
    return new RowsSpec(rows.size(), rows, node.at());
  }

  private ValueSpec value(Entry entry, TableSpec table) {
    String column = entry.key().text();
    List<String> known = table.fields().stream().map(FieldSpec::name).toList();
    if (!known.contains(column)) {
      problems.error(
          "unknown-column",
          entry.key().at(),
          "There is no column '" + column + "' in " + table.fullName(),
          "",
          Suggestions.fix(column, known, "columns"));
    }
    YamlNode value = entry.value();
    if (column.equals(DatasetTables.REASON) && value instanceof Scalar scalar) {
      reason(scalar, DatasetReasons.of(dataset));
    } else if (column.equals(DatasetTables.REASONS) && value instanceof YamlNode.Items items) {
      for (YamlNode item : items.items()) {
        if (item instanceof Scalar scalar) {
          reason(scalar, DatasetReasons.of(dataset));
        }
      }
    }
    if (value instanceof Scalar scalar) {
      boolean nothing = scalar.kind() == YamlNode.Kind.NOTHING;
      return new ValueSpec(column, nothing ? null : scalar.text(), Form.SCALAR, value.at());
    }
    return new ValueSpec(column, YamlJson.of(value, problems), Form.JSON, value.at());
  }

  private void reason(Scalar reason, List<String> known) {
    if (!known.contains(reason.text())) {
      problems.error(
          "unknown-reason",
          reason.at(),
          "No row of " + dataset.name() + " can be quarantined for '" + reason.text() + "'",
          "",
          Suggestions.fix(reason.text(), known, "reasons"));
    }
  }

  private static List<Entry> entries(@Nullable YamlNode node) {
    return node instanceof YamlNode.Mapping mapping ? mapping.entries() : List.of();
  }
}
