package io.moulin.sql;

import io.moulin.spec.MoulinException;
import io.moulin.spec.Sql;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.io.SeekableInputStream;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.SnapshotUtil;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * A DuckDB view of one snapshot of an Iceberg table: its files, with columns found by field id and
 * without the rows that are deleted.
 */
public final class TableView {
  /** Where the positions of deletion vectors are kept, apart from the users' names. */
  private static final String OWN_SCHEMA = "_moulin";

  private final TableIdentifier identifier;
  private final Table table;
  private final Schema schema;
  private final ScanFiles files;
  private final String vectors;

  private TableView(TableIdentifier identifier, Table table, Schema schema, ScanFiles files) {
    this.identifier = identifier;
    this.table = table;
    this.schema = schema;
    this.files = files;
    this.vectors = OWN_SCHEMA + "." + Sql.name(deletedOf(identifier));
  }

  /** Plans the view. */
  static TableView of(TableIdentifier identifier, Table table, AsOf asOf) {
    String name = identifier.toString();
    @Nullable Snapshot snapshot = Moments.of(name, table, asOf);
    Schema schema =
        snapshot == null || asOf instanceof AsOf.Now
            ? table.schema()
            : SnapshotUtil.schemaFor(table, snapshot.snapshotId());
    for (NestedField column : schema.columns()) {
      if (column.initialDefault() != null) {
        throw MoulinException.user(
            "unsupported-default",
            "Column %s of %s has a default for rows older than it, which Moulin does not read"
                .formatted(column.name(), name),
            "query the table with another engine");
      }
    }
    ScanFiles files = ScanFiles.of(name, TablePlan.of(table, snapshot));
    return new TableView(identifier, table, schema, files);
  }

  /** The view of what is planned. */
  public static TableView of(TableIdentifier identifier, TablePlan plan) {
    ScanFiles files = ScanFiles.of(identifier.toString(), plan);
    return new TableView(identifier, plan.table(), plan.table().schema(), files);
  }

  /** The full name of the table, which is also the view's. */
  public String fullName() {
    return identifier.toString();
  }

  /** Whether another view of the table has the same columns. */
  public boolean sameColumns(TableView other) {
    return schema.sameSchema(other.schema);
  }

  /** Whether another view of the table reads the same rows and columns. */
  public boolean sameRows(TableView other) {
    return sameColumns(other) && files.equals(other.files);
  }

  /** The local paths of all files that the view reads. */
  public Stream<String> paths() {
    return Stream.of(files.clean(), files.dirty(), files.positionDeletes())
        .flatMap(List::stream)
        .map(LocalPaths::of);
  }

  /**
   * Makes the view on a connection, in the place of one that it has of the same table; fails when a
   * file is not where it should be.
   */
  public void create(Connection duckdb) {
    try (Statement statement = duckdb.createStatement()) {
      String namespace = identifier.namespace().toString();
      statement.execute("CREATE SCHEMA IF NOT EXISTS " + Sql.name(namespace));
      if (!files.vectors().isEmpty()) {
        statement.execute("CREATE SCHEMA IF NOT EXISTS " + OWN_SCHEMA);
        statement.execute(
            "CREATE OR REPLACE TABLE %s (path VARCHAR, pos BIGINT)".formatted(vectors));
        appendVectors(duckdb);
      }
      String view = Sql.name(namespace) + "." + Sql.name(identifier.name());
      FileColumns columns = FileColumns.of(table, schema);
      if (!columns.byName() || !created(statement, view, columns)) {
        statement.execute(definition(view, columns.byId()));
      }
    } catch (SQLException e) {
      throw MoulinException.external(
          "table-files",
          "Cannot read the files of " + identifier + ": " + SqlFailures.firstLine(e),
          "check that the files of the table are where they were and can be read",
          e);
    }
  }

  /**
   * Makes the view by the columns' names; false when the files have other columns than they should.
   */
  private boolean created(Statement statement, String view, FileColumns columns) {
    try {
      statement.execute(definition(view, columns));
      try (PreparedStatement rows = statement.getConnection().prepareStatement("FROM " + view)) {
        return columns.fit(rows.getMetaData());
      }
    } catch (SQLException e) {
      return false; // by id it is right, or says what is wrong
    }
  }

