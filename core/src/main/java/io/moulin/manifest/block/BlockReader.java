package io.moulin.manifest.block;

import io.moulin.manifest.block.Field.Block;
import io.moulin.manifest.block.Section.Text;
import io.moulin.manifest.block.Section.Value;
import io.moulin.manifest.yaml.Problems;
import io.moulin.manifest.yaml.YamlNode;
import io.moulin.spec.Place;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads nodes by the vocabulary: reports what does not belong, keeps what does. */
public final class BlockReader {
  private final Problems problems;
  private final @Nullable References references;

  /**
   * @param references how texts are resolved; null where they are taken as they are
   */
  public BlockReader(Problems problems, @Nullable References references) {
    this.problems = problems;
    this.references = references;
  }

  public Section read(Block block, YamlNode.Mapping mapping) {
    Map<String, Value> values = new LinkedHashMap<>();
    Set<String> broken = new HashSet<>();
    for (YamlNode.Entry entry : mapping.entries()) {
      String name = entry.key().text();
      if (block.has(name)) {
        int before = problems.errors();
        Value value = value(block.field(name), entry.value());
        if (value != null) {
          values.put(name, value);
        }
        if (problems.errors() != before) {
          broken.add(name);
        }
      } else {
        unknown(block, entry.key());
      }
    }
    for (Field field : block.fields()) {
      if (field.need() == Field.Need.REQUIRED && mapping.entry(field.name()) == null) {
        problems.error(
            "missing-field",
            mapping.at(),
            "Field '" + field.name() + "' is missing in " + block.title(),
            field.doc(),
            "add " + field.name() + ": " + example(field));
        broken.add(field.name());
      }
    }
    return new Section(block, mapping.at(), values, broken);
  }

  private void unknown(Block block, YamlNode.Scalar key) {
    String places =
        block.fields().stream()
            .filter(field -> field.block() != null && field.block().has(key.text()))
            .map(field -> "'" + field.name() + "." + key.text() + "'")
            .collect(Collectors.joining(" or "));
    String fix =
        places.isEmpty()
            ? Suggestions.fix(key.text(), block.names(), "known fields")
            : "did you mean " + places + "? It belongs in a block";
    problems.error(
        "unknown-field",
        key.at(),
        "Unknown field '" + key.text() + "' in " + block.title(),
        "a misspelt field would otherwise be ignored without a word",
        fix);
  }

  private @Nullable Value value(Field field, YamlNode node) {
    if (node instanceof YamlNode.Scalar s && s.kind() == YamlNode.Kind.NOTHING) {
      problems.error(
          "missing-value",
          node.at(),
          "Field '" + field.name() + "' has no value",
          s.text().isEmpty() ? "" : s.text() + " means no value in YAML",
          "give it " + field.kind().words() + ", or remove the line");
      return null;
    }
    return switch (field.kind()) {
      case BLOCK -> part(field, node);
      case BLOCKS -> parts(field, node);
      case TEXTS, VALUES -> texts(field, node);
      case TEXT_MAP -> pairs(field, node);
      case ROW, ROWS, NAMED_ROWS -> raw(field, node);
      default -> node instanceof YamlNode.Scalar s ? scalar(field, s) : wrong(field, node, "");
    };
  }

  private @Nullable Value part(Field field, YamlNode node) {
    if (node instanceof YamlNode.Mapping mapping) {
      return new Section.Part(read(inner(field), mapping), node.at());
    }
    return wrong(
        field, node, "write " + field.name() + ": {" + inner(field).names().get(0) + ": …}");
  }

  private @Nullable Value parts(Field field, YamlNode node) {
    if (!(node instanceof YamlNode.Items items)) {
      return wrong(field, node, "begin each entry with '- '");
    }
    List<Section> parts = new ArrayList<>();
    for (YamlNode item : items.items()) {
      if (item instanceof YamlNode.Mapping mapping) {
        parts.add(read(inner(field), mapping));
      } else {
        String first = inner(field).names().get(0);
        problems.error(
            "wrong-type",
            item.at(),
            "An entry of '"
                + field.name()
                + "' is "
                + item.words()
                + "; expected a block of fields",
            "",
            "write - {" + first + ": …}");
      }
    }
    if (parts.isEmpty() && items.items().isEmpty() && field.need() == Field.Need.REQUIRED) {
      empty(field, node.at());
    }
    return new Section.Parts(List.copyOf(parts), node.at());
  }

  private @Nullable Value texts(Field field, YamlNode node) {
    if (!(node instanceof YamlNode.Items items)) {
      String word = node instanceof YamlNode.Scalar s ? s.text() : "…";
      return wrong(field, node, "write " + field.name() + ": [" + word + "]");
    }
    List<Text> texts = new ArrayList<>();
    for (YamlNode item : items.items()) {
      if (item instanceof YamlNode.Scalar s && fits(field, s)) {
        Text text = resolve(s);
        if (text != null) {
          texts.add(text);
        }
      } else {
        problems.error(
            "wrong-type",
            item.at(),
            "An entry of '" + field.name() + "' is " + item.words() + "; expected text",
            "",
            item instanceof YamlNode.Scalar s ? quote(s) : "write a text");
      }
    }
    if (items.items().isEmpty() && field.need() == Field.Need.REQUIRED) {
      empty(field, node.at());
    }
    return new Section.Texts(List.copyOf(texts), node.at());
  }

