package io.moulin.ingest.mend;

import io.moulin.commit.Correction.Changes;
import io.moulin.duck.Duck;
import io.moulin.parquet.ParquetOut;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.TableSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.Table;

/** A DuckDB over the tables of a dataset as they are now, and the way out of it into new files. */
final class Bench implements AutoCloseable {
  private final MendJob job;
  private final String run;
  private final AtomicInteger written;
  private final Map<Layer, TableFiles> tables;
  private final Map<Layer, ParquetOut> outputs = new EnumMap<>(Layer.class);
  private final Duck duck;

  private Bench(
      MendJob job, String run, AtomicInteger written, Map<Layer, TableFiles> tables, Duck duck) {
    this.job = job;
    this.run = run;
    this.written = written;
    this.tables = tables;
    this.duck = duck;
    for (TableSpec spec : job.dataset().tables()) {
      outputs.put(
          spec.layer(), new ParquetOut(spec, files(spec.layer()).table(), ParquetOut.Rows.STAGED));
    }
  }

  /**
   * @param run begins the names of all files that are written
   * @param written counts them
   */
  static Bench over(MendJob job, String run, AtomicInteger written, Map<Layer, Table> loaded)
      throws SQLException, IOException {
    Files.createDirectories(job.folder());
    Map<Layer, TableFiles> tables = new EnumMap<>(Layer.class);
    List<Path> paths = new ArrayList<>();
    for (TableSpec spec : job.dataset().tables()) {
      Table table = loaded.get(spec.layer());
      if (table == null) {
        throw new IllegalStateException("Cannot find the table " + spec.fullName());
      }
      TableFiles files = TableFiles.of(spec, table, job.folder());
      tables.put(spec.layer(), files);
      paths.addAll(files.paths());
    }
    Duck duck = Duck.openOver(job.folder(), paths, job.engine().memoryBytes());
    return new Bench(job, run, written, tables, duck);
  }

  DatasetSpec dataset() {
    return job.dataset();
  }

  Duck duck() {
    return duck;
  }

  Map<Layer, ParquetOut> outputs() {
    return outputs;
  }

  TableFiles files(Layer layer) {
    TableFiles files = tables.get(layer);
    if (files == null) {
      throw new IllegalStateException("Cannot find the files of layer " + layer);
    }
    return files;
  }

  boolean has(Layer layer) {
    return tables.containsKey(layer);
  }

  /** Snapshots that this is over. */
  Map<Layer, Long> basis() {
    Map<Layer, Long> basis = new EnumMap<>(Layer.class);
    tables.forEach((layer, files) -> files.snapshot().ifPresent(id -> basis.put(layer, id)));
    return basis;
  }

  /** A name for new files that no other has. */
  String name() {
    return run + "-" + written.getAndIncrement();
  }

  /** Most rows to hold at once. */
  int batchRows() {
    return job.engine().batchRows();
  }

  Path folder() {
    return job.folder();
  }

  /** Writes what {@code query} gives to new files of a table. */
  ParquetOut.Written write(Layer layer, String query) throws SQLException, IOException {
    ParquetOut output = outputs.get(layer);
    if (output == null) {
      throw new IllegalStateException("Cannot write to layer " + layer);
    }
    String name = name() + "-" + layer.namespace();
    return output.write(duck, query, job.folder().resolve(name), name);
  }

  /** Rewrites files of a table to what {@code query} makes of them. */
  Changes rewrite(Layer layer, List<Path> old, String query) throws SQLException, IOException {
    List<String> added =
        number("SELECT count(*) FROM (%s)".formatted(query)) == 0
            ? List.of()
            : write(layer, query).files();
    return new Changes(added, files(layer).json(old));
  }

  /** The one number that a query gives. */
  long number(String query) throws SQLException {
    long[] number = {0};
    duck.query(query, row -> number[0] = row.getLong(1));
    return number[0];
  }

  /** Paths that a query gives. */
  List<Path> paths(String query) throws SQLException {
    List<Path> paths = new ArrayList<>();
    duck.query(query, row -> paths.add(Path.of(row.getString(1))));
    return paths;
  }

  @Override
  public void close() throws SQLException {
    duck.close();
  }
}
