package io.moulin.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.moulin.spec.DataType;
import io.moulin.spec.DataType.Scalar;
import io.moulin.spec.Sql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds out which inputs of a model are partition-wise, from how the engine would answer two
 * questions about its rows.
 *
 * <p>Those of one partition: the optimiser may only move that filter to a table when no other of
 * its rows can matter, so a table is partition-wise when the filter shows in the plan at every
 * place that reads it. And those of no partition, where the column is NULL: an outer join can make
 * them of rows that do have a partition, so the plan must show that there are none where no input
 * has any.
 */
final class PartitionProof {
  /** The values that are asked for: a filter with one of them is none of the user's own. */
  private static final String LIKE_NOTHING_ELSE = "1870707077|moulin-1870707077|1907-03-21";

  /** A filter as plans write it: {@code (day = '1907-03-21'::DATE)}. */
  private static final Pattern EQUAL =
      Pattern.compile("\\(\"?(\\w+)\"? = '?(" + LIKE_NOTHING_ELSE + ")\\b.*\\)");

  private static final Pattern NULL = Pattern.compile("\\(\"?(\\w+)\"? IS NULL\\)");

  /** What operators are called that make groups of rows. */
  private static final Pattern GROUPING = Pattern.compile("GROUP_BY|AGGREGATE|DISTINCT");

  private final Sandbox sandbox;
  private final Map<String, String> found = new HashMap<>();
  private final Set<String> whole = new HashSet<>();
  private final Set<String> emptyCtes = new HashSet<>();
  private boolean groups;

  private PartitionProof(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  /**
   * How the partitions of a query depend on those of its inputs.
   *
   * @param column by which its rows are partitioned
   * @param type of that column
   */
  static PartitionWise of(Sandbox sandbox, String query, String column, DataType type)
      throws SQLException {
    String value = anyValue(type);
    if (value.isEmpty()) {
      return PartitionWise.NOTHING;
    }
    PartitionProof proof = new PartitionProof(sandbox);
    String rows = "SELECT * FROM (\n%s\n) WHERE %s ".formatted(query, Sql.name(column));
    try {
      proof.collect(proof.sandbox.plan(rows + "= " + value));
      proof.found.keySet().removeAll(proof.whole);
      return proof.empty(sandbox.plan(rows + "IS NULL").path(0))
          ? new PartitionWise(proof.found, proof.groups)
          : PartitionWise.NOTHING;
    } catch (JsonProcessingException e) {
      throw new SQLException("Invalid plan of " + query, e);
    }
  }

  /** A value of a type, in SQL; empty when its values do not make good partitions. */
  private static String anyValue(DataType type) {
    return type instanceof Scalar scalar
        ? switch (scalar) {
          case INT, LONG -> "1870707077";
          case STRING -> "'moulin-1870707077'";
          case DATE -> "DATE '1907-03-21'";
          case TIMESTAMP -> "TIMESTAMP '1907-03-21 07:07:07'";
          default -> "";
        }
        : "";
  }

  /** What a plan reads with the filter, and what without. */
  private void collect(JsonNode plan) {
    groups |= GROUPING.matcher(plan.path("name").asText()).find();
    JsonNode info = plan.path("extra_info");
    if (info.has("Table")) {
      String table = Sandbox.fullName(info.path("Table").asText());
      String column = column(EQUAL, info.path("Filters"));
      String before = found.putIfAbsent(table, column);
      if (column.isEmpty() || (before != null && !before.equals(column))) {
        whole.add(table);
      }
    }
    plan.forEach(this::collect);
  }

  /** The column of the first of the filters that looks like this; empty when there is none. */
  private static String column(Pattern filter, JsonNode filters) {
    if (filters.isArray()) {
      for (JsonNode each : filters) {
        String column = column(filter, each);
        if (!column.isEmpty()) {
          return column;
        }
      }
      return "";
    }
    Matcher matcher = filter.matcher(filters.asText());
    return matcher.matches() ? matcher.group(1) : "";
  }

  /** Whether an operator surely gives no row where every row of the inputs has a partition. */
  private boolean empty(JsonNode operator) {
    List<JsonNode> from = new ArrayList<>();
    operator.path("children").forEach(from::add);
    String name = operator.path("name").asText();
    if (name.equals("EMPTY_RESULT")) {
      return true;
    } else if (from.isEmpty()) {
      return scansNothing(operator.path("extra_info"));
    } else if (name.equals("CTE")) { // what is read more than once, and then who reads it
      if (empty(from.get(0))) {
        emptyCtes.add(operator.path("extra_info").path("Table Index").asText());
      }
      return empty(from.get(1));
    } else if (name.equals("UNGROUPED_AGGREGATE")) {
      return false; // it counts to zero
    } else if (from.size() == 1 || name.equals("UNION")) {
      return from.stream().allMatch(this::empty);
    }
    boolean left = empty(from.get(0));
    boolean right = empty(from.get(1));
    return switch (operator.path("extra_info").path("Join Type").asText()) {
      case "INNER" -> left || right;
      case "LEFT", "SEMI", "ANTI", "MARK", "SINGLE" -> left;
      case "RIGHT", "RIGHT_SEMI", "RIGHT_ANTI" -> right;
      default -> left && right && name.endsWith("JOIN");
    };
  }

  private boolean scansNothing(JsonNode scan) {
    if (scan.has("CTE Index")) {
      return emptyCtes.contains(scan.path("CTE Index").asText());
    }
    String table = Sandbox.fullName(scan.path("Table").asText());
    String column = column(NULL, scan.path("Filters"));
    return !column.isEmpty() && column.equals(found.get(table));
  }
}
