package io.moulin.load.file;

import io.moulin.load.file.ColumnMatch.Matched;
import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.MoulinException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/** An object container file of Avro, in the file's order. */
public final class AvroRows implements Rows {
  private final Path path;
  private final DataFileStream<GenericRecord> in;
  private final ColumnMatch match;
  private final AvroField[] fields;
  private final int[] watched;
  private final JsonText json = new JsonText();
  private @Nullable GenericRecord row;

  /**
   * Reads on in {@code bytes}, which are the file's and are closed with this.
   *
   * @throws MoulinException when the file is none, or holds no column of the dataset
   */
  public AvroRows(Path path, InputStream bytes, DatasetSpec dataset, List<ColumnSpec> watched)
      throws IOException {
    this.path = path;
    this.in = open(path, bytes);
    try {
      Schema schema = in.getSchema();
      if (schema.getType() != Schema.Type.RECORD) {
        throw MoulinException.user(
            "file-format",
            "%s holds values of type %s, not records".formatted(path, schema.getType().getName()),
            "a row is a record: write a file of records");
      }
      this.match =
          ColumnMatch.of(
              path, schema.getFields().stream().map(Schema.Field::name).toList(), dataset);
      this.fields = new AvroField[match.columns().size()];
      for (int i = 0; i < fields.length; i++) {
        Matched matched = match.columns().get(i);
        fields[i] = new AvroField(matched, schema.getFields().get(matched.index()), dataset);
      }
      this.watched = watched.stream().mapToInt(match::place).toArray();
    } catch (RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private static DataFileStream<GenericRecord> open(Path path, InputStream bytes)
      throws IOException {
    try {
      return new DataFileStream<>(bytes, new GenericDatumReader<>(null, null, new GenericData()));
    } catch (AvroRuntimeException | IOException e) {
      bytes.close();
      throw broken(path, e);
    }
  }

  /**
   * How many rows the file has; all are read. A file that is cut off is refused here: Avro's reader
   * takes an end within a block for the end of the file.
   */
  public static long count(Path path) throws IOException {
    try (DataFileReader<GenericRecord> in =
        new DataFileReader<>(
            path.toFile(), new GenericDatumReader<>(null, null, new GenericData()))) {
      long rows = 0;
      GenericRecord row = null;
      while (in.hasNext()) {
        row = in.next(row);
        rows++;
      }
      if (in.previousSync() != Files.size(path)) {
        throw broken(path, new EOFException("it is cut off after %d rows".formatted(rows)));
      }
      return rows;
    } catch (AvroRuntimeException | IOException e) {
      throw broken(path, e);
    }
  }

  private static MoulinException broken(Path path, Exception e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String why = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    return SourceFile.broken(path, "it is no whole Avro file (" + why + ")");
  }

  public List<String> warnings() {
    return match.warnings();
  }

  @Override
  public boolean next() throws IOException {
    try {
      row = in.hasNext() ? in.next() : null;
      return row != null;
    } catch (AvroRuntimeException e) {
      throw broken(path, e);
    }
  }

  private GenericRecord row() {
    GenericRecord current = row;
    if (current == null) {
      throw new IllegalStateException("Cannot read a row: there is none");
    }
    return current;
  }

  @Override
  public byte[] value() {
    json.clear();
    json.raw('{');
    for (int i = 0; i < fields.length; i++) {
      if (i > 0) {
        json.raw(',');
      }
      fields[i].append(json, row());
    }
    json.raw('}');
    return json.copy();
  }

  @Override
  public @Nullable String text(int index) {
    int at = watched[index];
    return at < 0 ? null : fields[at].text(row());
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
