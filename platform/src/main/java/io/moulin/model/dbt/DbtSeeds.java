package io.moulin.model.dbt;

import io.moulin.model.Node;
import io.moulin.spec.MoulinException;
import io.moulin.spec.Sql;
import io.moulin.spec.TableSpec.FieldSpec;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Seeds as dbt reads them: nothing at all is no value there, whatever it was here. */
final class DbtSeeds {
  private final Connection duckdb;

  DbtSeeds(Connection duckdb) {
    this.duckdb = duckdb;
  }

  /** The CSV file of a seed. */
  String csv(Node seed) throws SQLException {
    List<String> names = seed.fields().stream().map(FieldSpec::name).toList();
    String columns =
        names.stream()
            .map(name -> "CAST(%s AS VARCHAR)".formatted(Sql.name(name)))
            .collect(Collectors.joining(", "));
    StringBuilder out = new StringBuilder();
    line(names, out);
    try (Statement statement = duckdb.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT %s FROM (%s)".formatted(columns, seed.sql()))) {
      while (rows.next()) {
        String[] cells = new String[names.size()];
        for (int i = 0; i < cells.length; i++) {
          cells[i] = cell(rows.getString(i + 1), seed, names.get(i));
        }
        line(List.of(cells), out);
      }
    }
    return out.toString();
  }

  private static String cell(@Nullable String value, Node seed, String column) {
    if (value == null) {
      return "";
    }
    if (value.isEmpty()) {
      throw MoulinException.user(
          "dbt-empty-text",
          "The seed '%s' has an empty text in '%s'; for dbt that is no value"
              .formatted(seed.name(), column),
          "add \"\" to its nulls, or write another text");
    }
    return value;
  }

  private static void line(List<String> cells, StringBuilder out) {
    out.append(cells.stream().map(DbtSeeds::quoted).collect(Collectors.joining(","))).append('\n');
  }

  private static String quoted(String cell) {
    return cell.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
            || !cell.equals(cell.strip())
        ? '"' + cell.replace("\"", "\"\"") + '"'
        : cell;
  }
}
