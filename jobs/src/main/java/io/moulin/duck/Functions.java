package io.moulin.duck;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the functions of DuckDB are like: its own list of them, and what that leaves out. They are
 * the same in every database of a process, and asking for them takes as long as a small query.
 */
public final class Functions {
  /** Ask the clock without being called. */
  private static final Set<String> CLOCK =
      Set.of("current_date", "current_time", "current_timestamp", "localtime", "localtimestamp");

  /** DuckDB 2.0 has these among the functions that always give the same. */
  private static final List<String> LISTED_WRONG =
      List.of("current_localtime", "current_localtimestamp");

  /** It fails, and always in the same way. */
  private static final String ERROR = "error";

  /** The age of one moment is its age today; that of two asks no clock. */
  private static final String AGE = "age";

  /** {@code USING SAMPLE} and {@code TABLESAMPLE}, and what trees call both. */
  private static final String SAMPLE = "sample";

  private static final Pattern WORD = Pattern.compile("\\w+");

  private static @Nullable Functions known;

  private final Set<String> aggregates = new HashSet<>();
  private final Set<String> unsteady = new HashSet<>(CLOCK);

  private Functions() {
    unsteady.addAll(LISTED_WRONG);
  }

  /** Those that any database of this process has. */
  public static synchronized Functions of(Connection duckdb) throws SQLException {
    Functions functions = known;
    if (functions == null) {
      functions = new Functions();
      functions.read(duckdb);
      known = functions;
    }
    return functions;
  }

  private void read(Connection duckdb) throws SQLException {
    Map<String, String> macros = new HashMap<>();
    try (Statement statement = duckdb.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT lower(function_name), function_type, stability, macro_definition"
                    + " FROM duckdb_functions()"
                    + " WHERE function_type = 'aggregate' OR stability <> 'CONSISTENT'"
                    + " OR (internal AND macro_definition IS NOT NULL)")) {
      while (rows.next()) {
        String name = rows.getString(1);
        String stability = rows.getString(3);
        String macro = rows.getString(4);
        if (rows.getString(2).equals("aggregate")) {
          aggregates.add(name);
        }
        if (stability != null && !stability.equals("CONSISTENT") && !name.equals(ERROR)) {
          unsteady.add(name);
        }
        if (macro != null) {
          macros.merge(name, macro, (one, other) -> one + " " + other);
        }
      }
    }
    // Of a macro the list does not say it. By words, which may be a text's: too many do no harm.
    macros.forEach(
        (name, definition) -> {
          if (WORD.matcher(definition.toLowerCase(Locale.ROOT))
              .results()
              .anyMatch(word -> unsteady.contains(word.group()))) {
            unsteady.add(name);
          }
        });
  }

  /** Whether a function makes one value of many rows. */
  public boolean aggregate(String name) {
    return aggregates.contains(name.toLowerCase(Locale.ROOT));
  }

  /** Whether a text has a word that may make it unsteady: most have none, and need no parser. */
  public boolean mayBeUnsteady(String sql) {
    return WORD.matcher(sql.toLowerCase(Locale.ROOT))
        .results()
        .map(MatchResult::group)
        .anyMatch(word -> unsteady.contains(word) || word.equals(AGE) || word.endsWith(SAMPLE));
  }

  /**
   * What there is in a statement, or a part of one, that gives something else at another time: the
   * clock, chance, a sample.
   *
   * @param tree as {@link SqlTree} gives it
   * @return in the order of their names, as a reader would find them in the SQL
   */
  public Set<String> unsteady(JsonNode tree) {
    Set<String> found = new TreeSet<>();
    collect(tree, found);
    return found;
  }

  private void collect(JsonNode node, Set<String> into) {
    String function = node.path("function_name").asText().toLowerCase(Locale.ROOT);
    if (unsteady.contains(function)
        || (function.equals(AGE) && node.path("arguments").size() == 1)) {
      into.add(function + "()");
    }
    JsonNode column = node.path("column_names");
    String word = column.path(0).asText().toLowerCase(Locale.ROOT);
    if (column.size() == 1 && CLOCK.contains(word)) {
      into.add(word);
    }
    JsonNode sample = node.path(SAMPLE);
    if (sample.isObject() && !sample.path("repeatable").asBoolean()) {
      into.add("a sample that is not repeatable");
    }
    node.forEach(child -> collect(child, into));
  }
}
