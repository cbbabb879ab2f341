package io.moulin.load.file;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DataType;
import io.moulin.spec.DataType.Scalar;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Text as the JSON value of a column's type on the wire. Text that does not fit becomes a JSON
 * string: the job quarantines it, and nothing is guessed.
 */
public final class WireText {
  private static final JsonFactory JSON = new JsonFactory();

  private enum Form {
    NUMBER,
    BOOLEAN,
    NESTED,
    TEXT
  }

  private final Form form;
  private final Set<String> nulls;

  public WireText(@Nullable ColumnSpec column, List<String> nulls) {
    this.form = column == null ? Form.TEXT : form(column.type());
    this.nulls = new HashSet<>(nulls);
  }

  private static Form form(DataType type) {
    if (type.nested()) {
      return Form.NESTED;
    }
    if (type instanceof Scalar scalar) {
      return switch (scalar) {
        case INT, LONG, FLOAT, DOUBLE -> Form.NUMBER;
        case BOOLEAN -> Form.BOOLEAN;
        case STRING, DATE, TIME, TIMESTAMP, TIMESTAMPTZ, BINARY, UUID -> Form.TEXT;
      };
    }
    return Form.NUMBER;
  }

  /** Appends {@code text}. No text, and what the manifest calls null, is null where it can be. */
  public void append(JsonText json, String text, ColumnForm column) {
    if (column == ColumnForm.NOT_TEXT && (text.isEmpty() || nulls.contains(text))) {
      json.ascii("null");
      return;
    }
    switch (form) {
      case NUMBER -> {
        if (isNumber(text)) {
          json.ascii(text);
        } else {
          json.text(text);
        }
      }
      case BOOLEAN -> {
        if (text.equalsIgnoreCase("true")) {
          json.ascii("true");
        } else if (text.equalsIgnoreCase("false")) {
          json.ascii("false");
        } else {
          json.text(text);
        }
      }
      case NESTED -> {
        if (isNested(text)) {
          json.raw(text);
        } else {
          json.text(text);
        }
      }
      case TEXT -> json.text(text);
    }
  }

  /** Whether an empty text is a value of the column. */
  public enum ColumnForm {
    TEXT,
    NOT_TEXT;

    static ColumnForm of(@Nullable ColumnSpec column) {
      return column == null || column.type() == Scalar.STRING ? TEXT : NOT_TEXT;
    }
  }

  /** Whether {@code text} is a number as JSON writes it. */
  public static boolean isNumber(String text) {
    int at = text.startsWith("-") ? 1 : 0;
    int whole = digits(text, at);
    if (whole == at || (text.charAt(at) == '0' && whole > at + 1)) {
      return false;
    }
    at = whole;
    if (at < text.length() && text.charAt(at) == '.') {
      int fraction = digits(text, at + 1);
      if (fraction == at + 1) {
        return false;
      }
      at = fraction;
    }
    if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      at++;
      if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
        at++;
      }
      int exponent = digits(text, at);
      if (exponent == at) {
        return false;
      }
      at = exponent;
    }
    return at == text.length();
  }

  private static int digits(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at;
  }

  private static boolean isNested(String text) {
    return isNested(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Whether {@code text} is one JSON object or array. */
  public static boolean isNested(byte[] text) {
    try (JsonParser parser = JSON.createParser(text)) {
      JsonToken first = parser.nextToken();
      if (first != JsonToken.START_ARRAY && first != JsonToken.START_OBJECT) {
        return false;
      }
      parser.skipChildren();
      return parser.nextToken() == null;
    } catch (IOException e) {
      // Not JSON: then it is text, and the job says what is wrong with it.
      return false;
    }
  }
}
