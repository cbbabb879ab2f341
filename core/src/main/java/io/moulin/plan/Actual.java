package io.moulin.plan;

import io.moulin.spec.PartitionSpec;
import io.moulin.spec.TableSpec.FieldSpec;
import io.moulin.spec.TopicSpec;
import java.util.List;
import java.util.Map;

/**
 * What exists of a project.
 *
 * @param topics by name
 * @param tables by full name, for example {@code silver.trips}
 */
public record Actual(Map<String, TopicSpec> topics, Map<String, ActualTable> tables) {
  public Actual {
    topics = Map.copyOf(topics);
    tables = Map.copyOf(tables);
  }

  /**
   * A table that exists.
   *
   * @param rows how many rows its current snapshot holds
   * @param properties its Iceberg properties
   */
  public record ActualTable(
      String fullName,
      List<FieldSpec> fields,
      List<PartitionSpec> partition,
      long rows,
      Map<String, String> properties) {
    public ActualTable {
      fields = List.copyOf(fields);
      partition = List.copyOf(partition);
      properties = Map.copyOf(properties);
    }
  }
}
