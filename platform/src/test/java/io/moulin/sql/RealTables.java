package io.moulin.sql;

import io.moulin.spec.Sql;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;

/** Iceberg tables with Parquet files that DuckDB writes, as the ingest job does. */
final class RealTables implements AutoCloseable {
  private final InMemoryCatalog catalog = new InMemoryCatalog();
  private final Path folder;
  private int files;

  RealTables(Path folder) {
    this.folder = folder;
    catalog.initialize("test", Map.of());
  }

  InMemoryCatalog catalog() {
    return catalog;
  }

  Table create(String name, Schema schema, String formatVersion) {
    TableIdentifier identifier = TableIdentifier.parse(name);
    Namespace namespace = identifier.namespace();
    if (!catalog.namespaceExists(namespace)) {
      catalog.createNamespace(namespace);
    }
    return catalog
        .buildTable(identifier, schema)
        .withPartitionSpec(PartitionSpec.unpartitioned())
        .withProperty("format-version", formatVersion)
        .create();
  }

  /** Appends what {@code select} gives, whose columns have the names of the table's. */
  DataFile append(Table table, String select) {
    table.refresh();
    return append(table, select, "file:");
  }

  /** As {@link #append(Table, String)}, with locations that begin with {@code prefix}. */
  DataFile append(Table table, String select, String prefix) {
    Path file = folder.resolve("data-" + files++ + ".parquet");
    long rows = copy(select, file, fieldIds(table.schema().columns()));
    DataFile data =
        DataFiles.builder(table.spec())
            .withPath(prefix + file)
            .withFormat("parquet")
            .withFileSizeInBytes(size(file))
            .withRecordCount(rows)
            .build();
    table.newAppend().appendFile(data).commit();
    return data;
  }

  /** Deletes rows of a file by their positions, with a Parquet file of position deletes. */
  void deletePositions(Table table, DataFile data, int... positions) {
    Path file = folder.resolve("deletes-" + files++ + ".parquet");
    List<String> rows = new ArrayList<>();
    for (int position : positions) {
      rows.add("(%s, %d::BIGINT)".formatted(Sql.text(data.location()), position));
    }
    String select =
        "SELECT * FROM (VALUES %s) t(file_path, pos)".formatted(String.join(", ", rows));
    String ids =
        "file_path: %d, pos: %d"
            .formatted(
                MetadataColumns.DELETE_FILE_PATH.fieldId(),
                MetadataColumns.DELETE_FILE_POS.fieldId());
    long count = copy(select, file, ids);
    DeleteFile deletes =
        FileMetadata.deleteFileBuilder(table.spec())
            .ofPositionDeletes()
            .withPath("file:" + file)
            .withFormat("parquet")
            .withFileSizeInBytes(size(file))
            .withRecordCount(count)
            .build();
    table.newRowDelta().addDeletes(deletes).commit();
  }

  private static long copy(String select, Path file, String fieldIds) {
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckdb.createStatement()) {
      statement.execute("SET TimeZone = 'UTC'");
      return statement.executeUpdate(
          "COPY (%s) TO %s (FORMAT parquet, FIELD_IDS {%s})"
              .formatted(select, Sql.text(file.toString()), fieldIds));
    } catch (SQLException e) {
      throw new IllegalStateException("Cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  private static String fieldIds(List<NestedField> fields) {
    return fields.stream()
        .map(field -> Sql.name(field.name()) + ": " + fieldId(field.fieldId(), field.type()))
        .collect(Collectors.joining(", "));
  }

  private static String fieldId(int id, Type type) {
    return switch (type.typeId()) {
      case STRUCT ->
          "{__duckdb_field_id: %d, %s}".formatted(id, fieldIds(type.asStructType().fields()));
      case LIST ->
          "{__duckdb_field_id: %d, element: %s}"
              .formatted(
                  id, fieldId(type.asListType().elementId(), type.asListType().elementType()));
      case MAP ->
          "{__duckdb_field_id: %d, key: %s, value: %s}"
              .formatted(
                  id,
                  fieldId(type.asMapType().keyId(), type.asMapType().keyType()),
                  fieldId(type.asMapType().valueId(), type.asMapType().valueType()));
      default -> Integer.toString(id);
    };
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    catalog.close();
  }
}
