package io.moulin.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.moulin.commit.Committable;
import io.moulin.duck.Duck;
import io.moulin.parquet.NativeMemory;
import io.moulin.platform.CatalogTables;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.project.EngineSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Native memory and what is spilled from it are bounded, however many batches go through. */
class NativeMemoryTest {
  private static final long MEMORY = 64_000_000;
  private static final int ROWS = 300;
  private static final int WARM = 30;
  private static final int WINDOWS = 6;
  private static final int BATCHES = 60;

  /**
   * DuckDB's allocator gives memory back after some seconds only, which makes a saw of 20 to 30 MB.
   * So the lowest points of two halves are compared, each longer than a tooth of it. The least that
   * a batch can leak is its text, {@link #ROWS} rows of 190 bytes; half of that is too much.
   */
  private static final long GROWTH = 190L * ROWS * BATCHES * WINDOWS / 2;

  @TempDir Path folder;

  private static DatasetSpec dataset() {
    return new TestDatasets()
        .column("id", "long")
        .column("text", "string")
        .derive("more", "string", "repeat(text, 3)")
        .build();
  }

  @Test
  void manyBatchesDoNotMakeTheProcessGrow() throws Exception {
    assumeThat(NativeMemory.known()).as("/proc can be read").isTrue();
    InMemoryCatalog catalog = new InMemoryCatalog();
    catalog.initialize("test", Map.of("warehouse", folder.resolve("warehouse").toString()));
    CatalogTables tables = new CatalogTables(catalog, Map.of());
    dataset().tables().forEach(tables::create);
    EngineSpec engine =
        new EngineSpec(
            EngineSpec.Kind.EMBEDDED,
            EngineSpec.Mode.BATCH,
            1,
            Duration.ofSeconds(10),
            ROWS,
            MEMORY,
            MEMORY);
    Path work = folder.resolve("work");
    try (Ingestion ingestion =
        Ingestion.open(dataset(), engine, catalog, Map.of(), work, "run", Clock.systemUTC())) {
      batches(ingestion, 0, WARM);
      List<Long> levels = new ArrayList<>();
      for (int window = 0; window < 2 * WINDOWS; window++) {
        batches(ingestion, WARM + window * BATCHES, WARM + (window + 1) * BATCHES);
        levels.add(NativeMemory.bytes());
      }
      long before = Collections.min(levels.subList(0, WINDOWS));
      long after = Collections.min(levels.subList(WINDOWS, 2 * WINDOWS));
      assertThat(after - before)
          .as("bytes that batches have added, by windows of %d: %s", BATCHES, levels)
          .isLessThan(GROWTH);
    }
    assertThat(work).as("its folder").doesNotExist();
  }

  private static void batches(Ingestion ingestion, int from, int to) throws Exception {
    String text = "some text of a row, not too short ".repeat(5);
    for (int batch = from; batch < to; batch++) {
      for (int row = 0; row < ROWS; row++) {
        long offset = (long) batch * ROWS + row;
        String json =
            row == 7 && batch % 10 == 0
                ? "no row"
                : "{\"id\":%d,\"text\":\"%s\"}".formatted(offset, text);
        ingestion.add(new RawRecord(0, offset, 0, null, json.getBytes(StandardCharsets.UTF_8)));
      }
      Committable made = ingestion.finish();
      assertThat(made.tally().balanced()).isTrue();
    }
  }

  @Test
  void aDatabaseCountsItsMemoryAndKeepsToItsBound() throws Exception {
    try (Duck duck = Duck.open(folder, MEMORY)) {
      duck.run("CREATE TEMP TABLE t AS SELECT range AS a FROM range(100_000)");
      assertThat(duck.memoryBytes()).isBetween(100_000L, MEMORY);
      duck.run("DROP TABLE t");
      assertThat(duck.memoryBytes()).isLessThan(1_000_000L);
    }
  }

  @Test
  void whatIsSpilledIsBoundedAndGoneAfterwards() throws Exception {
    Path own = Files.createDirectory(folder.resolve("own"));
    try (Duck duck = Duck.open(own, 16_000_000)) {
      assertThatThrownBy(
              () ->
                  duck.run(
                      "CREATE TEMP TABLE t AS SELECT md5(range::VARCHAR) || md5((range + 1)::VARCHAR)"
                          + " AS a FROM range(3_000_000)"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("max_temp_directory_size");
    }
    try (Stream<Path> left = Files.walk(own)) {
      assertThat(left.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void twoDatabasesInOneFolderDoNotSpillIntoEachOther() throws Exception {
    String rows =
        "CREATE TEMP TABLE t AS SELECT md5((range + %d)::VARCHAR) AS a FROM range(600_000)";
    try (Duck one = Duck.open(folder, 12_000_000);
        Duck two = Duck.open(folder, 12_000_000)) {
      one.run(rows.formatted(0));
      two.run(rows.formatted(1));
      one.query(
          "SELECT count(*) FROM t, range(1) WHERE a = md5('0')",
          row -> assertThat(row.getLong(1)).isEqualTo(1));
      two.query(
          "SELECT count(*) FROM t WHERE a = md5('0')", row -> assertThat(row.getLong(1)).isZero());
      try (Stream<Path> spills = Files.list(folder)) {
        assertThat(spills.map(file -> file.getFileName().toString()))
            .filteredOn(name -> name.startsWith("spill-"))
            .hasSize(2);
      }
    }
  }
}
