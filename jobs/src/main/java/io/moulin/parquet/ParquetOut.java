package io.moulin.parquet;

import io.moulin.duck.Duck;
import io.moulin.spec.Sql;
import io.moulin.spec.TableSpec;
import io.moulin.spec.TableSpec.FieldSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.iceberg.ContentFileParser;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.JsonUtil;

/**
 * Writes rows of DuckDB as Parquet files of one Iceberg table: {@code COPY} writes them on local
 * disk with the table's field ids and returns their statistics, then they are handed to the table's
 * storage.
 */
public final class ParquetOut {
  /** Every file system takes names of 255 bytes; the rest is for the column's name. */
  private static final int MAX_FOLDER_CHARS = 150;

  /**
   * Beside the engine's own level, 3, it takes a fifth less CPU to write rows of trips, and the
   * files are no larger.
   */
  private static final String COMPRESSION = "COMPRESSION zstd, COMPRESSION_LEVEL 1";

  /**
   * Columns of more values than this, as keys and times have, are no smaller with a dictionary, and
   * by its own measure the engine would look for one up to three times as many. The rows of a day
   * of trips take a tenth less CPU to write, and the files are as large as before. A file of a few
   * rows takes a millisecond longer.
   */
  private static final String DICTIONARY = ", DICTIONARY_SIZE_LIMIT 8000";

  /** Up to so many partitions it is cheaper to read the rows once for each than to split them. */
  private static final int FEW_PARTITIONS = 6;

  /** What it costs to read the rows again. */
  public enum Rows {
    /** They stand in tables of the engine. */
    STAGED,
    /** They would have to be computed once more. */
    COMPUTED
  }

  private final Rows source;
  private final List<FieldSpec> fields;
  private final List<io.moulin.spec.PartitionSpec> partition;
  private final Table table;

  public ParquetOut(TableSpec spec, Table table, Rows source) {
    this(spec.fields(), spec.partition(), table, source);
  }

  /**
   * @param fields the columns of {@code table}, in order
   * @param partition how it is partitioned
   */
  public ParquetOut(
      List<FieldSpec> fields,
      List<io.moulin.spec.PartitionSpec> partition,
      Table table,
      Rows source) {
    this.source = source;
    this.fields = List.copyOf(fields);
    this.partition = List.copyOf(partition);
    this.table = table;
  }

  /**
   * Writes the rows of {@code query}.
   *
   * @param query gives at least the columns of the table
   * @param folder empty or missing; its files are gone afterwards
   * @param name begins the names of the files in the table; nothing else may ever use it
   */
  public Written write(Duck duck, String query, Path folder, String name)
      throws SQLException, IOException {
    Files.createDirectories(folder);
    PartitionKeys keys = new PartitionKeys(partition, table, duck, query);
    List<PartitionKeys.Part> few =
        source == Rows.STAGED && !partition.isEmpty() ? keys.few(FEW_PARTITIONS) : List.of();
    List<String> files = new ArrayList<>();
    long[] rows = {0};
    if (few.isEmpty()) {
      duck.query(
          partition.isEmpty() ? copy(query, folder, name, "") : split(query, keys, folder, name),
          row -> {
            PartitionData partOf = keys.read(partition.isEmpty() ? Map.of() : keysOf(row));
            files.add(publish(row, partOf, name + "-" + files.size() + ".parquet"));
            rows[0] += row.getLong("count");
          });
    }
    for (PartitionKeys.Part part : few) {
      String file = name + "-" + files.size();
      duck.query(
          copy(keys.rows(part), folder, file, ""),
          row -> {
            files.add(publish(row, keys.read(part.keys()), file + ".parquet"));
            rows[0] += row.getLong("count");
          });
    }
    return new Written(files, rows[0]);
  }

  /**
   * Writes the rows of {@code query}, which all belong to one partition of a table that has one
   * partition column.
   *
   * @param value of that column, as Iceberg keeps it
   */
  public Written writePart(Duck duck, String query, Path folder, String name, Object value)
      throws SQLException, IOException {
    PartitionData partOf = new PartitionData(table.spec().partitionType());
    partOf.set(0, value);
    return writeFile(duck, copy(query, folder, name, DICTIONARY), folder, name, partOf);
  }

  /**
   * Writes the rows of {@code query}, which all belong to one partition, as one file.
   *
   * @param rowsInGroup how many rows of it are held in memory at once, and can be skipped at once
   */
  public Written writeFile(
      Duck duck, String query, Path folder, String name, StructLike partOf, long rowsInGroup)
      throws SQLException, IOException {
    String groups = ", ROW_GROUP_SIZE " + rowsInGroup;
    return writeFile(duck, copy(query, folder, name, groups), folder, name, partOf);
  }

