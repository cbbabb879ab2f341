package io.moulin.manifest.yaml;

import io.moulin.spec.Place;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a YAML file says, with places. */
public sealed interface YamlNode {
  Place at();

  /** What it is, in words for a user. */
  String words();

  /** What an unquoted scalar is taken for by YAML 1.2; quoted ones are always text. */
  public enum Kind {
    TEXT,
    NUMBER,
    BOOLEAN,
    NOTHING
  }

  /** A scalar. */
  record Scalar(String text, Kind kind, Place at) implements YamlNode {
    @Override
    public String words() {
      return switch (kind) {
        case TEXT -> "the text '" + text + "'";
        case NUMBER -> "the number " + text;
        case BOOLEAN -> "the boolean " + text;
        case NOTHING -> text.isEmpty() ? "empty" : "the null value " + text;
      };
    }
  }

  /** A sequence. */
  record Items(List<YamlNode> items, Place at) implements YamlNode {
    @Override
    public String words() {
      return "a list";
    }
  }

  /** A mapping, in the order of the file, each key once. */
  record Mapping(List<Entry> entries, Place at) implements YamlNode {
    @Override
    public String words() {
      return "a block of fields";
    }

    public @Nullable Entry entry(String key) {
      for (Entry entry : entries) {
        if (entry.key().text().equals(key)) {
          return entry;
        }
      }
      return null;
    }
  }

  /** A field of a {@link Mapping}. */
  record Entry(Scalar key, YamlNode value) {}
}
