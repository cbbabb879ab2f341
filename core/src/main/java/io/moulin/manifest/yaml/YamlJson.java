package io.moulin.manifest.yaml;

import io.moulin.manifest.yaml.YamlNode.Entry;
import io.moulin.manifest.yaml.YamlNode.Scalar;
import java.util.Locale;
import java.util.regex.Pattern;

/** What is written in YAML, as JSON. */
public final class YamlJson {
  private static final Pattern NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

  private final StringBuilder json = new StringBuilder();
  private final Problems problems;

  private YamlJson(Problems problems) {
    this.problems = problems;
  }

  /** The node as JSON; a number that JSON cannot write is reported. */
  public static String of(YamlNode node, Problems problems) {
    YamlJson text = new YamlJson(problems);
    text.append(node);
    return text.json.toString();
  }

  /** A text as JSON writes it. */
  public static String text(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ') {
        quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  private void append(YamlNode node) {
    if (node instanceof Scalar scalar) {
      scalar(scalar);
    } else if (node instanceof YamlNode.Items items) {
      String separator = "[";
      for (YamlNode item : items.items()) {
        json.append(separator);
        append(item);
        separator = ",";
      }
      json.append(items.items().isEmpty() ? "[]" : "]");
    } else if (node instanceof YamlNode.Mapping mapping) {
      String separator = "{";
      for (Entry entry : mapping.entries()) {
        json.append(separator).append(text(entry.key().text())).append(':');
        append(entry.value());
        separator = ",";
      }
      json.append(mapping.entries().isEmpty() ? "{}" : "}");
    }
  }

  private void scalar(Scalar scalar) {
    switch (scalar.kind()) {
      case TEXT -> json.append(text(scalar.text()));
      case NOTHING -> json.append("null");
      case BOOLEAN -> json.append(scalar.text().toLowerCase(Locale.ROOT));
      case NUMBER -> {
        if (!NUMBER.matcher(scalar.text()).matches()) {
          problems.error(
              "invalid-number",
              scalar.at(),
              "JSON cannot write the number " + scalar.text(),
              "records are JSON",
              "write it in digits, such as 0.5; or quote it if the text is meant");
        }
        json.append(scalar.text());
      }
    }
  }
}
