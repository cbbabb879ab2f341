package io.moulin.model.build;

import io.moulin.model.Node;
import io.moulin.model.tables.Input;
import io.moulin.model.tables.PartitionOf;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Divides what has to be computed. Rows of one partition go straight into its file, and its input
 * lies in files of its own; rows of many have to be split by the engine, which costs as much as
 * computing and writing them (decision 0026).
 */
final class Portions {
  /** So much input makes a partition worth a statement of its own. */
  private static final long WORTH_BYTES = 256 << 10;

  /** An input that every portion reads as a whole must be no larger. */
  private static final long SHARED_BYTES = 4 << 20;

  private static final int MOST = 2_000;

  private final Node node;
  private final List<Input> inputs;

  /**
   * @param inputs all stored tables that the node reads
   */
  Portions(Node node, List<Input> inputs) {
    this.node = node;
    this.inputs = inputs;
  }

  /**
   * The portions that together are what was decided, each row in exactly one.
   *
   * @param type of the partition column, if there is one
   */
  List<Portion> of(Decision decision, Optional<Type> type) {
    if (decision instanceof Decision.Partitions some) {
      return node.partition().size() == 1 && worthIt(some.values())
          ? some.values().stream().map(value -> Portion.of(List.of(value))).toList()
          : List.of(Portion.of(some.values()));
    }
    return type.flatMap(this::everyValue)
        .filter(this::worthIt)
        .map(Portions::complete)
        .orElse(List.of(Portion.WHOLE));
  }

  private boolean worthIt(List<Object> values) {
    if (values.size() == 1) {
      return true;
    }
    if (node.partitionWise().groups()) {
      return false; // few rows are soon split
    }
    long own = 0;
    for (Input input : inputs) {
      Optional<String> column = node.partitionWise().column(input.fullName());
      if (column.isPresent()) {
        own += input.plan().where(Expressions.in(column.get(), values.toArray())).bytes();
      } else if (input.plan().bytes() > SHARED_BYTES) {
        return false;
      }
    }
    return !values.isEmpty() && values.size() <= MOST && own / values.size() >= WORTH_BYTES;
  }

  /** The values of all partitions that an input's row may matter to, when that can be told. */
  private Optional<List<Object>> everyValue(Type type) {
    if (node.kind() != Node.Kind.INCREMENTAL || node.partition().size() != 1) {
      return Optional.empty();
    }
    Set<Object> all = new TreeSet<>();
    for (Input input : inputs) {
      Optional<String> column = node.partitionWise().column(input.fullName());
      if (column.isEmpty()) {
        continue;
      }
      NestedField source = input.table().schema().findField(column.get());
      if (source == null || !source.type().equals(type)) {
        return Optional.empty();
      }
      Optional<Set<Object>> values =
          PartitionOf.values(input.table(), input.plan().files(), column.get());
      if (values.isEmpty()) {
        return Optional.empty();
      }
      all.addAll(values.get());
    }
    return Optional.of(List.copyOf(all));
  }

  /**
   * One portion for each value, and the rows of all others: few or none, but SQL can make them of
   * nothing.
   */
  private static List<Portion> complete(List<Object> values) {
    List<Portion> all = new ArrayList<>();
    values.forEach(value -> all.add(Portion.of(List.of(value))));
    all.add(new Portion(Portion.Rows.OF_OTHERS, values));
    return all;
  }
}
