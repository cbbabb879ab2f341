package io.moulin.model.dbt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moulin.spec.model.CheckSpec;
import io.moulin.spec.model.CheckSpec.Limits;
import io.moulin.spec.model.CheckSpec.Severity;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Checks as tests of dbt: its own where they count failing rows as Moulin does, else those of
 * {@code macros/moulin.sql}.
 */
final class DbtTests {
  private final DbtNames names;
  private final Set<String> taken = new HashSet<>();

  DbtTests(DbtNames names) {
    this.names = names;
  }

  /**
   * Adds the checks of a table to what is said about it.
   *
   * @param table what is said, with its columns
   * @param name of the table, without its namespace
   */
  void add(ObjectNode table, String name, List<CheckSpec> checks) {
    for (CheckSpec check : checks) {
      boolean ofColumn = check.columns().size() == 1 && ofDbt(check);
      ObjectNode owner = ofColumn ? column(table, check.columns().get(0)) : table;
      ObjectNode test = owner.withArray("data_tests").addObject().putObject(word(check));
      test.put("name", name(name, check.name()));
      ObjectNode arguments = arguments(check, ofColumn);
      if (!arguments.isEmpty()) {
        test.set("arguments", arguments);
      }
      ObjectNode config = config(check.limits());
      if (!check.where().isEmpty()) {
        config.put("where", Jinja.text(check.where()));
      }
      if (!config.isEmpty()) {
        test.set("config", config);
      }
    }
  }

  private static ObjectNode column(ObjectNode table, String name) {
    for (JsonNode column : table.withArray("columns")) {
      if (column.path("name").asText().equals(name)) {
        return (ObjectNode) column;
      }
    }
    throw new IllegalArgumentException("Invalid column: " + name);
  }

  /** Names of tests are unique in a project. */
  private String name(String table, String check) {
    String name =
        (table + "__" + check)
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9_]+", "_")
            .replaceAll("_$", "");
    String free = name;
    for (int i = 2; !taken.add(free); i++) {
      free = name + "_" + i;
    }
    return free;
  }

  /** dbt counts values, not rows, in its own 'unique' and 'accepted_values'. */
  private static boolean ofDbt(CheckSpec check) {
    boolean anyFails = check.limits().warnAbove() == 0 && check.limits().errorAbove() == null;
    return switch (check.kind()) {
      case NOT_NULL, RELATIONSHIPS -> true;
      case UNIQUE, ACCEPTED_VALUES -> anyFails;
      case EXPRESSION, ROW_COUNT_CHANGE, FRESHNESS, NOT_EMPTY -> false;
    };
  }

  private static String word(CheckSpec check) {
    String word = check.kind().name().toLowerCase(Locale.ROOT);
    return check.columns().size() == 1 && ofDbt(check) ? word : "moulin_" + word;
  }

  private ObjectNode arguments(CheckSpec check, boolean ofColumn) {
    ObjectNode arguments = JsonNodeFactory.instance.objectNode();
    if (!ofColumn && !check.columns().isEmpty()) {
      check.columns().forEach(arguments.putArray("columns")::add);
    }
    switch (check.kind()) {
      case ACCEPTED_VALUES ->
          check.values().forEach(each -> arguments.withArray("values").add(Jinja.text(each)));
      case RELATIONSHIPS -> {
        arguments.put("to", names.expression(check.to()));
        if (ofColumn) {
          arguments.put("field", check.toColumns().get(0));
        } else {
          check.toColumns().forEach(arguments.putArray("to_columns")::add);
        }
      }
      case EXPRESSION -> arguments.put("expect", Jinja.text(check.expect()));
      case ROW_COUNT_CHANGE -> arguments.put("share", check.share());
      case FRESHNESS -> arguments.put("seconds", check.age().toSeconds());
      case NOT_NULL, UNIQUE, NOT_EMPTY -> {}
    }
    return arguments;
  }

  /** From how many failing rows on a test warns or fails. */
  static ObjectNode config(Limits limits) {
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    Long errorAbove = limits.errorAbove();
    boolean warns = limits.severity() == Severity.WARN && errorAbove == null;
    if (warns) {
      config.put("severity", "warn");
    }
    if (limits.warnAbove() > 0 || errorAbove != null) {
      config.put("warn_if", ">" + limits.warnAbove());
      if (!warns) {
        config.put("error_if", ">" + (errorAbove == null ? limits.warnAbove() : errorAbove));
      }
    }
    return config;
  }
}
