package io.moulin.decode;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.moulin.decode.Undecodable.Kind;
import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DatasetSpec.UnknownFields;
import io.moulin.spec.TimeSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a record that is one JSON object, as RFC 8259 defines it, in UTF-8. What the standard
 * leaves open is refused where it could lose data without a word: a field that appears twice, half
 * a surrogate pair.
 */
public final class JsonDecoder implements Decoder {
  /** Nesting that no honest record has, and that costs no stack worth speaking of. */
  private static final int MAX_DEPTH = 500;

  private static final int MAX_STRING_CHARS = 20_000_000;
  private static final int MAX_NUMBER_CHARS = 1_000;

  /** A stream that is not plain is tried again after so many records at most. */
  private static final int MOST_SKIPPED = 1 << 12;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(MAX_STRING_CHARS)
                  .maxNumberLength(MAX_NUMBER_CHARS)
                  .build())
          .build();

  private final JsonColumn[] columns;
  private final @Nullable NestedJson[] nested;
  private final Map<String, Integer> indexOf = new HashMap<>();
  private final String[] quotedNames;
  private final boolean keepUnknown;
  private final boolean[] seen;
  private final Set<String> unknownSeen = new HashSet<>();
  final PlainJson plain;
  private int skipped;
  private int toSkip;

  public JsonDecoder(DatasetSpec dataset) {
    List<ColumnSpec> specs = dataset.columns();
    TimeSpec time = dataset.time();
    List<String> formats = time == null ? List.of("iso") : time.formats();
    ZoneId zone = time == null ? ZoneOffset.UTC : time.zone();
    columns = new JsonColumn[specs.size()];
    nested = new NestedJson[specs.size()];
    quotedNames = new String[specs.size()];
    seen = new boolean[specs.size()];
    Set<String> nulls = Set.copyOf(dataset.nulls());
    TimeFormats[] allTimes = new TimeFormats[specs.size()];
    for (int i = 0; i < columns.length; i++) {
      ColumnSpec spec = specs.get(i);
      TimeFormats times =
          new TimeFormats(spec.formats().isEmpty() ? formats : spec.formats(), zone);
      allTimes[i] = times;
      columns[i] = new JsonColumn(spec.name(), spec.type(), times, nulls);
      nested[i] = spec.type().nested() ? new NestedJson(spec.type(), times) : null;
      quotedNames[i] = quote(spec.name());
      indexOf.put(spec.name(), i);
    }
    plain = new PlainJson(specs, quotedNames, allTimes, nulls);
    keepUnknown = dataset.unknownFields() != UnknownFields.IGNORE;
  }

  @Override
  public @Nullable Undecodable decode(byte @Nullable [] payload, DecodedRows row) {
    row.clear();
    if (payload == null || payload.length == 0) {
      return new Undecodable(
          Kind.EMPTY, payload == null ? "the record has no value" : "the record has no bytes");
    }
    return plainly(payload, row) ? null : parse(payload, row);
  }

  /** Where one record after the other is not plain, most are not even tried. */
  private boolean plainly(byte[] payload, DecodedRows row) {
    if (toSkip > 0) {
      toSkip--;
      return false;
    }
    boolean read = plain.read(payload, row);
    skipped = read ? 0 : Math.min(MOST_SKIPPED, skipped * 2 + 1);
    toSkip = read ? 0 : skipped - 1;
    return read;
  }

  /** Decodes any record, which is not empty, by the parser. */
  @Nullable Undecodable parse(byte[] payload, DecodedRows row) {
    row.clear();
    if (notUtf8(payload)) {
      return new Undecodable(Kind.INVALID_UNICODE, "the text is not UTF-8 but UTF-16 or UTF-32");
    }
    try (JsonParser parser = FACTORY.createParser(payload)) {
      return readObject(parser, payload, row);
    } catch (Refused e) {
      return e.reason;
    } catch (StreamConstraintsException e) {
      return undecodable(Kind.LIMIT_EXCEEDED, e);
    } catch (JsonParseException e) {
      boolean unicode = e.getOriginalMessage().startsWith("Invalid UTF-8");
      return undecodable(unicode ? Kind.INVALID_UNICODE : Kind.MALFORMED_JSON, e);
    } catch (IOException e) {
      return new Undecodable(Kind.MALFORMED_JSON, String.valueOf(e.getMessage()));
    }
  }

  private @Nullable Undecodable readObject(JsonParser parser, byte[] payload, DecodedRows row)
      throws IOException {
    JsonToken first = parser.nextToken();
    if (first != JsonToken.START_OBJECT) {
      if (first == null) {
        return new Undecodable(Kind.EMPTY, "the record is only white space");
      }
      parser.skipChildren();
      parser.finishToken();
      if (parser.nextToken() != null) {
        return new Undecodable(Kind.MALFORMED_JSON, "text after the end of the value" + at(parser));
      }
      return new Undecodable(Kind.NOT_AN_OBJECT, "expected an object, found " + describe(first));
    }
    Arrays.fill(seen, false);
    unknownSeen.clear();
    int expected = 0;
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      int column =
          expected < columns.length && columns[expected].name.equals(name)
              ? expected
              : indexOf.getOrDefault(name, -1);
      if (column >= 0) {
        if (seen[column]) {
          throw duplicate(name, parser);
        }
        seen[column] = true;
        readColumn(parser, payload, column, row);
        expected = column + 1;
      } else {
        readUnknown(parser, payload, name, row);
      }
    }
    if (parser.currentToken() != JsonToken.END_OBJECT) {
      return new Undecodable(Kind.MALFORMED_JSON, "expected a field name" + at(parser));
    }
    if (parser.nextToken() != null) {
      return new Undecodable(Kind.MALFORMED_JSON, "text after the end of the object" + at(parser));
    }
    return null;
  }

  private void readColumn(JsonParser parser, byte[] payload, int column, DecodedRows row)
      throws IOException {
    JsonToken token = parser.nextToken();
    JsonColumn spec = columns[column];
    if (token == JsonToken.VALUE_STRING) {
      requireUnicode(parser);
    }
    NestedJson whole = nested[column];
    if (whole == null && !token.isStructStart()) {
      if (!spec.read(parser, token, column, row)) {
        row.addMalformed(quotedNames[column], raw(parser, payload));
      }
      return;
    }
    String text = raw(parser, payload);
    String canonical =
        whole == null || token == JsonToken.VALUE_NULL ? null : whole.canonical(text);
    if (canonical != null) {
      row.putObject(column, canonical);
    } else if (token != JsonToken.VALUE_NULL) {
      row.addMalformed(quotedNames[column], text);
    }
  }

  private void readUnknown(JsonParser parser, byte[] payload, String name, DecodedRows row)
      throws IOException {
    if (!unknownSeen.add(name)) {
      throw duplicate(name, parser);
    }
    parser.nextToken();
    if (keepUnknown) {
      row.addExtra(quote(name), raw(parser, payload));
    } else {
      parser.skipChildren();
    }
  }

  /** The text of the value that {@code parser} stands on, as it was written; moves to its end. */
  private static String raw(JsonParser parser, byte[] payload) throws IOException {
    int from = (int) parser.currentTokenLocation().getByteOffset();
    parser.skipChildren();
    parser.finishToken();
    int to = (int) parser.currentLocation().getByteOffset();
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(payload, from, to - from))
          .toString()
          .strip();
    } catch (CharacterCodingException e) {
      throw new Refused(
          new Undecodable(Kind.INVALID_UNICODE, "invalid UTF-8 in the value" + at(parser)));
    }
  }

  /** Refuses half a surrogate pair: no UTF-8 can hold it, so writing it would change it. */
  private static void requireUnicode(JsonParser parser) throws IOException {
    char[] text = parser.getTextCharacters();
    int from = parser.getTextOffset();
    int to = from + parser.getTextLength();
    for (int i = from; i < to; i++) {
      char c = text[i];
      if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
        boolean pair =
            Character.isHighSurrogate(c) && i + 1 < to && Character.isLowSurrogate(text[i + 1]);
        if (!pair) {
          throw new Refused(
              new Undecodable(Kind.INVALID_UNICODE, "half of a surrogate pair" + at(parser)));
        }
        i++;
      }
    }
  }

  /** UTF-16 and UTF-32 show by a byte order mark, or by a zero byte among the first two. */
  private static boolean notUtf8(byte[] payload) {
    int first = payload[0] & 0xFF;
    int second = payload.length > 1 ? payload[1] & 0xFF : 1;
    return first == 0
        || second == 0
        || (first == 0xFE && second == 0xFF)
        || (first == 0xFF && second == 0xFE);
  }

  private static Refused duplicate(String name, JsonParser parser) {
    return new Refused(
        new Undecodable(
            Kind.DUPLICATE_FIELD, "field '" + shorten(name) + "' appears twice" + at(parser)));
  }

  private static Undecodable undecodable(Kind kind, JacksonException e) {
    String message = e.getOriginalMessage().lines().findFirst().orElse("");
    String at = e.getLocation() == null ? "" : " at byte " + e.getLocation().getByteOffset();
    return new Undecodable(kind, shorten(message) + at);
  }

  private static String at(JsonParser parser) {
    return " at byte " + parser.currentLocation().getByteOffset();
  }

  private static String shorten(String text) {
    return text.length() <= 300 ? text : text.substring(0, 300) + "…";
  }

  private static String quote(String name) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(name)) + '"';
  }

  private static String describe(JsonToken token) {
    return switch (token) {
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "a string";
      case VALUE_NULL -> "null";
      case VALUE_TRUE, VALUE_FALSE -> "a boolean";
      default -> "a number";
    };
  }

  /** Ends the reading of a record that the parser itself would accept. */
  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Undecodable reason;

    Refused(Undecodable reason) {
      super(reason.message(), null, false, false);
      this.reason = reason;
    }
  }
}
