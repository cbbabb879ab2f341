package io.moulin.sql;

import io.moulin.spec.Layer;
import io.moulin.spec.MoulinException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;

/** Finds the tables of a catalog by the names that users write. */
final class NamedTables {
  private final Catalog catalog;

  NamedTables(Catalog catalog) {
    this.catalog = catalog;
  }

  /** The names of all tables, in order. */
  List<TableIdentifier> all() {
    List<TableIdentifier> names = new ArrayList<>();
    for (Namespace namespace : namespaces()) {
      try {
        names.addAll(catalog.listTables(namespace));
      } catch (NoSuchNamespaceException e) {
        // It went away while we were listing, or a layer has no table yet.
      }
    }
    return names.stream().sorted((a, b) -> a.toString().compareTo(b.toString())).toList();
  }

  private List<Namespace> namespaces() {
    return catalog instanceof SupportsNamespaces namespaces
        ? namespaces.listNamespaces()
        : Stream.of(Layer.values()).map(layer -> Namespace.of(layer.namespace())).toList();
  }

  /** The table of that name; fails with a suggestion when there is none. */
  Table table(String name) {
    return load(resolve(List.of(name.split("\\.", -1))));
  }

  Table load(TableIdentifier identifier) {
    try {
      return catalog.loadTable(identifier);
    } catch (NoSuchTableException e) {
      throw unknown(identifier.toString(), all());
    }
  }

  /**
   * The table that the parts of a name mean; DuckDB does not tell capitals apart, and so it is
   * enough that no other table fits.
   */
  TableIdentifier resolve(List<String> path) {
    String name = String.join(".", path);
    List<TableIdentifier> all = all();
    return all.stream()
        .filter(known -> known.toString().equals(name))
        .findFirst()
        .or(() -> all.stream().filter(known -> known.toString().equalsIgnoreCase(name)).findFirst())
        .orElseThrow(() -> unknown(name, all));
  }

  private static MoulinException unknown(String name, List<TableIdentifier> all) {
    List<String> names = all.stream().map(TableIdentifier::toString).toList();
    String what = "There is no table '" + name + "'";
    if (name.contains("/") || name.matches("(?i).*\\.(parquet|csv|json|txt)(\\.gz)?")) {
      return MoulinException.user(
          "query-access",
          what + ", and a query does not read files",
          "'moulin load' brings a file in");
    } else if (names.isEmpty()) {
      return MoulinException.user(
          "unknown-table", what + ": the catalog is empty", "make the tables with 'moulin apply'");
    }
    Optional<String> guess =
        all.stream()
            .filter(known -> known.name().equalsIgnoreCase(name))
            .map(TableIdentifier::toString)
            .reduce((first, second) -> second) // of the layers, silver comes last
            .or(() -> Spelling.nearest(name, names));
    return MoulinException.user(
        "unknown-table",
        what,
        guess.map(near -> "did you mean '" + near + "'? ").orElse("")
            + "The tables are "
            + String.join(", ", names));
  }
}
