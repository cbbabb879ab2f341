package io.moulin.load.file;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.moulin.load.file.ColumnMatch.Matched;
import io.moulin.load.file.WireText.ColumnForm;
import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** CSV with a header, in UTF-8, as RFC 4180 has it. */
public final class CsvRows implements Rows {
  // No field is longer, except where a quote is never closed.
  private static final int LONGEST_FIELD = 16 * 1024 * 1024;

  private final Path path;
  private final CloseableIterator<CsvRecord> records;
  private final ColumnMatch match;
  private final Cell[] cells;
  private final int fields;
  private final int[] watched;
  private final JsonText json = new JsonText();
  private @Nullable CsvRecord record;
  private @Nullable CsvRecord ahead;

  private record Cell(int index, JsonText.Field name, WireText text, ColumnForm form) {}

  public CsvRows(Path path, InputStream in, DatasetSpec dataset, List<ColumnSpec> watchedColumns)
      throws IOException {
    this.path = path;
    this.records =
        CsvReader.builder()
            .ignoreDifferentFieldCount(true)
            .acceptCharsAfterQuotes(false)
            .maxBufferSize(LONGEST_FIELD)
            .ofCsvRecord(new ClosedQuoteReader(reader(in)))
            .iterator();
    CsvRecord header = read();
    ahead = header == null ? null : read();
    if (header == null || ahead == null) {
      throw MoulinException.user("file-empty", path + " has no header", "add a header line");
    }
    List<String> names = header.getFields().stream().map(String::strip).toList();
    this.fields = names.size();
    this.match = ColumnMatch.of(path, names, dataset);
    this.cells =
        match.columns().stream()
            .map(
                column ->
                    new Cell(
                        column.index(),
                        new JsonText.Field(column.wire()),
                        new WireText(column.column(), dataset.nulls()),
                        ColumnForm.of(column.column())))
            .toArray(Cell[]::new);
    this.watched =
        watchedColumns.stream()
            .mapToInt(
                column ->
                    match.columns().stream()
                        .filter(m -> m.wire().equals(column.name()))
                        .mapToInt(Matched::index)
                        .findFirst()
                        .orElse(-1))
            .toArray();
  }

  private static Reader reader(InputStream in) throws IOException {
    PushbackReader reader =
        new PushbackReader(
            new InputStreamReader(
                in,
                StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)));
    int first = reader.read();
    if (first != 0xfeff && first >= 0) {
      reader.unread(first);
    }
    return reader;
  }

  public List<String> warnings() {
    return match.warnings();
  }

  @Override
  public boolean next() throws IOException {
    CsvRecord next = ahead;
    ahead = next == null ? null : read();
    if (next == null) {
      return false;
    }
    if (ahead == null) {
      // Only the mark that follows the last line is left, unless a quote has swallowed it.
      if (next.getFieldCount() != 1 || !next.getField(0).equals(ClosedQuoteReader.MARK)) {
        throw bad(next, "a quote that is opened in it is never closed");
      }
      record = null;
      return false;
    }
    if (next.getFieldCount() != fields) {
      throw bad(
          next, "it has %d fields, the header has %d".formatted(next.getFieldCount(), fields));
    }
    record = next;
    return true;
  }

  private @Nullable CsvRecord read() throws IOException {
    try {
      return records.hasNext() ? records.next() : null;
    } catch (CsvParseException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (cause instanceof CharacterCodingException coding) {
        throw coding;
      }
      throw SourceFile.broken(path, e.getMessage() + " " + cause.getMessage());
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private MoulinException bad(CsvRecord line, String how) {
    return MoulinException.user(
        "file-broken",
        "Line %d of %s is broken: %s".formatted(line.getStartingLineNumber(), path, how),
        "mend the line; fields with commas, quotes or line ends must be quoted");
  }

  @Override
  public byte[] value() {
    CsvRecord row = current();
    json.clear();
    json.raw('{');
    boolean first = true;
    for (Cell cell : cells) {
      if (!first) {
        json.raw(',');
      }
      first = false;
      cell.name.appendTo(json);
      cell.text.append(json, row.getField(cell.index), cell.form);
    }
    json.raw('}');
    return json.copy();
  }

  private CsvRecord current() {
    CsvRecord row = record;
    if (row == null) {
      throw new IllegalStateException("Cannot read a row: there is none");
    }
    return row;
  }

  @Override
  public @Nullable String text(int index) {
    return watched[index] < 0 ? null : current().getField(watched[index]);
  }

  @Override
  public void close() throws IOException {
    records.close();
  }

  /**
   * Adds a line with a mark to the end of a text. A CSV parser reads an unclosed quote to the end
   * of the file without a word; then the mark is not a line of its own.
   */
  private static final class ClosedQuoteReader extends Reader {
    static final String MARK = "\u0000end of file\u0000";

    private final Reader text;
    private final String tail = "\n" + MARK;
    private boolean ended;
    private int at;

    ClosedQuoteReader(Reader text) {
      this.text = text;
    }

    @Override
    public int read(char[] buffer, int offset, int length) throws IOException {
      if (!ended) {
        int count = text.read(buffer, offset, length);
        if (count >= 0) {
          return count;
        }
        ended = true;
      }
      if (at == tail.length()) {
        return -1;
      }
      int count = Math.min(length, tail.length() - at);
      tail.getChars(at, at + count, buffer, offset);
      at += count;
      return count;
    }

    @Override
    public void close() throws IOException {
      text.close();
    }
  }
}
