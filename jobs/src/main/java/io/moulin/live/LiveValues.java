package io.moulin.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moulin.duck.Duck;
import io.moulin.duck.Functions;
import io.moulin.live.LiveParts.Partial;
import io.moulin.spec.DatasetTables;
import io.moulin.spec.Sql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the values of an aggregate are made of: the aggregates in their SQL are taken out of it and
 * numbered {@code p0, p1, …}, so that they can be kept and merged, and the rest is evaluated over
 * them. Each argument of an aggregate is evaluated under TRY: a row whose value fails has none.
 *
 * <p>An aggregate merges when merging gives exactly what all rows together give, in any order. One
 * that does not, such as a median, a count of distinct values or the sum of inexact numbers, takes
 * its rows in the order of the topic, so that it always gives the same.
 */
final class LiveValues {
  /** How the ones that merge are merged. */
  private static final Map<String, String> MERGED =
      Map.ofEntries(
          Map.entry("count", "sum"),
          Map.entry("count_star", "sum"),
          Map.entry("count_if", "sum"),
          Map.entry("countif", "sum"),
          Map.entry("sum", "sum"),
          Map.entry("min", "min"),
          Map.entry("max", "max"),
          Map.entry("bool_and", "bool_and"),
          Map.entry("bool_or", "bool_or"),
          Map.entry("bit_and", "bit_and"),
          Map.entry("bit_or", "bit_or"),
          Map.entry("bit_xor", "bit_xor"));

  /** Types whose values come back as they were when they are kept as text. */
  private static final Set<String> KEPT =
      Set.of(
          "BOOLEAN",
          "TINYINT",
          "SMALLINT",
          "INTEGER",
          "BIGINT",
          "HUGEINT",
          "UTINYINT",
          "USMALLINT",
          "UINTEGER",
          "UBIGINT",
          "FLOAT",
          "DOUBLE",
          "DATE",
          "TIME",
          "TIMESTAMP",
          "TIMESTAMP WITH TIME ZONE",
          "VARCHAR",
          "UUID");

  private static final Set<String> AVERAGES = Set.of("avg", "mean");

  private final Duck duck;
  private final List<String> columns;
  private final Functions functions;
  private final Map<String, Partial> partials = new LinkedHashMap<>();
  private final List<String> expressions = new ArrayList<>();

  /** Why a value cannot be computed, with the code of the diagnostic. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;
    private final String code;
    private final String fix;

    private Refused(String code, String what, String fix) {
      super(what);
      this.code = code;
      this.fix = fix;
    }

    String code() {
      return code;
    }

    String fix() {
      return fix;
    }

    String what() {
      return String.valueOf(getMessage());
    }
  }

  /**
   * @param columns of silver, each with a type and a name
   */
  LiveValues(Duck duck, List<String> columns) throws SQLException {
    this.duck = duck;
    this.columns = columns;
    this.functions = duck.functions();
  }

  /** Takes up one more value. */
  void add(String sql) throws SQLException, Refused {
    JsonNode parsed = duck.parse("SELECT " + sql + "\n");
    if (parsed.path("error").asBoolean()) {
      throw new Refused(
          "sql-syntax",
          "does not parse: " + parsed.path("error_message").asText(),
          "put words that SQL reserves into double quotes: \"at\", \"order\", \"end\"");
    }
    JsonNode select = parsed.path("statements").path(0).path("node");
    if (parsed.path("statements").size() != 1
        || select.path("select_list").size() != 1
        || !select.path("from_table").path("type").asText().equals("EMPTY")
        || !select.path("modifiers").isEmpty()) {
      throw notOne("is not one expression");
    }
    int before = partials.size();
    ArrayNode list = (ArrayNode) select.path("select_list");
    JsonNode rest = replaced(list.get(0));
    if (before == partials.size() && text(rest).equals(text(list.get(0)))) {
      throw notOne("is no aggregate");
    }
    expressions.add(text(rest));
  }

  private static Refused notOne(String what) {
    return new Refused(
        "sql-not-an-aggregate",
        what,
        "write an aggregate over the rows of a window, such as count(*) or sum(amount)");
  }

  /** What was found. */
  LiveParts parts() {
    return new LiveParts(List.copyOf(partials.values()), expressions);
  }

