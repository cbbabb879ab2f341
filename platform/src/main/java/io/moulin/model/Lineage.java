package io.moulin.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.MoulinException;
import io.moulin.spec.Sql;
import io.moulin.spec.TableSpec;
import io.moulin.spec.TableSpec.FieldSpec;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which columns a column is made of. The engine is asked to plan a query of that column alone, and
 * reads no column of an input that does not matter to it: so what the plan reads is what the column
 * depends on, through all views, by its value or by which rows there are.
 */
public final class Lineage {
  private final Map<String, Map<String, Set<String>>> columns = new HashMap<>();

  private Lineage() {}

  /** Of all models of a project. */
  public static Lineage of(List<DatasetSpec> datasets, Blueprint blueprint) {
    Lineage lineage = new Lineage();
    try (Sandbox sandbox = Sandbox.open()) {
      for (DatasetSpec dataset : datasets) {
        for (TableSpec table : dataset.everyTable()) {
          sandbox.table(table.fullName(), table.fields());
        }
      }
      for (Node node : blueprint.nodes()) {
        if (node.kind() == Node.Kind.SEED) {
          sandbox.table(node.fullName(), node.fields());
          continue;
        }
        Map<String, Set<String>> ofNode = new HashMap<>();
        for (FieldSpec field : node.fields()) {
          ofNode.put(field.name(), read(sandbox, node, field.name()));
        }
        lineage.columns.put(node.fullName(), ofNode);
        if (node.kind().stored()) {
          sandbox.table(node.fullName(), node.fields());
        } else {
          sandbox.model(node.fullName(), node.sql(), false);
        }
      }
      return lineage;
    } catch (SQLException | JsonProcessingException e) {
      throw MoulinException.internal("duckdb", "Cannot find the lineage: " + e.getMessage(), e);
    }
  }

  /**
   * What a column of a model depends on.
   *
   * @return columns of stored tables, for example {@code silver.trips.total_amount}
   */
  public Set<String> of(String fullName, String column) {
    return columns.getOrDefault(fullName, Map.of()).getOrDefault(column, Set.of());
  }

  private static Set<String> read(Sandbox sandbox, Node node, String column)
      throws SQLException, JsonProcessingException {
    Set<String> found = new TreeSet<>();
    if (node.kind() == Node.Kind.SNAPSHOT
        && SnapshotSql.added().stream().anyMatch(field -> field.name().equals(column))) {
      return found;
    }
    collect(sandbox.plan("SELECT %s FROM (\n%s\n)".formatted(Sql.name(column), node.sql())), found);
    return found;
  }

  private static void collect(JsonNode plan, Set<String> found) {
    JsonNode info = plan.path("extra_info");
    if (info.has("Table")) {
      String table = Sandbox.fullName(info.path("Table").asText());
      JsonNode read = info.path("Projections");
      if (read.isArray()) {
        read.forEach(column -> found.add(table + "." + column.asText()));
      } else if (!read.asText().isEmpty()) {
        found.add(table + "." + read.asText());
      }
    }
    plan.forEach(child -> collect(child, found));
  }
}
