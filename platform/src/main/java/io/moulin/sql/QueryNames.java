package io.moulin.sql;

import io.moulin.spec.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.catalog.TableIdentifier;

/** What the names in a query mean: tables of the catalog, and views over them. */
final class QueryNames {
  private final NamedTables tables;
  private final List<NamedView> views;
  private final List<String> path;

  /**
   * @param views each behind those that it reads
   * @param path namespaces in which a bare name is looked for
   */
  QueryNames(NamedTables tables, List<NamedView> views, List<String> path) {
    this.tables = tables;
    this.views = List.copyOf(views);
    this.path = List.copyOf(path);
  }

  /**
   * What a query reads.
   *
   * @param views each behind those that it reads
   */
  record Read(Set<TableIdentifier> tables, List<NamedView> views) {}

  Read of(ReadStatement statement) {
    Set<TableIdentifier> named = new LinkedHashSet<>();
    Set<NamedView> used = new LinkedHashSet<>();
    for (List<String> name : statement.tables()) {
      if (!builtIn(name)) {
        add(name, named, used);
      }
    }
    List<NamedView> inOrder = new ArrayList<>(views);
    inOrder.retainAll(used);
    return new Read(named, inOrder);
  }

  private void add(List<String> name, Set<TableIdentifier> named, Set<NamedView> used) {
    Optional<NamedView> view = view(name);
    if (view.isPresent()) {
      if (used.add(view.get())) {
        view.get().reads().forEach(read -> add(List.of(read.split("\\.", -1)), named, used));
      }
    } else {
      named.add(name.size() == 1 ? bare(name.get(0)) : tables.resolve(name));
    }
  }

  private Optional<NamedView> view(List<String> name) {
    String whole = String.join(".", name);
    return views.stream()
        .filter(
            view ->
                name.size() == 1
                    ? view.name().equalsIgnoreCase(whole)
                    : view.fullName().equalsIgnoreCase(whole))
        .findFirst();
  }

  /** A table that is named without its namespace. */
  private TableIdentifier bare(String name) {
    List<TableIdentifier> all = path.isEmpty() ? Collections.emptyList() : tables.all();
    return all.stream()
        .filter(table -> path.contains(table.namespace().toString()))
        .filter(table -> table.name().equalsIgnoreCase(name))
        .findFirst()
        .orElseGet(() -> tables.resolve(List.of(name)));
  }

  /** Makes the views on a connection in which all tables are. */
  void create(Connection duckdb, List<NamedView> used) throws SQLException {
    try (Statement statement = duckdb.createStatement()) {
      for (String namespace : path) {
        statement.execute("CREATE SCHEMA IF NOT EXISTS " + Sql.name(namespace));
      }
      if (!path.isEmpty()) {
        statement.execute("SET search_path = " + Sql.text(String.join(",", path)));
      }
      for (NamedView view : used) {
        int dot = view.fullName().indexOf('.');
        statement.execute(
            "CREATE VIEW %s.%s AS FROM (\n%s\n)"
                .formatted(
                    Sql.name(view.fullName().substring(0, dot)),
                    Sql.name(view.name()),
                    view.sql()));
      }
    }
  }

  /** Names that DuckDB itself knows. */
  private static boolean builtIn(List<String> path) {
    String first = path.get(0).toLowerCase(Locale.ROOT);
    return path.size() == 1
        ? first.startsWith("duckdb_") || first.startsWith("pragma_") || first.startsWith("sqlite_")
        : first.equals("information_schema") || first.equals("pg_catalog");
  }
}
