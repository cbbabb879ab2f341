package io.moulin.bench.result;

import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A part of a document between two markers, which a run replaces as a whole. It is opened before
 * the run begins, so that a document that cannot take the tables does not cost a run.
 */
public final class Section {
  private static final String CODE = "report-unusable";

  private final Path document;
  private final String begin;
  private final String end;

  private Section(Path document, String begin, String end) {
    this.document = document;
    this.begin = begin;
    this.end = end;
  }

  /**
   * Finds the markers.
   *
   * @throws MoulinException when the document is missing, cannot be written, or has not both
   */
  public static Section open(Path document, String begin, String end) {
    if (!Files.isRegularFile(document)) {
      throw refused(document, "there is no such file");
    }
    if (!Files.isReadable(document) || !Files.isWritable(document)) {
      throw refused(document, "this user may not read and write it");
    }
    Section section = new Section(document, begin, end);
    try {
      section.between(Files.readString(document), "");
    } catch (IOException e) {
      throw refused(document, "it cannot be read as text: " + e);
    }
    return section;
  }

  private static MoulinException refused(Path document, String why) {
    return MoulinException.user(
        CODE,
        "the tables cannot be written into %s\n  why: %s".formatted(document, why),
        "give --report a document that has the markers, or leave --report out");
  }

  /** Puts {@code text} between the markers, and leaves all else as it is. */
  public void write(String text) throws IOException {
    Files.writeString(document, between(Files.readString(document), text));
  }

  private String between(String whole, String text) {
    int from = whole.indexOf(begin);
    int to = whole.indexOf(end, Math.max(from, 0));
    if (from < 0 || to < 0) {
      throw refused(
          document, "it has not the two lines '%s' and '%s', in this order".formatted(begin, end));
    }
    return whole.substring(0, from + begin.length()) + "\n" + text + whole.substring(to);
  }
}
