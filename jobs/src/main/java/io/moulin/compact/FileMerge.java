package io.moulin.compact;

import io.moulin.duck.Duck;
import io.moulin.ingest.mend.TableFiles;
import io.moulin.parquet.ParquetOut;
import io.moulin.spec.MoulinException;
import io.moulin.spec.Sql;
import io.moulin.spec.TableSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;

/** Makes one file of several, in bounded memory. */
final class FileMerge {
  /** Rows of a group of a Parquet file: what the engine takes without being asked, and a vector. */
  private static final double MOST_ROWS = 122_880;

  private static final double FEWEST_ROWS = 2_048;

  /** A group is held as rows, as encoded columns and as compressed ones. */
  private static final double PARTS_OF_MEMORY = 6;

  private final TableSpec spec;
  private final Table table;
  private final long memoryBytes;

  /**
   * @param memoryBytes most that an engine takes for it
   */
  FileMerge(TableSpec spec, Table table, long memoryBytes) {
    this.spec = spec;
    this.table = table;
    this.memoryBytes = memoryBytes;
  }

  /**
   * Writes the rows of some files of a partition, in the order of these, to one that no snapshot
   * has.
   *
   * @param folder for what it needs meanwhile
   * @param name begins the name of the file; nothing else may ever use it
   * @throws MoulinException when the files have other rows than the table's metadata says
   */
  DataFile write(List<DataFile> merge, Path folder, String name) throws SQLException, IOException {
    Files.createDirectories(folder);
    TableFiles files = TableFiles.some(spec, table, merge, folder);
    String columns =
        spec.fields().stream()
            .map(field -> Sql.name(field.name()))
            .collect(Collectors.joining(", "));
    ParquetOut out = new ParquetOut(spec, table, ParquetOut.Rows.COMPUTED);
    try (Duck duck = Duck.openOver(folder, List.copyOf(files.paths()), memoryBytes)) {
      ParquetOut.Written written =
          out.writeFile(
              duck,
              "SELECT %s FROM %s".formatted(columns, files.rows()),
              folder,
              name,
              merge.get(0).partition(),
              rowsInGroup(duck, files));
      requireAll(merge, written.rows());
      return written.dataFiles(table).get(0);
    }
  }

  /** As many rows as a writer may hold in memory, of which it needs a multiple for a group. */
  private long rowsInGroup(Duck duck, TableFiles files) throws SQLException {
    String paths =
        files.paths().stream()
            .map(path -> Sql.text(path.toString()))
            .collect(Collectors.joining(", "));
    double[] bytes = {0};
    duck.query(
        "SELECT sum(total_uncompressed_size) / (SELECT sum(num_rows) FROM parquet_file_metadata([%1$s])) FROM parquet_metadata([%1$s])"
            .formatted(paths),
        row -> bytes[0] = row.getDouble(1));
    double fit = memoryBytes / PARTS_OF_MEMORY / Math.max(1, bytes[0]);
    return (long) Math.max(FEWEST_ROWS, Math.min(MOST_ROWS, fit));
  }

  private void requireAll(List<DataFile> merge, long written) {
    long rows = merge.stream().mapToLong(DataFile::recordCount).sum();
    if (written != rows) {
      throw MoulinException.check(
          "books-do-not-balance",
          "%d files of %s have %,d rows by the table's metadata, and %,d when they are read"
              .formatted(merge.size(), spec.fullName(), rows, written),
          "nothing was changed; 'moulin balance --deep' shows which table is out of step");
    }
  }
}
