package io.moulin.model.audit;

import io.moulin.model.Blueprint.Singular;
import io.moulin.model.tables.Changes;
import io.moulin.model.tables.Input;
import io.moulin.model.tables.Literals;
import io.moulin.model.tables.ModelCatalog;
import io.moulin.sql.TableView;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Type;

/**
 * What of a query of wrong rows has to be made again, when it has found none before: the rows of
 * those partitions in which a row of what it reads has come or gone. That no other row can matter
 * to them is proved by the plan of the query, as it is for models.
 */
public final class PartOfQuery {
  private final Singular query;
  private final Type type;
  private final List<Object> values;

  private PartOfQuery(Singular query, Type type, Set<Object> values) {
    this.query = query;
    this.type = type;
    this.values = List.copyOf(values);
  }

  /**
   * Finds it; empty when that is everything.
   *
   * @param inputs all tables that the query reads, as it will see them
   * @param replaced values of partitions that are about to be replaced, by the name of the table
   */
  public static Optional<PartOfQuery> of(
      Singular query,
      Marks marks,
      ModelCatalog catalog,
      List<Input> inputs,
      Map<String, List<Object>> replaced) {
    Map<String, Long> before = marks.foundNone(query).orElse(null);
    if (before == null || query.spec().limits().bears()) {
      return Optional.empty(); // where some rows may fail, how many do in all is the question
    }
    Type type = null;
    Set<Object> values = new TreeSet<>();
    for (Input input : inputs) {
      String name = input.fullName();
      Long snapshot = before.get(name);
      Table published = catalog.load(name).orElse(null);
      if (snapshot == null || published == null) {
        return Optional.empty();
      }
      List<Object> soon = replaced.getOrDefault(name, List.of());
      Changes changes = catalog.changes(name, published, snapshot);
      if (!changes.any() && soon.isEmpty()) {
        continue;
      }
      Optional<String> column = query.partitionWise().column(name);
      Optional<Set<Object>> changed = column.flatMap(changes::partitions);
      Optional<Type> found = column.flatMap(each -> type(input, each));
      if (changed.isEmpty() || found.isEmpty() || (type != null && !type.equals(found.get()))) {
        return Optional.empty();
      }
      type = found.get();
      values.addAll(changed.get());
      values.addAll(soon);
    }
    return type == null ? Optional.empty() : Optional.of(new PartOfQuery(query, type, values));
  }

  private static Optional<Type> type(Input input, String column) {
    return Optional.ofNullable(input.table().schema().findType(column));
  }

  /** What it needs of an input. */
  public TableView view(Input input) {
    return query
        .partitionWise()
        .column(input.fullName())
        .filter(column -> type(input, column).filter(type::equals).isPresent())
        .map(column -> input.plan().where(Expressions.in(column, values.toArray())))
        .map(input::view)
        .orElseGet(input::view);
  }

  /** The condition that is true of its rows, over those of the query. */
  public String condition() {
    return Literals.in(query.partition(), type, values);
  }
}
