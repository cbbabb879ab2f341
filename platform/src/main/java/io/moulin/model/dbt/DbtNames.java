package io.moulin.model.dbt;

import io.moulin.model.Blueprint;
import io.moulin.model.Node;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.TableSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What dbt calls the tables of a project. */
final class DbtNames {
  private final Map<String, String> expressions = new HashMap<>();

  /** The names of all tables of streams, seeds and models. */
  DbtNames(List<DatasetSpec> datasets, Blueprint blueprint) {
    for (DatasetSpec dataset : datasets) {
      for (TableSpec table : dataset.everyTable()) {
        add(table.fullName(), source(table.fullName()));
      }
    }
    for (Node node : blueprint.nodes()) {
      String expression =
          node.kind() == Node.Kind.SNAPSHOT
              ? source(node.fullName())
              : "ref('" + node.name() + "')";
      add(node.fullName(), expression);
      add(node.name(), expression);
    }
  }

  private void add(String name, String expression) {
    expressions.put(name.toLowerCase(Locale.ROOT), expression);
  }

  private static String source(String fullName) {
    int dot = fullName.indexOf('.');
    return "source('%s', '%s')".formatted(fullName.substring(0, dot), fullName.substring(dot + 1));
  }

  /** The expression that means a table; capitals make no difference. */
  String expression(String name) {
    String expression = expressions.get(name.toLowerCase(Locale.ROOT));
    if (expression == null) {
      throw new IllegalArgumentException("Invalid name: " + name);
    }
    return expression;
  }
}