  private String definition(String view, FileColumns columns) {
    return "CREATE OR REPLACE VIEW %s AS %s".formatted(view, select(columns));
  }

  private static String deletedOf(TableIdentifier identifier) {
    return "deleted of " + identifier;
  }

  private void appendVectors(Connection duckdb) throws SQLException {
    try (DuckDBAppender appender =
        duckdb.unwrap(DuckDBConnection.class).createAppender(OWN_SCHEMA, deletedOf(identifier))) {
      for (DeleteFile vector : files.vectors()) {
        String path = LocalPaths.of(Objects.requireNonNull(vector.referencedDataFile()));
        for (long position : positions(vector)) {
          appender.beginRow();
          appender.append(path);
          appender.append(position);
          appender.endRow();
        }
      }
    }
  }

  private long[] positions(DeleteFile vector) {
    byte[] content = new byte[Math.toIntExact(vector.contentSizeInBytes())];
    try (SeekableInputStream in = table.io().newInputFile(vector.location()).newStream()) {
      in.seek(vector.contentOffset());
      if (in.readNBytes(content, 0, content.length) < content.length) {
        throw new IOException("the file ends within the deletion vector");
      }
    } catch (IOException e) {
      throw MoulinException.external(
          "table-files",
          "Cannot read the deletion vector in " + vector.location() + ": " + e.getMessage(),
          "check that the files of the table are where they were and can be read",
          e);
    }
    PositionDeleteIndex index = PositionDeleteIndex.deserialize(content, vector);
    long[] positions = new long[Math.toIntExact(index.cardinality())];
    int[] next = {0};
    index.forEach(position -> positions[next[0]++] = position);
    return positions;
  }

  private String select(FileColumns columns) {
    if (files.clean().isEmpty() && files.dirty().isEmpty()) {
      return schema.columns().stream()
          .map(
              column ->
                  "CAST(NULL AS %s) AS %s"
                      .formatted(DuckTypes.of(column.type()), Sql.name(column.name())))
          .collect(Collectors.joining(", ", "SELECT ", " WHERE false"));
    }
    String clean = "SELECT %s FROM %s".formatted(columns.select(), columns.read(files.clean()));
    if (files.dirty().isEmpty()) {
      return clean;
    }
    // The names of the virtual columns are safe: by id the table's own columns have others.
    FileColumns byId = columns.byId();
    String dirty =
        "SELECT %s FROM (SELECT *, filename, file_row_number FROM %s) r ANTI JOIN (%s) d ON r.filename = d.path AND r.file_row_number = d.pos"
            .formatted(byId.select(), byId.read(files.dirty()), deleted());
    return files.clean().isEmpty() ? dirty : clean + " UNION ALL " + dirty;
  }

  /** The deleted rows, as paths and positions. */
  private String deleted() {
    String known = "SELECT path, pos FROM " + vectors;
    if (files.positionDeletes().isEmpty()) {
      return known;
    }
    String types =
        "%d: {name: 'location', type: 'VARCHAR', default_value: NULL}, %d: {name: 'pos', type: 'BIGINT', default_value: NULL}"
            .formatted(
                MetadataColumns.DELETE_FILE_PATH.fieldId(),
                MetadataColumns.DELETE_FILE_POS.fieldId());
    // Delete files say where a data file is as Iceberg does; DuckDB says it as it was asked.
    String names =
        files.dirty().stream()
            .map(
                location ->
                    "(%s, %s)".formatted(Sql.text(location), Sql.text(LocalPaths.of(location))))
            .collect(Collectors.joining(", "));
    String named =
        "SELECT n.path, p.pos FROM %s p JOIN (VALUES %s) n(location, path) ON p.location = n.location"
            .formatted(FileColumns.read(files.positionDeletes(), types), names);
    return files.vectors().isEmpty() ? named : known + " UNION ALL " + named;
  }
}
