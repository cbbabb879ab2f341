package io.moulin.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.duck.Duck;
import io.moulin.platform.CatalogTables;
import io.moulin.platform.IcebergSchemas;
import io.moulin.spec.DataType;
import io.moulin.spec.DataType.Scalar;
import io.moulin.spec.Layer;
import io.moulin.spec.PartitionSpec;
import io.moulin.spec.PartitionSpec.Transform;
import io.moulin.spec.Sql;
import io.moulin.spec.TableSpec;
import io.moulin.spec.TableSpec.FieldSpec;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows come into the files of their partitions, whichever way they are divided. */
class ParquetOutTest {
  private static final String NASTY =
      """
      (VALUES (1, NULL), (2, ''), (3, 'a/b'), (4, '__HIVE_DEFAULT_PARTITION__'), (5, 'plain'), (6, 'it''s'),
        (7, 'plain'), (8, '%s'), (9, NULL), (10, 'plain '), (11, '~x'), (12, 'é'))"""
          .formatted("long".repeat(60));

  @TempDir Path folder;

  static Stream<Arguments> ways() {
    return Stream.of(
            "TRUE", // all partitions: more than it would write one after the other
            "id IN (1, 5, 7, 9)",
            "id IN (2, 3, 6, 11, 12)",
            "id IN (4, 8)",
            "id = 10",
            "FALSE")
        .flatMap(
            where ->
                Stream.of(ParquetOut.Rows.values()).map(source -> Arguments.of(where, source)));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void everyRowIsInTheFileOfItsPartition(String where, ParquetOut.Rows source) throws Exception {
    TableSpec spec =
        new TableSpec(
            "things",
            Layer.SILVER,
            "things",
            List.of(
                field("id", Scalar.INT),
                field("name", Scalar.STRING),
                field("day", Scalar.DATE),
                field("at", Scalar.TIMESTAMPTZ),
                field("size", new DataType.Decimal(10, 2))),
            List.of(
                new PartitionSpec("name", Transform.IDENTITY),
                new PartitionSpec("day", Transform.IDENTITY),
                new PartitionSpec("at", Transform.HOUR),
                new PartitionSpec("size", Transform.IDENTITY)));
    String query =
        """
        SELECT CAST(id AS INTEGER) AS id, name, CASE WHEN id < 9 THEN DATE '1969-12-31' END AS day,
          TIMESTAMPTZ '1969-12-31 23:59:59.999999+00' AS at, CAST(-1.50 AS DECIMAL(10,2)) AS size
        FROM %s t(id, name) WHERE %s"""
            .formatted(NASTY, where);
    try (InMemoryCatalog catalog = new InMemoryCatalog();
        Duck duck = Duck.open(folder, 64_000_000)) {
      catalog.initialize("test", Map.of("warehouse", folder.resolve("warehouse").toString()));
      new CatalogTables(catalog, Map.of()).create(spec);
      Table table = catalog.loadTable(IcebergSchemas.identifier(spec.fullName()));
      ParquetOut.Written written =
          new ParquetOut(spec, table, source).write(duck, query, folder.resolve("files"), "a");
      List<DataFile> files = written.dataFiles(table);
      List<String> expected = new ArrayList<>();
      TreeSet<String> partitions = new TreeSet<>();
      duck.query(
          query + " ORDER BY id",
          row -> {
            expected.add(row.getInt(1) + "|" + row.getString(2) + "|" + row.getString(3));
            partitions.add(row.getString(2) + "|" + row.getString(3));
          });

      assertThat(written.rows()).isEqualTo(expected.size());
      assertThat(files.stream().map(DataFile::location)).doesNotHaveDuplicates();
      assertThat(files)
          .extracting(
              file ->
                  file.partition().get(0, String.class)
                      + "|"
                      + (file.partition().get(1, Integer.class) == null ? "null" : "1969-12-31"))
          .containsExactlyInAnyOrderElementsOf(partitions);
      assertThat(files)
          .allSatisfy(
              file -> {
                assertThat(file.partition().get(2, Integer.class)).isEqualTo(-1);
                assertThat(file.partition().get(3, Object.class)).hasToString("-1.50");
              });
      assertThat(rows(files)).containsExactlyElementsOf(expected);
    }
  }

  private List<String> rows(List<DataFile> files) throws SQLException {
    List<String> rows = new ArrayList<>();
    if (files.isEmpty()) {
      return rows;
    }
    List<Path> paths =
        files.stream().map(file -> LocalDisk.path(file.location()).orElseThrow()).toList();
    String list =
        paths.stream().map(path -> Sql.text(path.toString())).collect(Collectors.joining(", "));
    try (Duck reader = Duck.openReading(folder, paths, 64_000_000)) {
      reader.query(
          "SELECT id, name, day FROM read_parquet([%s], hive_partitioning = false) ORDER BY id"
              .formatted(list),
          row -> rows.add(row.getInt(1) + "|" + row.getString(2) + "|" + row.getString(3)));
    }
    return rows;
  }

  private static FieldSpec field(String name, DataType type) {
    return FieldSpec.optional(name, type, "");
  }
}
