package io.moulin.manifest;

import io.moulin.manifest.block.Field;
import io.moulin.manifest.block.Field.Block;
import io.moulin.manifest.model.ModelWords;
import io.moulin.manifest.yaml.YamlJson;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The reference of the manifests, generated from the declaration that also checks them. */
public final class ManifestReference {
  private ManifestReference() {}

  /** Which file of a project. */
  public enum Kind {
    /** {@code moulin.yml}. */
    PROJECT,
    /** {@code datasets/*.yml}. */
    DATASET,
    /** {@code tests/*.yml}. */
    TESTS,
    /** {@code generators/*.yml}. */
    GENERATOR,
    /** The header of {@code models/**.sql}. */
    MODEL,
    /** {@code seeds/*.yml}. */
    SEED,
    /** {@code checks/*.yml}. */
    CHECKS,
    /** The header of {@code checks/*.sql}. */
    CHECK;

    Block block() {
      return switch (this) {
        case PROJECT -> Vocabulary.PROJECT;
        case DATASET -> Vocabulary.DATASET;
        case TESTS -> FixtureWords.TESTS;
        case GENERATOR -> FixtureWords.GENERATOR;
        case MODEL -> ModelWords.MODEL;
        case SEED -> ModelWords.SEED;
        case CHECKS -> ModelWords.TABLE_CHECKS;
        case CHECK -> ModelWords.SINGULAR;
      };
    }
  }

  /** JSON Schema (draft 2020-12) for editors. */
  public static String jsonSchema(Kind kind) {
    return JsonSchemaText.of(kind.block());
  }

  /** The fields as Markdown tables. */
  public static String markdown(Kind kind) {
    StringBuilder text = new StringBuilder();
    Deque<Chapter> open = new ArrayDeque<>(List.of(new Chapter("", kind.block())));
    Set<String> done = new LinkedHashSet<>();
    while (!open.isEmpty()) {
      Chapter chapter = open.removeFirst();
      if (done.add(chapter.path())) {
        chapter(text, chapter);
        for (Field field : chapter.block().fields()) {
          if (field.block() != null) {
            open.addLast(new Chapter(chapter.path() + "." + field.name(), field.block()));
          }
        }
      }
    }
    return text.toString();
  }

  private record Chapter(String path, Block block) {
    String title() {
      return path.isEmpty() ? block.title() : path.substring(1);
    }
  }

  private static void chapter(StringBuilder text, Chapter chapter) {
    text.append(chapter.path().isEmpty() ? "# " : "\n## ").append('`').append(chapter.title());
    text.append("`\n\n").append(chapter.block().doc()).append("\n\n");
    text.append("| field | what it may be | when left out | meaning |\n|---|---|---|---|\n");
    for (Field field : chapter.block().fields()) {
      text.append("| `").append(field.name()).append("` | ").append(what(field)).append(" | ");
      text.append(leftOut(field)).append(" | ").append(cell(field.doc())).append(" |\n");
    }
  }

  private static String what(Field field) {
    String words =
        field.kind() == Field.Kind.OPTION
            ? "`" + String.join("`, `", field.options()) + "`"
            : cell(field.kind().words());
    return field.need() == Field.Need.SECRET ? words + ", never shown" : words;
  }

  private static String leftOut(Field field) {
    if (field.need() == Field.Need.REQUIRED) {
      return "an error";
    }
    if (!field.note().isEmpty()) {
      return cell(field.note());
    }
    String byDefault = field.byDefault();
    return byDefault == null || byDefault.isEmpty() ? "nothing" : "`" + byDefault + "`";
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }

  /** Writes a block of the vocabulary as JSON Schema. */
  private static final class JsonSchemaText {
    /** In moulin.yml and profiles a reference may stand for a value of any kind. */
    private static final String REFERENCE = "\\\\$\\\\{(env|file):[^}]+\\\\}";

    private static final String ROW = "\"type\": \"object\"";

    private final StringBuilder json = new StringBuilder();

    private final boolean references;

    private JsonSchemaText(boolean references) {
      this.references = references;
    }

    static String of(Block block) {
      JsonSchemaText text = new JsonSchemaText(block.equals(Vocabulary.PROJECT));
      text.json.append("{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n");
      text.json.append("  \"title\": ").append(quoted(block.title())).append(",\n  ");
      text.body(block, 1);
      text.json.append("\n}\n");
      return text.json.toString();
    }

