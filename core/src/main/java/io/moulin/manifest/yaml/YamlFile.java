package io.moulin.manifest.yaml;

import io.moulin.spec.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads one YAML file to nodes, or says what is wrong with it. */
public final class YamlFile {
  private static final int MAX_BYTES = 1 << 20;

  private final String name;
  private final Problems problems;

  private YamlFile(String name, Problems problems) {
    this.name = name;
    this.problems = problems;
  }

  /**
   * The fields at the top of a file; null after reporting why there are none.
   *
   * @param name the file as diagnostics name it
   */
  public static YamlNode.@Nullable Mapping read(Path path, String name, Problems problems) {
    String text = text(path, name, problems);
    return text == null ? null : parse(text, name, problems);
  }

  /** The text of a file in UTF-8, whatever it holds; null after reporting why there is none. */
  public static @Nullable String text(Path path, String name, Problems problems) {
    YamlFile file = new YamlFile(name, problems);
    byte[] bytes = file.bytes(path);
    return bytes == null ? null : file.decode(bytes);
  }

  /** The same of a text that is already in memory. */
  public static YamlNode.@Nullable Mapping parse(String text, String name, Problems problems) {
    YamlFile file = new YamlFile(name, problems);
    if (!file.printable(text)) {
      return null;
    }
    int before = problems.errors();
    YamlNode root = new YamlComposer(text, name, problems).compose();
    if (root instanceof YamlNode.Mapping mapping) {
      return mapping;
    }
    if (problems.errors() == before) {
      if (root == null || (root instanceof YamlNode.Scalar s && s.text().isBlank())) {
        problems.error(
            "empty-file", new Place(name, 1, 1), "The file is empty", "", "write its fields");
      } else {
        problems.error(
            "wrong-type",
            root.at(),
            "The file is " + root.words() + "; expected fields",
            "",
            "write 'field: value' lines");
      }
    }
    return null;
  }

  private byte @Nullable [] bytes(Path path) {
    try {
      if (Files.isDirectory(path)) {
        problems.error(
            "not-a-file",
            Place.of(name),
            "'" + name + "' is a folder; expected a file",
            "",
            "rename the folder or put the file in its place");
        return null;
      }
      if (Files.size(path) > MAX_BYTES) {
        problems.error(
            "file-too-large",
            Place.of(name),
            "The file has " + Files.size(path) + " bytes; the most is " + MAX_BYTES,
            "no manifest is that long: it is probably data",
            "move it out of the folder");
        return null;
      }
      return Files.readAllBytes(path);
    } catch (IOException e) {
      problems.error(
          "unreadable-file",
          Place.of(name),
          "Cannot read the file: " + e.getClass().getSimpleName() + " " + e.getMessage(),
          "",
          "check that it exists and its permissions");
      return null;
    }
  }

  private @Nullable String decode(byte[] bytes) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    CharBuffer text = CharBuffer.allocate(bytes.length + 1);
    CoderResult result = decoder.decode(ByteBuffer.wrap(bytes), text, true);
    text.flip();
    if (result.isError()) {
      problems.error(
          "not-utf8",
          after(text.toString()),
          "The file is not UTF-8 here",
          "",
          "save it in the encoding UTF-8");
      return null;
    }
    String decoded = text.toString();
    return decoded.startsWith("\uFEFF") ? decoded.substring(1) : decoded;
  }

  private boolean printable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean control = (c < ' ' && c != '\n' && c != '\r' && c != '\t') || c == 0x7F;
      if (control || c == '\uFFFE' || c == '\uFFFF' || lonely(text, i)) {
        problems.error(
            "invalid-yaml",
            after(text.substring(0, i)),
            "The character U+%04X is not allowed in a YAML file".formatted((int) c),
            "",
            "remove it, or write it as \"\\u%04X\" in double quotes".formatted((int) c));
        return false;
      }
    }
    return true;
  }

  private static boolean lonely(String text, int i) {
    char c = text.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
    }
    return Character.isLowSurrogate(c)
        && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
  }

  private Place after(String text) {
    int line = 1;
    int column = 1;
    for (int i = 0; i < text.length(); i++) {
      column = text.charAt(i) == '\n' ? 1 : column + 1;
      line += text.charAt(i) == '\n' ? 1 : 0;
    }
    return new Place(name, line, column);
  }
}
