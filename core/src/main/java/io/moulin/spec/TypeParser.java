package io.moulin.spec;

import io.moulin.spec.DataType.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads a type as users write it: {@code decimal(10,2)}, {@code list<struct<a: int, b: string>>}.
 */
public final class TypeParser {
  private static final int MAX_DEPTH = 16;

  private final String text;
  private int at;
  private int depth;

  private TypeParser(String text) {
    this.text = text;
  }

  /**
   * The type that {@code text} names.
   *
   * @throws IllegalArgumentException if it names none; the message says what was expected
   */
  public static DataType parse(String text) {
    TypeParser parser = new TypeParser(text);
    DataType type = parser.type();
    parser.skipSpace();
    if (parser.at < text.length()) {
      throw parser.invalid("nothing more after position " + parser.at);
    }
    return type;
  }

  private DataType type() {
    if (++depth > MAX_DEPTH) {
      throw invalid("at most " + MAX_DEPTH + " types within each other");
    }
    String word = word("a type name").toLowerCase(Locale.ROOT);
    DataType type =
        switch (word) {
          case "decimal" -> decimal();
          case "list" -> list();
          case "map" -> map();
          case "struct" -> struct();
          default -> scalar(word);
        };
    depth--;
    return type;
  }

  private Scalar scalar(String word) {
    for (Scalar scalar : Scalar.values()) {
      if (scalar.toString().equals(word)) {
        return scalar;
      }
    }
    throw new IllegalArgumentException("Invalid type: " + text);
  }

  private DataType decimal() {
    expect('(');
    int precision = number();
    expect(',');
    int scale = number();
    expect(')');
    return new DataType.Decimal(precision, scale);
  }

  private DataType list() {
    expect('<');
    DataType element = type();
    expect('>');
    return new DataType.ListOf(element);
  }

  private DataType map() {
    expect('<');
    DataType key = type();
    expect(',');
    DataType value = type();
    expect('>');
    if (key.nested()) {
      throw invalid("a scalar as the key of a map");
    }
    return new DataType.MapOf(key, value);
  }

  private DataType struct() {
    expect('<');
    List<DataType.Field> fields = new ArrayList<>();
    do {
      String name = word("a field name");
      if (fields.stream().anyMatch(field -> field.name().equalsIgnoreCase(name))) {
        throw invalid("each field of a struct once, not '" + name + "' twice");
      }
      expect(':');
      fields.add(new DataType.Field(name, type()));
    } while (accept(','));
    expect('>');
    return new DataType.Struct(fields);
  }

  private int number() {
    String word = word("a number");
    try {
      return Integer.parseInt(word);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(invalid("a number instead of " + word).getMessage(), e);
    }
  }

  private String word(String what) {
    skipSpace();
    int start = at;
    while (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
      at++;
    }
    if (at == start) {
      throw invalid(what + " at position " + start);
    }
    return text.substring(start, at);
  }

  private void expect(char c) {
    if (!accept(c)) {
      throw invalid("'" + c + "' at position " + at);
    }
  }

  private boolean accept(char c) {
    skipSpace();
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private void skipSpace() {
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
  }

  private IllegalArgumentException invalid(String expected) {
    return new IllegalArgumentException("Invalid type '" + text + "': expected " + expected);
  }
}
