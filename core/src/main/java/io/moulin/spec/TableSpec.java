package io.moulin.spec;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table as it should be: the same for every catalog.
 *
 * @param dataset name of the dataset that it belongs to
 */
public record TableSpec(
    String dataset, Layer layer, String name, List<FieldSpec> fields, List<PartitionSpec> partition)
    implements Serializable {

  public TableSpec {
    fields = List.copyOf(fields);
    partition = List.copyOf(partition);
  }

  /** Name within the catalog, for example {@code silver.trips}. */
  public String fullName() {
    return layer.namespace() + "." + name;
  }

  /**
   * One column of a table.
   *
   * @param was an earlier name of it
   */
  public record FieldSpec(
      String name, DataType type, boolean required, String doc, @Nullable String was)
      implements Serializable {

    /** A column that may be empty. */
    public static FieldSpec optional(String name, DataType type, String doc) {
      return new FieldSpec(name, type, false, doc, null);
    }

    /** A column that always has a value. */
    public static FieldSpec required(String name, DataType type, String doc) {
      return new FieldSpec(name, type, true, doc, null);
    }
  }
}
