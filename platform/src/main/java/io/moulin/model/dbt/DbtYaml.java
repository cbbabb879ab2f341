package io.moulin.model.dbt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** A tree as YAML, a line for each value. */
final class DbtYaml {
  /** Text that means itself without quotes. */
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z_](?:[A-Za-z0-9_ ,./()';-]*[A-Za-z0-9_.)'])?");

  private static final Set<String> WORDS =
      Set.of("true", "false", "null", "yes", "no", "on", "off", "y", "n");

  private DbtYaml() {}

  static String of(JsonNode tree) {
    StringBuilder out = new StringBuilder();
    append(tree, 0, out);
    return out.toString();
  }

  private static void append(JsonNode tree, int depth, StringBuilder out) {
    if (tree.isObject()) {
      for (Map.Entry<String, JsonNode> field : tree.properties()) {
        out.append("  ".repeat(depth)).append(scalar(TextNode.valueOf(field.getKey()))).append(':');
        value(field.getValue(), depth, out);
      }
    } else {
      for (JsonNode each : tree) {
        String indent = "  ".repeat(depth);
        if (each.isContainerNode() && !each.isEmpty()) {
          int begin = out.length();
          append(each, depth + 1, out);
          out.replace(begin, begin + indent.length() + 2, indent + "- ");
        } else {
          out.append(indent).append('-');
          value(each, depth, out);
        }
      }
    }
  }

  private static void value(JsonNode value, int depth, StringBuilder out) {
    if (value.isContainerNode() && !value.isEmpty()) {
      out.append('\n');
      append(value, depth + 1, out);
    } else {
      out.append(' ').append(value.isTextual() ? scalar(value) : value.toString()).append('\n');
    }
  }

  private static String scalar(JsonNode text) {
    String value = text.textValue();
    return PLAIN.matcher(value).matches() && !WORDS.contains(value.toLowerCase(Locale.ROOT))
        ? value
        : text.toString();
  }
}
