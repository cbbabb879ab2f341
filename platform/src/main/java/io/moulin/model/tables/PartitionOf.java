package io.moulin.model.tables;

import io.moulin.sql.TablePlan;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types.NestedField;

/** What the partition of a file says about a column. */
public final class PartitionOf {
  private PartitionOf() {}

  /**
   * The value that a column has in every row of a file, as Iceberg keeps it; empty when the column
   * is no partition by itself, has no value, or had another type when the file was written.
   */
  public static Optional<Object> value(Table table, ContentFile<?> file, String column) {
    PartitionSpec spec = table.specs().get(file.specId());
    NestedField source = table.schema().findField(column);
    if (spec == null || source == null) {
      return Optional.empty();
    }
    for (int i = 0; i < spec.fields().size(); i++) {
      PartitionField field = spec.fields().get(i);
      if (field.sourceId() == source.fieldId() && field.transform().isIdentity()) {
        Object value = file.partition().get(i, Object.class);
        return source.type().typeId().javaClass().isInstance(value)
            ? Optional.of(value instanceof CharSequence text ? text.toString() : value)
            : Optional.empty();
      }
    }
    return Optional.empty();
  }

  /**
   * How many rows there are for each value of a column, from metadata alone; empty when it does not
   * say.
   */
  public static Optional<Map<Object, Long>> rows(TablePlan plan, String column) {
    Map<Object, Long> rows = new TreeMap<>();
    for (DataFile file : plan.files()) {
      Optional<Object> value = value(plan.table(), file, column);
      if (value.isEmpty() || plan.deletes()) {
        return Optional.empty();
      }
      rows.merge(value.get(), file.recordCount(), Long::sum);
    }
    return Optional.of(rows);
  }

  /** All values that a column has in these files; empty when one of them does not say. */
  public static Optional<Set<Object>> values(Table table, List<DataFile> files, String column) {
    Set<Object> values = new HashSet<>();
    for (DataFile file : files) {
      Optional<Object> value = value(table, file, column);
      if (value.isEmpty()) {
        return Optional.empty();
      }
      values.add(value.get());
    }
    return Optional.of(values);
  }
}