  private static boolean fits(Field field, YamlNode.Scalar item) {
    return item.kind() == YamlNode.Kind.TEXT
        || (field.kind() == Field.Kind.VALUES && item.kind() != YamlNode.Kind.NOTHING);
  }

  private @Nullable Value pairs(Field field, YamlNode node) {
    if (!(node instanceof YamlNode.Mapping mapping)) {
      return wrong(field, node, "write " + field.name() + ": {name: value}");
    }
    Map<String, Text> pairs = new LinkedHashMap<>();
    for (YamlNode.Entry entry : mapping.entries()) {
      // Numbers and booleans are what clients' properties often are, and mean their own text.
      if (entry.value() instanceof YamlNode.Scalar s && s.kind() != YamlNode.Kind.NOTHING) {
        Text text = resolve(s);
        if (text != null) {
          pairs.put(entry.key().text(), text);
        }
      } else {
        problems.error(
            "wrong-type",
            entry.value().at(),
            "Property '" + entry.key().text() + "' is " + entry.value().words() + "; expected text",
            "",
            "give it one value; property names with dots are written in one piece");
      }
    }
    return new Section.Pairs(pairs, node.at());
  }

  /** Rows have columns of their own: only their shape is looked at here. */
  private @Nullable Value raw(Field field, YamlNode node) {
    boolean fits =
        switch (field.kind()) {
          case ROW -> node instanceof YamlNode.Mapping;
          case NAMED_ROWS ->
              node instanceof YamlNode.Mapping mapping
                  && mapping.entries().stream()
                      .allMatch(entry -> entry.value() instanceof YamlNode.Mapping);
          default ->
              node instanceof YamlNode.Items items
                  ? items.items().stream().allMatch(YamlNode.Mapping.class::isInstance)
                  : node instanceof YamlNode.Scalar s && countOf(s) != null;
        };
    String row = "{column: value, …}";
    String example =
        switch (field.kind()) {
          case ROW -> row;
          case NAMED_ROWS -> "{name: " + row + "}";
          default -> "[" + row + "], or a number";
        };
    return fits
        ? new Section.Raw(node, node.at())
        : wrong(field, node, "write " + field.name() + ": " + example);
  }

  private static @Nullable Long countOf(YamlNode.Scalar scalar) {
    Long number = Scalars.number(scalar.text());
    boolean counts = scalar.kind() == YamlNode.Kind.NUMBER && number != null && number >= 0;
    return counts ? number : null;
  }

  private @Nullable Value scalar(Field field, YamlNode.Scalar scalar) {
    Text text = resolve(scalar);
    if (text == null) {
      return null;
    }
    boolean inPlace = text.origin().isEmpty();
    boolean textual =
        switch (field.kind()) {
          case NUMBER, COUNT, BOOLEAN, DURATION, SPAN, SIZE -> false;
          default -> true;
        };
    if (textual && inPlace && scalar.kind() != YamlNode.Kind.TEXT) {
      return wrong(field, scalar, field.kind() == Field.Kind.TEXT ? quote(scalar) : "");
    }
    return Scalars.valid(field, text, problems) ? text : null;
  }

  private @Nullable Text resolve(YamlNode.Scalar scalar) {
    return references == null
        ? new Text(scalar.text(), scalar.at(), "")
        : references.resolve(scalar);
  }

  private @Nullable Value wrong(Field field, YamlNode node, String fix) {
    problems.error(
        "wrong-type",
        node.at(),
        "Field '" + field.name() + "' is " + node.words() + "; expected " + field.kind().words(),
        "",
        fix);
    return null;
  }

  private void empty(Field field, Place at) {
    problems.error(
        "empty-list",
        at,
        "Field '" + field.name() + "' is empty",
        field.doc(),
        "list at least one");
  }

  private static String example(Field field) {
    return switch (field.kind()) {
      case TEXTS, VALUES -> "[…]";
      case BLOCK -> "{" + inner(field).names().get(0) + ": …}";
      case BLOCKS -> "[{" + inner(field).names().get(0) + ": …}]";
      case TYPE -> "string";
      case DURATION -> "1h";
      case OPTION -> field.options().get(0);
      default -> "…";
    };
  }

  private static String quote(YamlNode.Scalar scalar) {
    return "quote it if the text is meant: \"" + scalar.text() + "\"";
  }

  private static Block inner(Field field) {
    if (field.block() == null) {
      throw new IllegalStateException("Cannot read " + field.name() + ": it declares no fields");
    }
    return field.block();
  }
}