  private Written writeFile(Duck duck, String copy, Path folder, String name, StructLike partOf)
      throws SQLException, IOException {
    Files.createDirectories(folder);
    List<String> files = new ArrayList<>();
    long[] rows = {0};
    duck.query(
        copy,
        row -> {
          rows[0] = row.getLong("count");
          if (rows[0] > 0) {
            files.add(publish(row, partOf, name + ".parquet"));
          }
        });
    return new Written(files, rows[0]);
  }

  private static Map<?, ?> keysOf(ResultSet row) throws SQLException {
    return (Map<?, ?>) row.getObject("partition_keys");
  }

  /**
   * What was written.
   *
   * @param files as the JSON of Iceberg's content file parser
   * @param rows as the files themselves count them
   */
  public record Written(List<String> files, long rows) {
    /** The files as Iceberg has them. */
    public List<DataFile> dataFiles(Table table) {
      return files.stream()
          .map(
              json ->
                  JsonUtil.parse(
                      json, node -> (DataFile) ContentFileParser.fromJson(node, table.specs())))
          .toList();
    }
  }

  /** One file of all rows. */
  private String copy(String query, Path folder, String name, String more) {
    return "COPY (%s) TO %s (%s%s)"
        .formatted(query, Sql.text(folder.resolve(name + ".parquet").toString()), options(), more);
  }

  /** The engine splits the rows into a file for each partition. */
  private String split(String query, PartitionKeys keys, Path folder, String name) {
    return "COPY (SELECT *, %s FROM (%s)) TO %s (%s, PARTITION_BY (%s), FILENAME_PATTERN %s)"
        .formatted(
            keys.columns(),
            query,
            Sql.text(folder.toString()),
            options(),
            keys.names(),
            Sql.text(name + "-{i}"));
  }

  private String options() {
    String ids =
        fields.stream()
            .map(
                field ->
                    Sql.name(field.name())
                        + ": "
                        + fieldIds(table.schema().findField(field.name())))
            .collect(Collectors.joining(", "));
    return "FORMAT parquet, %s, FIELD_IDS {%s}, RETURN_STATS".formatted(COMPRESSION, ids);
  }

  private static String fieldIds(Types.NestedField field) {
    Type type = field.type();
    if (type.isPrimitiveType()) {
      return Integer.toString(field.fieldId());
    }
    List<String> parts = new ArrayList<>();
    parts.add("__duckdb_field_id: " + field.fieldId());
    for (Types.NestedField part : type.asNestedType().fields()) {
      parts.add(Sql.name(part.name()) + ": " + fieldIds(part));
    }
    return "{" + String.join(", ", parts) + "}";
  }

  private String publish(ResultSet row, StructLike partition, String fileName) throws SQLException {
    Path local = Path.of(row.getString("filename"));
    long rows = row.getLong("count");
    PartitionSpec partitioning = table.spec();
    DataFiles.Builder file =
        DataFiles.builder(partitioning)
            .withFormat(FileFormat.PARQUET)
            .withRecordCount(rows)
            .withFileSizeInBytes(row.getLong("file_size_bytes"))
            .withMetrics(
                FileMetrics.of(
                    table.schema(), rows, (Map<?, ?>) row.getObject("column_statistics")));
    String location = table.locationProvider().newDataLocation(fileName);
    if (partitioning.isPartitioned()) {
      file.withPartition(partition);
      // Folders of partitions are only for people: where a value makes no good name, there is none.
      if (partitioning.partitionToPath(partition).length() <= MAX_FOLDER_CHARS) {
        location = table.locationProvider().newDataLocation(partitioning, partition, fileName);
      }
    }
    store(local, location);
    DataFile made = file.withPath(location).build();
    return ContentFileParser.toJson(made, partitioning);
  }

  /** Moves the file when the table is on this machine's disk, otherwise streams it there. */
  private void store(Path local, String location) {
    try {
      Optional<Path> target = LocalDisk.path(location);
      if (target.isPresent()) {
        Files.createDirectories(target.get().getParent());
        Files.move(local, target.get());
        return;
      }
      try (InputStream in = Files.newInputStream(local);
          OutputStream out = table.io().newOutputFile(location).create()) {
        in.transferTo(out);
      }
      Files.delete(local);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