    private void body(Block block, int depth) {
      String indent = "  ".repeat(depth);
      json.append("\"description\": ").append(quoted(block.doc())).append(",\n").append(indent);
      json.append("\"type\": \"object\",\n").append(indent);
      json.append("\"additionalProperties\": false,\n").append(indent);
      List<String> required =
          block.fields().stream()
              .filter(field -> field.need() == Field.Need.REQUIRED)
              .map(field -> quoted(field.name()))
              .toList();
      if (!required.isEmpty()) {
        json.append("\"required\": [").append(String.join(", ", required)).append("],\n");
        json.append(indent);
      }
      json.append("\"properties\": {");
      String separator = "\n";
      for (Field field : block.fields()) {
        json.append(separator).append(indent).append("  ").append(quoted(field.name()));
        json.append(": ");
        field(field, depth + 1);
        separator = ",\n";
      }
      json.append('\n').append(indent).append('}');
    }

    private void field(Field field, int depth) {
      String indent = "  ".repeat(depth);
      Block block = field.block();
      json.append('{');
      if (block != null && field.kind() == Field.Kind.BLOCKS) {
        json.append("\n").append(indent).append("  \"type\": \"array\",\n").append(indent);
        json.append("  \"items\": {\n").append(indent).append("    ");
        body(block, depth + 2);
        json.append('\n').append(indent).append("  }\n").append(indent).append('}');
        return;
      }
      if (block != null) {
        json.append('\n').append(indent).append("  ");
        body(block, depth + 1);
        json.append('\n').append(indent).append('}');
        return;
      }
      json.append("\"description\": ").append(quoted(field.doc())).append(", ");
      json.append(shape(field));
      String byDefault = field.byDefault();
      if (byDefault != null && !byDefault.isEmpty()) {
        json.append(", \"default\": ").append(value(field, byDefault));
      }
      json.append('}');
    }

    private String shape(Field field) {
      return switch (field.kind()) {
        case TEXT, TYPE, ZONE -> "\"type\": \"string\"";
        case BOOLEAN -> orReference("{\"type\": \"boolean\"}");
        case NUMBER -> orReference("{\"type\": \"integer\", \"minimum\": 0}");
        case COUNT -> orReference("{\"type\": \"integer\", \"minimum\": 1}");
        case DURATION, SPAN -> pattern("^[0-9]+ *(ms|s|m|h|d)$");
        case SIZE -> pattern("^[0-9]+ *([kKmMgGtT][iI]?)?[bB]$");
        case OPTION ->
            orReference(
                field.options().stream()
                    .map(JsonSchemaText::quoted)
                    .collect(Collectors.joining(", ", "{\"enum\": [", "]}")));
        case TEXTS -> "\"type\": \"array\", \"items\": {\"type\": \"string\"}";
        case VALUES -> "\"type\": \"array\"";
        case TEXT_MAP ->
            "\"type\": \"object\", \"additionalProperties\":"
                + " {\"type\": [\"string\", \"number\", \"boolean\"]}";
        case MOMENT -> pattern("^([+-][0-9]+ *(ms|s|m|h|d)|[0-9]{4}-.*Z)$");
        case RATE -> pattern("^[0-9]+(\\.[0-9]+)?/[smh]$");
        case SHARE -> pattern("^[0-9]+(\\.[0-9]+)? ?%$");
        case ROW -> ROW;
        case ROWS ->
            "\"anyOf\": [{\"type\": \"array\", \"items\": {%s}}, {\"type\": \"integer\", \"minimum\": 0}]"
                .formatted(ROW);
        case NAMED_ROWS -> ROW + ", \"additionalProperties\": {" + ROW + "}";
        case BLOCK, BLOCKS ->
            throw new IllegalArgumentException("Invalid field: " + field.name() + " has no block");
      };
    }

    private String pattern(String pattern) {
      return orReference("{\"type\": \"string\", \"pattern\": " + quoted(pattern) + "}");
    }

    private String orReference(String shape) {
      if (!references) {
        return shape.substring(1, shape.length() - 1);
      }
      return "\"anyOf\": ["
          + shape
          + ", {\"type\": \"string\", \"pattern\": \""
          + REFERENCE
          + "\"}]";
    }

    private static String value(Field field, String byDefault) {
      return switch (field.kind()) {
        case BOOLEAN, NUMBER, COUNT -> byDefault;
        case TEXTS -> "[" + quoted(byDefault) + "]";
        default -> quoted(byDefault);
      };
    }

    private static String quoted(String text) {
      return YamlJson.text(text);
    }
  }
}
