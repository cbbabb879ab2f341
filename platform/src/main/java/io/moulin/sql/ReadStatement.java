package io.moulin.sql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.moulin.duck.SqlTree;
import io.moulin.spec.MoulinException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One statement that only reads, as DuckDB's own parser understands it.
 *
 * @param sql what to run
 * @param tables the tables that it names, each as the parts of its name
 * @param functions the table functions that it calls, in lower case
 * @param listing true when it asks which tables there are
 */
public record ReadStatement(
    String sql, Set<List<String>> tables, Set<String> functions, boolean listing) {
  // White space and comments, then EXPLAIN with its options.
  private static final Pattern EXPLAIN =
      Pattern.compile(
          "^(?:\\s|--[^\\n]*(?:\\n|$)|/\\*.*?\\*/)*EXPLAIN\\s+(ANALYZE\\s+)?(?:\\([^)]*\\)\\s*)?",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  private static final String LIST_TABLES =
      "SELECT table_schema || '.' || table_name AS name FROM information_schema.tables ORDER BY 1";

  /** Reads {@code sql}; fails with a user's mistake when it is no statement that only reads. */
  public static ReadStatement parse(Connection duckdb, String sql) throws SQLException {
    Matcher explain = EXPLAIN.matcher(sql);
    String explained =
        explain.find() ? "EXPLAIN " + (explain.group(1) == null ? "" : "ANALYZE ") : "";
    String read = explained.isEmpty() ? sql : sql.substring(explain.end());
    JsonNode tree = tree(duckdb, read);
    if (tree.path("error").asBoolean()) {
      throw refusal(read, tree);
    }
    JsonNode statements = tree.path("statements");
    if (statements.isEmpty()) {
      throw MoulinException.user(
          "invalid-sql", "There is no statement in the query", "write one, such as SELECT 1");
    } else if (statements.size() > 1) {
      throw MoulinException.user(
          "several-statements",
          "A query is one statement; this has " + statements.size(),
          "run them one by one");
    }
    Names names = new Names();
    names.collect(statements);
    // What is run is what was understood: no comment before it can make it another statement.
    String run = names.showsTables ? LIST_TABLES : read;
    return new ReadStatement(explained + run, names.tables(), names.functions, names.listing);
  }

  private static JsonNode tree(Connection duckdb, String sql) throws SQLException {
    try {
      return SqlTree.of(duckdb, sql);
    } catch (JsonProcessingException e) {
      throw MoulinException.user(
          "invalid-sql", "The query is nested too deeply", "write it with fewer levels", e);
    }
  }

  private static MoulinException refusal(String sql, JsonNode tree) {
    if (!"not implemented".equals(tree.path("error_type").asText())) {
      String message = "Parser Error: " + tree.path("error_message").asText();
      JsonNode position = tree.path("position");
      return MoulinException.user(
          "invalid-sql",
          position.isMissingNode()
              ? message
              : message + "\n" + SqlFailures.pointer(sql, position.asInt()),
          "");
    }
    return MoulinException.user(
        "read-only",
        "A query only reads: SELECT, WITH, FROM, VALUES, DESCRIBE, SUMMARIZE, SHOW or EXPLAIN of"
            + " one of them",
        "change tables by their manifest and 'moulin apply'; for PIVOT write"
            + " SELECT * FROM (PIVOT … ON column IN (values) …)");
  }

  /** Collects the names of tables out of a parse tree. */
  private static final class Names {
    private final Set<List<String>> named = new LinkedHashSet<>();
    private final Set<String> common = new HashSet<>();
    private boolean listing;
    private boolean showsTables;
    private final Set<String> functions = new TreeSet<>();

    void collect(JsonNode node) {
      String type = node.path("type").asText();
      if (type.equals("BASE_TABLE")) {
        List<String> path = new ArrayList<>();
        node.path("qualified_name").path("path").forEach(part -> path.add(part.asText()));
        listing |= path.get(0).equalsIgnoreCase("information_schema");
        named.add(path);
      } else if (node.path("show_type").asText().matches("SHOW_SPECIAL|SHOW_FROM")) {
        listing = true;
        showsTables |= node.path("table_name").asText().equals("\"tables\"");
      } else if (type.equals("TABLE_FUNCTION")) {
        String function = node.path("function").path("function_name").asText();
        listing |= function.startsWith("duckdb_");
        functions.add(function.toLowerCase(Locale.ROOT));
      }
      for (JsonNode entry : node.path("cte_map").path("map")) {
        common.add(entry.path("key").asText().toLowerCase(Locale.ROOT));
      }
      node.forEach(this::collect);
    }

    /** Without the names that the statement itself defines by WITH. */
    Set<List<String>> tables() {
      named.removeIf(
          path -> path.size() == 1 && common.contains(path.get(0).toLowerCase(Locale.ROOT)));
      return named;
    }
  }
}
