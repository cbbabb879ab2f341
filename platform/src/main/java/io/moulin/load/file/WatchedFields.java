package io.moulin.load.file;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.moulin.spec.ColumnSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the texts of a few fields in one JSON object after the other. */
public final class WatchedFields {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int MOST_REMEMBERED = 1000;

  private final Map<String, Integer> watched = new HashMap<>();
  private final @Nullable String[] texts;
  // Objects mostly have the same fields in the same order: what is where is remembered.
  private final List<Field> fields = new ArrayList<>();

  /**
   * A field of an object.
   *
   * @param index place among the watched ones; -1 if it is not watched
   */
  private record Field(String name, int index) {}

  public WatchedFields(List<ColumnSpec> watched) {
    this.texts = new @Nullable String[watched.size()];
    for (int i = 0; i < watched.size(); i++) {
      this.watched.put(watched.get(i).name(), i);
    }
  }

  /** Looks at the next object; where it is none, no field has a text. */
  public void look(byte[] json) {
    Arrays.fill(texts, null);
    if (!found(json)) {
      Arrays.fill(texts, null);
    }
  }

  /** The text of the {@code index}-th field; null when it has no value. */
  public @Nullable String text(int index) {
    return texts[index];
  }

  /** Reads the watched fields and stops after the last of them; false if it is no object. */
  private boolean found(byte[] json) {
    int left = texts.length;
    int at = 0;
    try (JsonParser parser = JSON.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      while (left > 0 && parser.nextToken() == JsonToken.FIELD_NAME) {
        int index = watched(at++, parser.currentName());
        JsonToken value = parser.nextToken();
        if (value.isStructStart()) {
          parser.skipChildren();
        } else if (index >= 0) {
          texts[index] = value == JsonToken.VALUE_NULL ? null : parser.getText();
          left--;
        }
      }
      return true;
    } catch (IOException e) {
      // The job will say what is wrong with it; here it only has no key.
      return false;
    }
  }

  private int watched(int at, String name) {
    if (at < fields.size() && fields.get(at).name.equals(name)) {
      return fields.get(at).index;
    }
    Field field = new Field(name, watched.getOrDefault(name, -1));
    if (at < fields.size()) {
      fields.set(at, field);
    } else if (at == fields.size() && at < MOST_REMEMBERED) {
      fields.add(field);
    }
    return field.index;
  }
}
