package io.moulin.load.file;

import com.fasterxml.jackson.core.io.NumberOutput;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes one JSON object after the other into the same bytes. */
public final class JsonText {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private byte[] bytes = new byte[1024];
  private int size;

  /** Begins anew. */
  public void clear() {
    size = 0;
  }

  /** What was written since. */
  public byte[] copy() {
    return Arrays.copyOf(bytes, size);
  }

  /** One character of JSON. */
  public void raw(char ascii) {
    room(1);
    bytes[size++] = (byte) ascii;
  }

  /** Bytes that are JSON already. */
  public void raw(byte[] ready) {
    room(ready.length);
    System.arraycopy(ready, 0, bytes, size, ready.length);
    size += ready.length;
  }

  /** Text that is JSON already. */
  public void raw(String json) {
    raw(json.getBytes(StandardCharsets.UTF_8));
  }

  /** A whole number. */
  public void number(long value) {
    room(20);
    size = NumberOutput.outputLong(value, bytes, size);
  }

  /** The shortest number that reads back as {@code value}; text when JSON has no such number. */
  public void number(double value) {
    if (NumberOutput.notFinite(value)) {
      text(Double.toString(value));
    } else {
      ascii(NumberOutput.toString(value, true));
    }
  }

  /** The shortest number that reads back as {@code value}; text when JSON has no such number. */
  public void number(float value) {
    if (NumberOutput.notFinite(value)) {
      text(Float.toString(value));
    } else {
      ascii(NumberOutput.toString(value, true));
    }
  }

  /** Text of one-byte characters that is JSON already. */
  public void ascii(String text) {
    int length = text.length();
    room(length);
    for (int i = 0; i < length; i++) {
      bytes[size++] = (byte) text.charAt(i);
    }
  }

  /** Text as a JSON string. */
  public void text(String text) {
    int length = text.length();
    room(length + 2);
    bytes[size++] = '"';
    for (int i = 0; i < length; i++) {
      // A character becomes at most six bytes; one stays for the quote at the end.
      if (bytes.length - size < 7) {
        room(Math.max(7, length - i));
      }
      char c = text.charAt(i);
      if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') {
        bytes[size++] = (byte) c;
      } else if (c < 0x80) {
        escape(c);
      } else if (Character.isHighSurrogate(c)
          && i + 1 < length
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        utf8(Character.toCodePoint(c, text.charAt(++i)));
      } else if (Character.isSurrogate(c)) {
        unicode(c);
      } else {
        utf8(c);
      }
    }
    bytes[size++] = '"';
  }

  private void escape(char c) {
    char letter =
        switch (c) {
          case '"' -> '"';
          case '\\' -> '\\';
          case '\n' -> 'n';
          case '\r' -> 'r';
          case '\t' -> 't';
          case '\b' -> 'b';
          case '\f' -> 'f';
          default -> 0;
        };
    if (letter == 0) {
      unicode(c);
    } else {
      bytes[size++] = '\\';
      bytes[size++] = (byte) letter;
    }
  }

  private void unicode(char c) {
    bytes[size++] = '\\';
    bytes[size++] = 'u';
    for (int shift = 12; shift >= 0; shift -= 4) {
      bytes[size++] = HEX[(c >> shift) & 0xf];
    }
  }

  private void utf8(int point) {
    if (point < 0x800) {
      bytes[size++] = (byte) (0xc0 | (point >> 6));
    } else {
      if (point < 0x10000) {
        bytes[size++] = (byte) (0xe0 | (point >> 12));
      } else {
        bytes[size++] = (byte) (0xf0 | (point >> 18));
        bytes[size++] = (byte) (0x80 | ((point >> 12) & 0x3f));
      }
      bytes[size++] = (byte) (0x80 | ((point >> 6) & 0x3f));
    }
    bytes[size++] = (byte) (0x80 | (point & 0x3f));
  }

  private void room(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(size + more, 2 * bytes.length));
    }
  }

  /** The name of a JSON field with its quotes and colon, ready to be written for every row. */
  public static final class Field {
    private final byte[] bytes;

    /** The field of that name. */
    public Field(String name) {
      JsonText text = new JsonText();
      text.text(name);
      text.raw(':');
      bytes = text.copy();
    }

    /** Writes the name. */
    public void appendTo(JsonText json) {
      json.raw(bytes);
    }
  }
}
