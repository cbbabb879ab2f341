package io.moulin.load.scaffold;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.moulin.load.file.AvroRows;
import io.moulin.load.file.CsvRows;
import io.moulin.load.file.JsonLineRows;
import io.moulin.load.file.ParquetRows;
import io.moulin.load.file.Rows;
import io.moulin.load.file.SourceFile;
import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DatasetSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Writes the first cases of a dataset from the first row of a file of it. */
public final class FirstCase {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private FirstCase() {}

  /**
   * A file of cases, which pass as long as the first row is a good one; empty when the file has no
   * row to begin with.
   */
  public static Optional<String> of(Path file, DatasetSpec dataset) {
    SourceFile source = SourceFile.of(file);
    try (Rows rows = open(source, dataset)) {
      return rows.next() ? yaml(MAPPER.readTree(rows.value()), source, dataset) : Optional.empty();
    } catch (IOException e) {
      throw source.failed(e);
    }
  }

  private static Rows open(SourceFile file, DatasetSpec dataset) throws IOException {
    return switch (file.format()) {
      case PARQUET -> new ParquetRows(file.path(), dataset, List.of());
      case AVRO -> new AvroRows(file.path(), file.open(), dataset, List.of());
      case CSV -> new CsvRows(file.path(), file.open(), dataset, List.of());
      case JSON_LINES -> new JsonLineRows(file.open(), List.of());
    };
  }

  private static Optional<String> yaml(JsonNode row, SourceFile file, DatasetSpec dataset)
      throws IOException {
    StringBuilder yaml = new StringBuilder();
    yaml.append("# What becomes of a row. Run it with: moulin test\n");
    yaml.append("dataset: ").append(dataset.name()).append('\n');
    yaml.append("rows:\n  # the first row of ").append(file.path().getFileName()).append('\n');
    yaml.append("  first:\n");
    boolean some = false;
    for (ColumnSpec column : dataset.columns()) {
      JsonNode value = row.get(column.name());
      if (value != null) {
        some = true;
        // JSON is YAML, its strings and numbers too.
        yaml.append("    ").append(MAPPER.writeValueAsString(column.name())).append(": ");
        yaml.append(MAPPER.writeValueAsString(value)).append('\n');
      }
    }
    yaml.append(
        """
        cases:
          - name: the first row is good
            given: [{like: first}]
            expect: {silver: 1}
        """);
    if (dataset.dedup() != null) {
      yaml.append(
          """
            - name: the same row again is a duplicate
              given: [{like: first}, {like: first, at: +1s}]
              expect: {silver: 1, duplicates: 1}
          """);
    }
    return some ? Optional.of(yaml.toString()) : Optional.empty();
  }
}
