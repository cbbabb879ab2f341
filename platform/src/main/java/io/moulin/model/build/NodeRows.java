package io.moulin.model.build;

import io.moulin.model.Node;
import io.moulin.model.SnapshotSql;
import io.moulin.model.SqlNames;
import io.moulin.model.tables.Database;
import io.moulin.model.tables.Databases;
import io.moulin.model.tables.Input;
import io.moulin.model.tables.ModelCatalog;
import io.moulin.parquet.ParquetOut;
import io.moulin.platform.IcebergSchemas;
import io.moulin.spec.Sql;
import io.moulin.spec.TableSpec.FieldSpec;
import io.moulin.sql.TableView;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/** Computes rows of a node and writes them to files that no snapshot has. */
final class NodeRows {
  private final NodeBuild.Run run;
  private final Node node;
  private final Table target;
  private final List<Input> inputs;
  private final Consumer<DataFile> files;

  /**
   * @param target the table as it will be
   * @param inputs all stored tables that the node reads
   * @param files hears of each file as soon as it is there, from several threads
   */
  NodeRows(
      NodeBuild.Run run, Node node, Table target, List<Input> inputs, Consumer<DataFile> files) {
    this.run = run;
    this.node = node;
    this.target = target;
    this.inputs = List.copyOf(inputs);
    this.files = files;
  }

  /** Writes what was decided, portions side by side. */
  void write(Decision decision) throws SQLException, IOException {
    Optional<Type> type = node.partition().stream().findFirst().map(target.schema()::findType);
    List<Portion> portions = new Portions(node, inputs).of(decision, type);
    Queue<Numbered> waiting = new ConcurrentLinkedQueue<>();
    for (int i = 0; i < portions.size(); i++) {
      waiting.add(new Numbered(i, portions.get(i)));
    }
    List<TableView> reads = inputs.stream().map(Input::view).toList();
    run.databases().sideBySide(portions.size(), reads, opener -> drain(waiting, opener));
  }

  private record Numbered(int number, Portion portion) {}

  private void drain(Queue<Numbered> waiting, Databases.Opener opener)
      throws SQLException, IOException {
    Numbered first = waiting.poll();
    if (first == null) {
      return;
    }
    try (Database database = open(opener, views(first.portion()))) {
      write(database, first);
      for (Numbered next = waiting.poll(); next != null; next = waiting.poll()) {
        database.show(views(next.portion()), List.of());
        write(database, next);
      }
    } catch (SQLException | IOException | RuntimeException e) {
      waiting.clear(); // nobody needs the rest
      throw e;
    }
  }

  private void write(Database database, Numbered next) throws SQLException, IOException {
    write(database, typed(node.sql()) + where(next.portion()), next);
  }

  private String where(Portion portion) {
    if (portion.rows() == Portion.Rows.ALL) {
      return "";
    }
    String column = node.partition().get(0);
    return " WHERE " + portion.condition(column, target.schema().findType(column));
  }

  /** Of each input what a portion needs. */
  private List<TableView> views(Portion portion) {
    return inputs.stream().map(input -> view(input, portion)).toList();
  }

  private TableView view(Input input, Portion portion) {
    Optional<String> column = node.partitionWise().column(input.fullName());
    return column.isPresent() && portion.rows() != Portion.Rows.ALL
        ? input.view(input.plan().where(portion.needs(column.get())))
        : input.view();
  }

  private void write(Database database, String query, Numbered numbered)
      throws SQLException, IOException {
    ParquetOut out =
        new ParquetOut(
            node.fields(), ModelCatalog.partition(node), target, ParquetOut.Rows.COMPUTED);
    String name = "%s-%s-%d".formatted(run.id(), node.name(), numbered.number());
    Path folder = run.databases().folder().resolve(name);
    ParquetOut.Written written =
        numbered.portion().single() && node.partition().size() == 1
            ? out.writePart(
                database.duck(), query, folder, name, numbered.portion().values().get(0))
            : out.write(database.duck(), query, folder, name);
    written.dataFiles(target).forEach(files);
  }

  /**
   * Writes the versions of a snapshot model: of what its query gives now, beside those so far.
   *
   * @param published null when there are none
   * @return false when nothing has changed, and nothing was written
   */
  boolean writeVersions(@Nullable Table published) throws SQLException, IOException {
    List<TableView> views = new ArrayList<>(views(Portion.WHOLE));
    if (published != null) {
      views.add(
          TableView.of(
              IcebergSchemas.identifier(node.fullName()),
              run.catalog().plan(node.fullName(), published)));
    }
    try (Database database = open(run.databases()::open, views)) {
      SnapshotSql versions = versions();
      if (published == null) {
        write(database, typed(versions.first(run.now())), new Numbered(0, Portion.WHOLE));
        return true;
      }
      String before = before(published);
      if (database.number(versions.changed(before)) == 0) {
        return false;
      }
      write(database, typed(versions.next(before, run.now())), new Numbered(0, Portion.WHOLE));
      return true;
    }
  }

  private Database open(Databases.Opener opener, List<TableView> views)
      throws SQLException, IOException {
    return opener.open(views, run.blueprint().views(node.reads()));
  }

  private SnapshotSql versions() {
    int added = SnapshotSql.added().size();
    List<String> columns =
        node.fields().subList(0, node.fields().size() - added).stream()
            .map(FieldSpec::name)
            .toList();
    return new SnapshotSql(node.sql(), node.key(), node.time(), columns);
  }

  /** The versions so far, with the columns that they have today. */
  private String before(Table published) {
    return node.fields().stream()
        .map(
            field ->
                (published.schema().findField(field.name()) == null
                        ? "CAST(NULL AS %s) AS ".formatted(field.type().sql())
                        : "")
                    + Sql.name(field.name()))
        .collect(
            Collectors.joining(
                ", ", "(SELECT ", " FROM " + SqlNames.quoted(node.fullName()) + ")"));
  }

  /** The rows of a query, each column of the type that the table has. */
  private String typed(String sql) {
    return "SELECT %s FROM (\n%s\n)".formatted(SqlNames.typed(node.fields()), sql);
  }
}
