package io.moulin.model.build;

import io.moulin.model.Node;
import io.moulin.model.tables.Changes;
import io.moulin.model.tables.Input;
import io.moulin.model.tables.ModelCatalog;
import io.moulin.model.tables.Published;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/** Decides what of a table has to be computed, from what its last build has read. */
final class Deciding {
  private final ModelCatalog catalog;
  private final Node node;
  private final @Nullable Table table;
  private final @Nullable Published published;
  private final List<Input> inputs;

  /**
   * @param table null when there is none yet
   * @param inputs all stored tables that the node reads
   */
  Deciding(ModelCatalog catalog, Node node, @Nullable Table table, List<Input> inputs) {
    this.catalog = catalog;
    this.node = node;
    this.table = table;
    this.published = table == null ? null : Published.of(table);
    this.inputs = inputs;
  }

  /** The ids that the next snapshot has to name. */
  Map<String, Long> ids() {
    Map<String, Long> ids = new TreeMap<>();
    inputs.forEach(input -> ids.put(input.fullName(), input.snapshot()));
    return ids;
  }

  /** Partitions beyond the lookback that were left as they are, as {@link Published} keeps them. */
  List<String> behind() {
    return published == null ? List.of() : published.behind();
  }

  Decision decide() {
    Published last = published;
    if (table == null) {
      return new Decision.Whole("first build");
    } else if (last == null) {
      return new Decision.Whole("nothing is published");
    } else if (!last.version().equals(node.version())) {
      return new Decision.Whole(
          node.kind() == Node.Kind.SEED ? "the file changed" : "the SQL changed");
    } else if (!node.unsteady().isEmpty()) {
      return new Decision.Whole(
          String.join(", ", node.unsteady()) + " in its SQL: something else at every build");
    }
    List<Input> changed = new ArrayList<>();
    for (Input input : inputs) {
      Long before = last.inputs().get(input.fullName());
      if (before == null) {
        return new Decision.Whole(input.fullName() + " is a new input");
      }
      if (before != input.snapshot() && changes(input, before).any()) {
        changed.add(input);
      }
    }
    if (changed.isEmpty()) {
      return new Decision.Nothing(
          last.behind().isEmpty() ? "nothing changed" : left(last.behind().size()));
    }
    String why =
        changed.stream().map(Input::fullName).collect(Collectors.joining(", ", "", " changed"));
    return node.kind() == Node.Kind.INCREMENTAL
        ? partitions(changed, last, why)
        : new Decision.Whole(why);
  }

  private Changes changes(Input input, long before) {
    return catalog.changes(input.fullName(), input.table(), before);
  }

  private Decision partitions(List<Input> changed, Published last, String why) {
    Set<Object> values = new TreeSet<>();
    Type type = partitionType();
    for (Input input : changed) {
      String column = node.partitionWise().column(input.fullName()).orElse("");
      if (column.isEmpty()) {
        return new Decision.Whole(
            input.fullName() + " changed, on which every partition may depend");
      }
      NestedField source = input.table().schema().findField(column);
      if (source == null || !source.type().equals(type)) {
        return new Decision.Whole(why);
      }
      Long before = last.inputs().get(input.fullName());
      Optional<Set<Object>> found = changes(input, before == null ? 0 : before).partitions(column);
      if (found.isEmpty()) {
        return new Decision.Whole(
            "of %s it is not known which partitions changed".formatted(input.fullName()));
      }
      values.addAll(found.get());
    }
    return within(values, why);
  }

  private @Nullable Type partitionType() {
    Table made = table;
    NestedField field = made == null ? null : made.schema().findField(node.partition().get(0));
    return field == null ? null : field.type();
  }

  /** Splits at the lookback. */
  private Decision within(Set<Object> values, String why) {
    Duration lookback = node.lookback();
    Object newest = values.isEmpty() ? null : ((TreeSet<Object>) values).last();
    if (lookback == null || !(newest instanceof Number last)) {
      return new Decision.Partitions(why, List.copyOf(values), List.of());
    }
    Object known = newestPublished();
    long end =
        known instanceof Number n ? Math.max(n.longValue(), last.longValue()) : last.longValue();
    long least = end - units(lookback);
    List<Object> near = new ArrayList<>();
    List<Object> far = new ArrayList<>();
    for (Object value : values) {
      (((Number) value).longValue() >= least ? near : far).add(value);
    }
    if (near.isEmpty()) {
      return new Decision.Nothing(left(far.size()));
    }
    String said = far.isEmpty() ? why : why + "; " + left(far.size());
    return new Decision.Partitions(said, near, far);
  }

  /** Partitions that are not what their inputs say must not go unsaid, at any build. */
  private static String left(int partitions) {
    return "%d partition%s beyond the lookback left as before: 'moulin build --full-refresh' takes them in"
        .formatted(partitions, partitions == 1 ? "" : "s");
  }

  /** The lookback in the unit of the partition's values: days of dates, else microseconds. */
  private long units(Duration lookback) {
    Type type = partitionType();
    return type != null && type.typeId() == Type.TypeID.DATE
        ? lookback.toDays()
        : lookback.toMillis() * 1_000;
  }

  private @Nullable Object newestPublished() {
    Table made = table;
    if (made == null || made.currentSnapshot() == null) {
      return null;
    }
    PartitionSpec spec = made.spec();
    TreeSet<Object> values = new TreeSet<>();
    catalog
        .plan(node.fullName(), made)
        .files()
        .forEach(
            file -> {
              Object value =
                  spec.isPartitioned() && file.specId() == spec.specId()
                      ? file.partition().get(0, Object.class)
                      : null;
              if (value instanceof Number) {
                values.add(value);
              }
            });
    return values.isEmpty() ? null : values.last();
  }
}
