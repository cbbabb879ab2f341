package io.moulin.model.dbt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * SQL in which each name of a table is what dbt calls it. DuckDB's own parser says where the names
 * stand, so what looks like one in a comment or a text stays what it is.
 */
final class DbtSql {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Connection duckdb;
  private final DbtNames names;

  DbtSql(Connection duckdb, DbtNames names) {
    this.duckdb = duckdb;
    this.names = names;
  }

  /**
   * A name of a table.
   *
   * @param from the byte at which it begins
   * @param path its parts
   */
  private record Named(int from, List<String> path) {}

  /** The SQL for dbt. */
  String of(String sql) throws SQLException {
    byte[] bytes = sql.getBytes(StandardCharsets.UTF_8);
    StringBuilder out = new StringBuilder();
    int done = 0;
    for (Named named : tables(sql)) {
      out.append(Jinja.text(text(bytes, done, named.from())));
      out.append(Jinja.expression(names.expression(String.join(".", named.path()))));
      done = end(bytes, named);
    }
    return out.append(Jinja.text(text(bytes, done, bytes.length))).toString();
  }

  private static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }

  /** The names of tables that the SQL does not define itself, from left to right. */
  private List<Named> tables(String sql) throws SQLException {
    try (PreparedStatement parse = duckdb.prepareStatement("SELECT json_serialize_sql(?)")) {
      parse.setString(1, sql);
      try (ResultSet result = parse.executeQuery()) {
        result.next();
        JsonNode tree = JSON.readTree(result.getString(1));
        List<Named> found = new ArrayList<>();
        Set<String> common = new HashSet<>();
        collect(tree, found, common);
        found.removeIf(
            named ->
                named.path().size() == 1
                    && common.contains(named.path().get(0).toLowerCase(Locale.ROOT)));
        found.sort(Comparator.comparingInt(Named::from));
        return found;
      }
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot read the parse tree of SQL that was checked", e);
    }
  }

  private static void collect(JsonNode node, List<Named> found, Set<String> common) {
    if (node.path("type").asText().equals("BASE_TABLE")) {
      List<String> path = new ArrayList<>();
      node.path("qualified_name").path("path").forEach(part -> path.add(part.asText()));
      found.add(new Named(node.path("query_location").asInt(), path));
    }
    for (JsonNode entry : node.path("cte_map").path("map")) {
      common.add(entry.path("key").asText().toLowerCase(Locale.ROOT));
    }
    node.forEach(child -> collect(child, found, common));
  }

  /** The byte behind a name: its parts are bare or in quotes, with dots between them. */
  private static int end(byte[] bytes, Named named) {
    int at = named.from();
    for (int part = 0; part < named.path().size(); part++) {
      if (part > 0) {
        at = blanks(bytes, at);
        if (at >= bytes.length || bytes[at] != '.') {
          throw new IllegalStateException("Cannot find " + named.path() + " in the SQL");
        }
        at = blanks(bytes, at + 1);
      }
      int begin = at;
      at = at < bytes.length && bytes[at] == '"' ? closing(bytes, at) : bare(bytes, at);
      String found = text(bytes, begin, at);
      String name =
          found.startsWith("\"")
              ? found.substring(1, found.length() - 1).replace("\"\"", "\"")
              : found;
      if (!name.equalsIgnoreCase(named.path().get(part))) {
        throw new IllegalStateException("Cannot find " + named.path() + " in the SQL");
      }
    }
    return at;
  }

  private static int blanks(byte[] bytes, int from) {
    int at = from;
    while (at < bytes.length && Character.isWhitespace(bytes[at])) {
      at++;
    }
    return at;
  }

  private static int bare(byte[] bytes, int from) {
    int at = from;
    while (at < bytes.length
        && (bytes[at] < 0 || bytes[at] == '_' || Character.isLetterOrDigit(bytes[at]))) {
      at++;
    }
    return at;
  }

  private static int closing(byte[] bytes, int from) {
    for (int at = from + 1; at < bytes.length; at++) {
      if (bytes[at] == '"') {
        if (at + 1 < bytes.length && bytes[at + 1] == '"') {
          at++;
        } else {
          return at + 1;
        }
      }
    }
    return bytes.length;
  }
}