  /** The tree with its aggregates replaced by the names of partials. */
  private JsonNode replaced(JsonNode node) throws SQLException, Refused {
    String kind = node.path("class").asText();
    if (kind.equals("WINDOW") || kind.equals("SUBQUERY")) {
      throw notOne("looks beyond the rows of a window");
    }
    if (kind.equals("COLUMN_REF")) {
      throw new Refused(
          "sql-not-an-aggregate",
          "uses the column '%s' outside of an aggregate"
              .formatted(node.path("column_names").path(0).asText()),
          "take it into an aggregate, such as max(%s); write aggregates out that DuckDB has as macros"
              .formatted(node.path("column_names").path(0).asText()));
    }
    if (kind.equals("FUNCTION") && functions.aggregate(name(node))) {
      return partial((ObjectNode) node);
    }
    JsonNode copy = node.deepCopy();
    if (copy instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        object.set(field.getKey(), replaced(field.getValue()));
      }
    } else if (copy instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, replaced(node.get(i)));
      }
    }
    return copy;
  }

  private static String name(JsonNode function) {
    return function.path("function_name").asText().toLowerCase(Locale.ROOT);
  }

  private JsonNode partial(ObjectNode aggregate) throws SQLException, Refused {
    ObjectNode guarded = guarded(aggregate);
    boolean plain =
        !guarded.path("distinct").asBoolean()
            && guarded.path("order_bys").path("orders").isEmpty()
            && guarded.path("arguments").size() <= 1;
    if (plain && AVERAGES.contains(name(guarded))) {
      String sum = text(named(guarded, "sum"));
      String type = type(sum);
      if (exact(type)) {
        String total = add(sum, type, "sum");
        String count = text(named(guarded, "count"));
        return expression(
            "CAST(%s AS DOUBLE) / %s".formatted(total, add(count, type(count), "sum")));
      }
    }
    String merge = MERGED.get(name(guarded));
    String sql = text(guarded);
    if (plain && merge != null) {
      String type = type(sql);
      boolean fits = merge.equals("sum") ? exact(type) : kept(type);
      if (fits) {
        return expression(add(sql, type, merge));
      }
    }
    String ordered = text(ordered(guarded));
    return expression(add(ordered, type(ordered), null));
  }

  /** Sums of these are the same in any order. */
  private static boolean exact(String type) {
    return type.equals("HUGEINT") || type.equals("BIGINT") || type.startsWith("DECIMAL");
  }

  private static boolean kept(String type) {
    return KEPT.contains(type) || type.startsWith("DECIMAL");
  }

  private String add(String sql, String type, @Nullable String merge) {
    return partials
        .computeIfAbsent(sql, key -> new Partial("p" + partials.size(), sql, type, merge))
        .name();
  }

  private static ObjectNode named(ObjectNode function, String name) {
    ObjectNode other = function.deepCopy();
    other.put("function_name", name);
    other.putObject("qualified_name").putArray("path").add(name);
    return other;
  }

  /** The aggregate with everything that it evaluates for a row under TRY. */
  private ObjectNode guarded(ObjectNode aggregate) throws Refused {
    ObjectNode copy = aggregate.deepCopy();
    for (JsonNode argument : copy.path("arguments")) {
      guard((ObjectNode) argument, "expression");
    }
    for (JsonNode order : copy.path("order_bys").path("orders")) {
      guard((ObjectNode) order, "expression");
    }
    if (copy.path("filter").isObject()) {
      guard(copy, "filter");
    }
    return copy;
  }

  /** What is the same for every row stays as it is: some arguments have to be constants. */
  private void guard(ObjectNode parent, String field) throws Refused {
    JsonNode inner = parent.path(field);
    if (reads(inner)) {
      ObjectNode guard = expression("TRY(x)");
      ((ArrayNode) guard.path("children")).set(0, inner);
      parent.set(field, guard);
    }
  }

  /** Whether it depends on the row. */
  private static boolean reads(JsonNode node) throws Refused {
    String kind = node.path("class").asText();
    if (kind.equals("WINDOW") || kind.equals("SUBQUERY")) {
      throw notOne("looks beyond the rows of a window");
    }
    boolean found = kind.equals("COLUMN_REF");
    for (JsonNode child : node) {
      found |= reads(child);
    }
    return found;
  }

  /** Rows in the order of the topic; where they are told apart by value, in that order. */
  private ObjectNode ordered(ObjectNode aggregate) {
    ObjectNode copy = aggregate.deepCopy();
    ArrayNode orders = (ArrayNode) copy.path("order_bys").path("orders");
    if (copy.path("distinct").asBoolean()) {
      if (orders.isEmpty() && !copy.path("arguments").isEmpty()) {
        order(orders, copy.path("arguments").path(0).path("expression"));
      }
    } else if (!copy.path("arguments").isEmpty()) {
      order(orders, expression(DatasetTables.PARTITION));
      order(orders, expression(DatasetTables.OFFSET));
    }
    return copy;
  }

  private static void order(ArrayNode orders, JsonNode by) {
    ObjectNode order = orders.addObject();
    order.put("type", "ORDER_DEFAULT");
    order.put("null_order", "ORDER_DEFAULT");
    order.set("expression", by);
  }

  /** The tree of an expression. */
  private ObjectNode expression(String sql) {
    return (ObjectNode)
        duck.parse("SELECT " + sql)
            .path("statements")
            .path(0)
            .path("node")
            .path("select_list")
            .path(0);
  }

  /** The SQL of a tree. */
  private String text(JsonNode expression) throws SQLException {
    ObjectNode statement = (ObjectNode) duck.parse("SELECT 1");
    ((ArrayNode) statement.path("statements").path(0).path("node").path("select_list"))
        .set(0, expression);
    String[] sql = {""};
    duck.query(
        "SELECT json_deserialize_sql(%s)".formatted(Sql.text(statement.toString())),
        row -> sql[0] = row.getString(1));
    return sql[0].substring("SELECT ".length());
  }

  private String type(String sql) throws SQLException {
    String[] type = {""};
    duck.query(
        "DESCRIBE SELECT %s AS v FROM (SELECT %s)".formatted(sql, String.join(", ", columns)),
        row -> type[0] = row.getString(2));
    return type[0];
  }

  /** The type of the last value that was added. */
  String lastType() throws SQLException {
    List<String> row = new ArrayList<>();
    for (Partial partial : partials.values()) {
      row.add("CAST(NULL AS %s) AS %s".formatted(partial.type(), partial.name()));
    }
    String[] type = {""};
    duck.query(
        "DESCRIBE SELECT TRY(%s) AS v FROM (SELECT %s)"
            .formatted(expressions.get(expressions.size() - 1), String.join(", ", row)),
        found -> type[0] = found.getString(2));
    return type[0];
  }
}
