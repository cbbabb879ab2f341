package io.moulin.ingest.mend;

import io.moulin.parquet.LocalDisk;
import io.moulin.spec.MoulinException;
import io.moulin.spec.Sql;
import io.moulin.spec.TableSpec;
import io.moulin.spec.TableSpec.FieldSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.iceberg.ContentFileParser;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.InclusiveMetricsEvaluator;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;

/**
 * Files of a table, mostly those of its newest snapshot, and how DuckDB reads them: columns by
 * field id.
 */
public final class TableFiles {
  /** Column with the path of the file that a row stands in. */
  static final String FILE = "_file";

  private final TableSpec spec;
  private final Table table;
  private final Map<Path, DataFile> files = new LinkedHashMap<>();

  private TableFiles(TableSpec spec, Table table) {
    this.spec = spec;
    this.table = table;
  }

  /**
   * The files of the newest snapshot.
   *
   * @param folder takes copies of files that are not on this machine's disk
   */
  public static TableFiles of(TableSpec spec, Table table, Path folder) throws IOException {
    TableFiles found = new TableFiles(spec, table);
    try (CloseableIterable<FileScanTask> tasks = table.newScan().includeColumnStats().planFiles()) {
      for (FileScanTask task : tasks) {
        if (!task.deletes().isEmpty()) {
          throw MoulinException.user(
              "deletes-beside-files",
              "Somebody has deleted rows of %s with delete files, which Moulin does not write"
                  .formatted(spec.fullName()),
              "rewrite the table's data files with the engine that deleted them, then run it again");
        }
        found.files.put(found.local(task.file(), folder), task.file());
      }
    }
    return found;
  }

  /**
   * Some files that the table has or had, whether or not their rows are in the newest snapshot.
   *
   * @param folder takes copies of files that are not on this machine's disk
   */
  public static TableFiles some(TableSpec spec, Table table, Iterable<DataFile> some, Path folder)
      throws IOException {
    TableFiles found = new TableFiles(spec, table);
    for (DataFile file : some) {
      found.files.put(found.local(file, folder), file);
    }
    return found;
  }

  private Path local(DataFile file, Path folder) throws IOException {
    Optional<Path> onDisk = LocalDisk.path(file.location());
    if (onDisk.isPresent()) {
      return onDisk.get();
    }
    Path copies = Files.createDirectories(folder.resolve("read"));
    Path copy = copies.resolve("%s-%d.parquet".formatted(spec.layer().namespace(), files.size()));
    try (InputStream in = table.io().newInputFile(file.location()).newStream()) {
      Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING); // a rebuild reads the tables twice
    }
    return copy;
  }

  /** The files as Iceberg knows them. */
  public Collection<DataFile> files() {
    return files.values();
  }

  Table table() {
    return table;
  }

  /** The snapshot's id; empty when the table never had one. */
  Optional<Long> snapshot() {
    return Optional.ofNullable(table.currentSnapshot()).map(Snapshot::snapshotId);
  }

  /** The files, by where they can be read. */
  public Map<Path, DataFile> byPath() {
    return Collections.unmodifiableMap(files);
  }

  /** Where they can be read. */
  public Collection<Path> paths() {
    return files.keySet();
  }

  /** All rows, as a relation with the columns of the spec and {@link #FILE}. */
  public String rows() {
    return relation(files.keySet());
  }

  /** The rows of those files that may hold what {@code wanted} asks for. */
  public String rows(Expression wanted) {
    return relation(paths(wanted));
  }

  /** The rows of some of the files. */
  public String rows(Collection<Path> some) {
    return relation(some);
  }

  /** Files that may hold rows for which {@code wanted} is true. */
  public List<Path> paths(Expression wanted) {
    InclusiveMetricsEvaluator evaluator = new InclusiveMetricsEvaluator(table.schema(), wanted);
    List<Path> some = new ArrayList<>();
    files.forEach(
        (path, file) -> {
          if (evaluator.eval(file)) {
            some.add(path);
          }
        });
    return some;
  }

  /** Files as the JSON of Iceberg's content file parser; statistics are not part of it. */
  List<String> json(Collection<Path> some) {
    List<String> json = new ArrayList<>();
    for (Path path : some) {
      DataFile file = files.get(path);
      if (file == null) {
        throw new IllegalArgumentException("Invalid file: " + path + " is none of the table's");
      }
      json.add(ContentFileParser.toJson(file.copyWithoutStats(), table.specs().get(file.specId())));
    }
    return json;
  }

  private String relation(Collection<Path> some) {
    return some.isEmpty() ? nothing() : "(%s)".formatted(read(spec, table, some));
  }

  /** A query over Parquet files of a table, whether it knows them or not. */
  static String read(TableSpec spec, Table table, Collection<Path> some) {
    List<String> types = new ArrayList<>();
    List<String> columns = new ArrayList<>();
    for (FieldSpec field : spec.fields()) {
      Types.NestedField column = table.schema().findField(field.name());
      if (column == null) {
        throw MoulinException.user(
            "not-applied",
            "%s has no column %s yet".formatted(spec.fullName(), field.name()),
            "run 'moulin apply' first; 'moulin plan' shows what it does");
      }
      int id = column.fieldId();
      types.add(
          "%d: {name: 'c%d', type: %s, default_value: NULL}"
              .formatted(id, id, Sql.text(field.type().sql())));
      columns.add("c%d AS %s".formatted(id, Sql.name(field.name())));
    }
    String paths =
        some.stream().map(path -> Sql.text(path.toString())).collect(Collectors.joining(", "));
    return "SELECT %s, filename AS %s FROM read_parquet([%s], hive_partitioning = false, schema = MAP {%s})"
        .formatted(String.join(", ", columns), FILE, paths, String.join(", ", types));
  }

  private String nothing() {
    return spec.fields().stream()
        .map(
            field -> "CAST(NULL AS %s) AS %s".formatted(field.type().sql(), Sql.name(field.name())))
        .collect(Collectors.joining(", ", "(SELECT ", ", '' AS " + FILE + " WHERE FALSE)"));
  }
}
