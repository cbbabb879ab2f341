package io.moulin.model;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.moulin.spec.DataType.Scalar;
import io.moulin.spec.Diagnostic;
import io.moulin.spec.Place;
import io.moulin.spec.Sql;
import io.moulin.spec.TableSpec.FieldSpec;
import io.moulin.spec.model.ModelColumnSpec;
import io.moulin.spec.model.SeedSpec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** A seed's file as a node: its rows are read by DuckDB, each column as its declared type. */
final class SeedFile {
  /** It is read whole at every check, and it is versioned with the project. */
  private static final long MOST_BYTES = 32L << 20;

  private final SeedSpec seed;
  private final byte[] content;

  private SeedFile(SeedSpec seed, byte[] content) {
    this.seed = seed;
    this.content = content;
  }

  /** Reads the file; what is wrong with its header line is reported. */
  static SeedFile of(SeedSpec seed, List<Diagnostic> found) {
    byte[] content = new byte[0];
    String file = "seeds/" + seed.file().getFileName();
    try {
      if (Files.size(seed.file()) > MOST_BYTES) {
        error(
            found,
            "seed-too-large",
            file,
            "The file has more than 32 MB",
            "seeds are small reference data",
            "make it a dataset, and load it: moulin scaffold --from " + file);
      } else {
        content = Files.readAllBytes(seed.file());
        header(seed, content, file, found);
      }
    } catch (IOException | UncheckedIOException e) {
      error(
          found,
          "unreadable-file",
          file,
          "Cannot read the file: " + e.getMessage(),
          "",
          "check that it is CSV in UTF-8, and its permissions");
    }
    return new SeedFile(seed, content);
  }

  private static void header(SeedSpec seed, byte[] content, String file, List<Diagnostic> found)
      throws IOException {
    List<String> names = seed.columns().stream().map(ModelColumnSpec::name).toList();
    List<String> header = List.of();
    try (CsvReader<CsvRecord> reader =
        CsvReader.builder()
            .ofCsvRecord(
                new InputStreamReader(new ByteArrayInputStream(content), StandardCharsets.UTF_8))) {
      for (CsvRecord record : reader) {
        header = record.getFields();
        break;
      }
    }
    if (!header.equals(names)) {
      error(
          found,
          "seed-columns",
          file,
          "The header line is '%s'; declared are '%s'"
              .formatted(String.join(",", header), String.join(",", names)),
          "values in another column would be read without a word",
          "write the same names in the same order in both");
    }
  }

  private static void error(
      List<Diagnostic> found, String code, String file, String what, String why, String fix) {
    found.add(Diagnostic.error(code, Place.of(file), what, why, fix));
  }

  List<FieldSpec> fields() {
    return seed.columns().stream()
        .map(
            column ->
                FieldSpec.optional(
                    column.name(),
                    Objects.requireNonNullElse(column.type(), Scalar.STRING),
                    column.doc()))
        .toList();
  }

  Node node() {
    String declared =
        fields().stream()
            .map(field -> field.name() + " " + field.type())
            .collect(Collectors.joining(",", "\n", "\n" + String.join(",", seed.nulls())));
    byte[] said = declared.getBytes(StandardCharsets.UTF_8);
    byte[] all = new byte[content.length + said.length];
    System.arraycopy(content, 0, all, 0, content.length);
    System.arraycopy(said, 0, all, content.length, said.length);
    return new Node(
        seed.name(),
        seed.fullName(),
        Node.Kind.SEED,
        Optional.empty(),
        sql(),
        seed.description(),
        List.of(),
        seed.key(),
        null,
        "",
        fields(),
        List.of(),
        PartitionWise.NOTHING,
        List.of(),
        seed.checks(),
        "",
        List.of(),
        Optional.of(seed.file().toAbsolutePath().normalize()),
        Version.of(all),
        seed.at());
  }

  private String sql() {
    String columns =
        fields().stream()
            .map(field -> Sql.text(field.name()) + ": " + Sql.text(field.type().sql()))
            .collect(Collectors.joining(", "));
    String nulls = seed.nulls().stream().map(Sql::text).collect(Collectors.joining(", "));
    return "SELECT * FROM read_csv(%s, auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"', columns = {%s}, nullstr = [%s], allow_quoted_nulls = false)"
        .formatted(Sql.text(seed.file().toAbsolutePath().normalize().toString()), columns, nulls);
  }
}
