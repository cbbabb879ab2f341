package io.moulin.load;

import io.moulin.load.file.AvroRows;
import io.moulin.load.file.CsvRows;
import io.moulin.load.file.HashingStream;
import io.moulin.load.file.JsonLineRows;
import io.moulin.load.file.Lines;
import io.moulin.load.file.ParquetRows;
import io.moulin.load.file.SourceFile;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * One reading of a whole file before anything is produced: its hash, how many rows it has, and
 * whether it can be read to its end.
 *
 * @param sha256 of the file's bytes, in hexadecimal
 */
record Inspection(String sha256, long rows, List<String> warnings) {

  static Inspection of(SourceFile file, DatasetSpec dataset) {
    MessageDigest digest = SourceFile.sha256();
    List<String> warnings = new ArrayList<>();
    long rows;
    try (InputStream raw = new HashingStream(Files.newInputStream(file.path()), digest)) {
      rows =
          switch (file.format()) {
            case PARQUET -> ParquetRows.count(file.path());
            case AVRO -> AvroRows.count(file.path());
            case CSV -> csv(file, raw, dataset);
            case JSON_LINES -> jsonLines(file, raw, warnings);
          };
    } catch (IOException e) {
      throw file.failed(e);
    }
    if (rows == 0) {
      warnings.add("the file has no rows");
    }
    return new Inspection(HexFormat.of().formatHex(digest.digest()), rows, List.copyOf(warnings));
  }

  private static long csv(SourceFile file, InputStream raw, DatasetSpec dataset)
      throws IOException {
    long count = 0;
    try (CsvRows rows = new CsvRows(file.path(), file.unpack(raw), dataset, List.of())) {
      while (rows.next()) {
        count++;
      }
      return count;
    } catch (CharacterCodingException e) {
      throw notUtf8(file, e);
    }
  }

  /** Finds the line that is not UTF-8; the decoder reads ahead and cannot tell. */
  private static MoulinException notUtf8(SourceFile file, CharacterCodingException cause) {
    try (Lines lines = new Lines(file.open())) {
      for (byte[] line = lines.next(); line != null; line = lines.next()) {
        try {
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line));
        } catch (CharacterCodingException e) {
          return MoulinException.user(
              "file-broken",
              "Line %d of %s is not UTF-8".formatted(lines.number(), file.path()),
              "convert the file, for example: iconv -f LATIN1 -t UTF-8 FILE > NEW",
              e);
        }
      }
    } catch (IOException e) {
      return file.failed(e);
    }
    return file.failed(cause);
  }

  private static long jsonLines(SourceFile file, InputStream raw, List<String> warnings)
      throws IOException {
    long count = 0;
    long blank = 0;
    try (Lines lines = new Lines(file.unpack(raw))) {
      for (byte[] line = lines.next(); line != null; line = lines.next()) {
        if (JsonLineRows.isBlank(line)) {
          blank++;
        } else {
          count++;
        }
      }
      if (blank > 0) {
        warnings.add(blank + " empty lines are no rows");
      }
      return count;
    }
  }
}
