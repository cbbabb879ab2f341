package io.moulin.manifest.block;

import io.moulin.manifest.block.Field.Block;
import io.moulin.manifest.yaml.YamlNode;
import io.moulin.spec.DataType;
import io.moulin.spec.Place;
import io.moulin.spec.TypeParser;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A block as the user filled it in. Holds only values that are valid by themselves: a field with a
 * mistake is reported and then left out, so that the checks that follow do not report it again.
 */
public final class Section {
  /** A value of a {@link Section}. */
  public sealed interface Value {
    Place at();
  }

  /**
   * A scalar.
   *
   * @param origin the variable or file that it came from; empty when it is written in place
   */
  public record Text(String text, Place at, String origin) implements Value {
    /** The text as a message may show it: what came from elsewhere may be secret. */
    public String shown() {
      return origin.isEmpty() ? "'" + VisibleText.of(text) + "'" : "what " + origin + " holds";
    }
  }

  /** A list of scalars. */
  public record Texts(List<Text> texts, Place at) implements Value {}

  /** A list of blocks. */
  public record Parts(List<Section> parts, Place at) implements Value {}

  /** Free names and their texts. */
  public record Pairs(Map<String, Text> pairs, Place at) implements Value {}

  /** A block. */
  public record Part(Section part, Place at) implements Value {}

  /** Whatever stands there: rows, which have fields of the user's own. */
  public record Raw(YamlNode node, Place at) implements Value {}

  private final Block block;
  private final Place at;
  private final Map<String, Value> values;
  private final Set<String> broken;

  /**
   * @param broken fields that were reported: left out, or not complete
   */
  public Section(Block block, Place at, Map<String, Value> values, Set<String> broken) {
    this.block = block;
    this.at = at;
    this.values = new LinkedHashMap<>(values);
    this.broken = Set.copyOf(broken);
  }

  public Block block() {
    return block;
  }

  public Place at() {
    return at;
  }

  /** Whether a field was reported, so that what it leaves out is known to be meant. */
  public boolean broken(String name) {
    return broken.contains(block.field(name).name());
  }

  public boolean has(String name) {
    return value(name) != null;
  }

  /** The place of a field's value, or of this section when it is not given. */
  public Place at(String name) {
    Value value = value(name);
    return value == null ? at : value.at();
  }

  public @Nullable Value value(String name) {
    Field unused = block.field(name);
    return values.get(name);
  }

  /** The text of a field or its default; empty when it has none of them. */
  public String text(String name) {
    String byDefault = block.field(name).byDefault();
    return value(name) instanceof Text text ? text.text() : byDefault == null ? "" : byDefault;
  }

  public @Nullable Text given(String name) {
    return value(name) instanceof Text text ? text : null;
  }

  public int count(String name) {
    return Math.toIntExact(number(name));
  }

  public long number(String name) {
    Long number = Scalars.number(text(name));
    return number == null ? 0 : number;
  }

  public boolean flag(String name) {
    return Boolean.parseBoolean(text(name));
  }

  public Duration duration(String name) {
    Duration duration = Scalars.duration(text(name));
    return duration == null ? Duration.ZERO : duration;
  }

  public double share(String name) {
    return Scalars.share(text(name));
  }

  public long size(String name) {
    Long size = Scalars.size(text(name));
    return size == null ? 0 : size;
  }

  /** The type of a field; null when it is not given. */
  public @Nullable DataType type(String name) {
    Text text = given(name);
    return text == null ? null : TypeParser.parse(text.text());
  }

  public <E extends Enum<E>> E option(String name, Class<E> type) {
    return Enum.valueOf(type, text(name).toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  public List<Text> texts(String name) {
    if (value(name) instanceof Texts texts) {
      return texts.texts();
    }
    String byDefault = block.field(name).byDefault();
    return byDefault == null ? List.of() : List.of(new Text(byDefault, at, ""));
  }

  public List<String> strings(String name) {
    return texts(name).stream().map(Text::text).toList();
  }

  public Map<String, Text> pairs(String name) {
    return value(name) instanceof Pairs pairs ? pairs.pairs() : Map.of();
  }

  public List<Section> parts(String name) {
    return value(name) instanceof Parts parts ? parts.parts() : List.of();
  }

  /** What a field holds as it was written; null when it is not given. */
  public @Nullable YamlNode raw(String name) {
    return value(name) instanceof Raw raw ? raw.node() : null;
  }

  /** A block within this one; null when it is not given. */
  public @Nullable Section part(String name) {
    return value(name) instanceof Part part ? part.part() : null;
  }

  /** A block within this one, or an empty one, so that its defaults can be read. */
  public Section partOrEmpty(String name) {
    Section part = part(name);
    Block inner = block.field(name).block();
    if (inner == null) {
      throw new IllegalArgumentException("Invalid block of " + block.title() + ": " + name);
    }
    return part == null
        ? new Section(inner, at, Map.of(), broken(name) ? Set.copyOf(inner.names()) : Set.of())
        : part;
  }

  /** This section with the fields of another on top: blocks field by field, lists as a whole. */
  public Section under(Section other) {
    Map<String, Value> merged = new LinkedHashMap<>(values);
    other.values.forEach(
        (name, over) -> {
          Value mine = values.get(name);
          if (mine instanceof Part a && over instanceof Part b) {
            merged.put(name, new Part(a.part().under(b.part()), b.at()));
          } else if (mine instanceof Pairs a && over instanceof Pairs b) {
            Map<String, Text> pairs = new LinkedHashMap<>(a.pairs());
            pairs.putAll(b.pairs());
            merged.put(name, new Pairs(pairs, b.at()));
          } else {
            merged.put(name, over);
          }
        });
    Set<String> reported = new HashSet<>(broken);
    reported.addAll(other.broken);
    return new Section(block, at, merged, reported);
  }
}
