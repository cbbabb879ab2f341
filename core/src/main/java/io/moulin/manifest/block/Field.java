package io.moulin.manifest.block;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One field of the vocabulary, declared once: what is checked, what stands in for it, and what the
 * reference and the editors' schema say of it.
 *
 * @param byDefault what stands in when it is left out; null when nothing does
 * @param note in words, what stands in when that depends on other fields
 * @param options the words that it may be; empty when not restricted
 * @param block the fields within it; null unless it has some
 */
public record Field(
    String name,
    Kind kind,
    String doc,
    @Nullable String byDefault,
    String note,
    Need need,
    List<String> options,
    @Nullable Block block) {

  /** What a field may be. */
  public enum Kind {
    TEXT("text"),
    BOOLEAN("true or false"),
    /** A whole number from 0. */
    NUMBER("a whole number from 0"),
    /** A whole number from 1. */
    COUNT("a whole number from 1"),
    DURATION("a duration such as 30s, 5m, 1h, 3d or 500ms"),
    /** A duration longer than nothing. */
    SPAN("a duration such as 30s, 5m, 1h, 3d or 500ms, more than zero"),
    SIZE("a size such as 64MB"),
    TYPE("a type such as long or decimal(10,2)"),
    ZONE("a time zone such as UTC or Europe/Vienna"),
    OPTION("one of a few words"),
    TEXTS("a list of texts"),
    /** Scalars of any kind, taken as their text. */
    VALUES("a list of values"),
    TEXT_MAP("a block of names and texts"),
    BLOCK("a block of fields"),
    BLOCKS("a list of blocks of fields"),
    MOMENT("a time such as 2024-01-01T10:00:00Z, or +30s after the one before"),
    RATE("a number of rows in a time such as 10/s, 30/m or 5/h"),
    SHARE("a share such as 2% or 0.5%"),
    /** Names of columns with values of any kind. */
    ROW("a block of columns and values"),
    ROWS("a list of rows, or their number"),
    NAMED_ROWS("a block of names and rows");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** What a value of this kind is, for people. */
    public String words() {
      return words;
    }
  }

  /** What is special about its value. */
  public enum Need {
    OPTIONAL,
    REQUIRED,
    /** Its value is never shown. */
    SECRET
  }

  public Field {
    options = List.copyOf(options);
  }

  public static Field field(String name, Kind kind, String doc) {
    return new Field(name, kind, doc, null, "", Need.OPTIONAL, List.of(), null);
  }

  public static Field text(String name, String doc) {
    return field(name, Kind.TEXT, doc);
  }

  /** A field whose options are the words of an enum. */
  public static Field option(String name, Enum<?>[] options, String doc) {
    List<String> words = Arrays.stream(options).map(Field::word).toList();
    return new Field(name, Kind.OPTION, doc, null, "", Need.OPTIONAL, words, null);
  }

  public static Field block(String name, Block block, String doc) {
    return new Field(name, Kind.BLOCK, doc, null, "", Need.OPTIONAL, List.of(), block);
  }

  public static Field blocks(String name, Block block, String doc) {
    return new Field(name, Kind.BLOCKS, doc, null, "", Need.OPTIONAL, List.of(), block);
  }

  public Field required() {
    return new Field(name, kind, doc, byDefault, note, Need.REQUIRED, options, block);
  }

  public Field secret() {
    return new Field(name, kind, doc, byDefault, note, Need.SECRET, options, block);
  }

  public Field or(String standIn) {
    return new Field(name, kind, doc, standIn, note, need, options, block);
  }

  public Field orElse(String words) {
    return new Field(name, kind, doc, byDefault, words, need, options, block);
  }

  /** The word by which users name a constant: {@code SOME_THING} is {@code some-thing}. */
  public static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Fields that stand together.
   *
   * @param title what a user calls it, for example {@code source}
   */
  public record Block(String title, String doc, List<Field> fields) {
    public Block {
      fields = List.copyOf(fields);
    }

    public static Block of(String title, String doc, Field... fields) {
      return new Block(title, doc, List.of(fields));
    }

    public List<String> names() {
      return fields.stream().map(Field::name).toList();
    }

    public boolean has(String name) {
      return names().contains(name);
    }

    public Field field(String name) {
      for (Field field : fields) {
        if (field.name().equals(name)) {
          return field;
        }
      }
      throw new IllegalArgumentException("Invalid field of " + title + ": " + name);
    }
  }
}
