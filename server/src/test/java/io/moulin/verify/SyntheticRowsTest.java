package io.moulin.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.moulin.control.Checking;
import io.moulin.spec.DatasetSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyntheticRowsTest {
  @TempDir private Path folder;
  private DatasetSpec dataset;

  @BeforeEach
  void project() throws Exception {
    Files.createDirectories(folder.resolve("datasets"));
    Files.writeString(folder.resolve("moulin.yml"), "name: synthetic\n");
    Files.writeString(
        folder.resolve("datasets/all.yml"),
        """
        dataset: all.types
        source: {topic: all.types.raw}
        time: {column: at, formats: ["yyyy-MM-dd HH:mm:ss.SSS", iso]}
        columns:
          - {name: id, type: long}
          - {name: at, type: timestamp}
          - {name: text, type: string}
          - {name: amount, type: "decimal(12,2)"}
          - {name: tags, type: "list<string>"}
          - {name: "on \\"day\\"", type: date, as: day}
          - {name: part, type: "struct<a: int, b: list<double>>"}
        """);
    dataset =
        new Checking(Map.of())
            .check(folder, Optional.empty())
            .project()
            .orElseThrow()
            .spec()
            .datasets()
            .get(0);
  }

  @Test
  void mostAreRowsOfTheDatasetAndSomeAreBroken() throws Exception {
    Path file = folder.resolve("rows.jsonl");
    new SyntheticRows(dataset, 5).write(5000, file);
    List<String> lines = Files.readAllLines(file);
    int objects = 0;
    ObjectMapper mapper = new ObjectMapper();
    for (String line : lines) {
      try {
        JsonNode row = mapper.readTree(line);
        if (row.isObject() && row.size() == dataset.columns().size()) {
          objects++;
        }
      } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
        // Meant so.
      }
    }
    assertThat(lines).hasSize(5000);
    assertThat(objects).isBetween(4900, 4999);
    assertThat(lines.stream().distinct().count()).as("some come twice").isLessThan(4990);
  }

  @Test
  void theSameSeedMakesTheSameRows() throws Exception {
    new SyntheticRows(dataset, 9).write(500, folder.resolve("one"));
    new SyntheticRows(dataset, 9).write(500, folder.resolve("two"));
    assertThat(folder.resolve("one")).hasSameTextualContentAs(folder.resolve("two"));
  }
}
