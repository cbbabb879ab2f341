package io.moulin.model.build;

import io.moulin.model.tables.Literals;
import java.util.List;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Type;

/**
 * Rows of a table that one statement computes.
 *
 * @param values of the partition column, as Iceberg keeps them; empty where none matter
 */
record Portion(Rows rows, List<Object> values) {
  /** All rows. */
  static final Portion WHOLE = new Portion(Rows.ALL, List.of());

  /** Which rows. */
  enum Rows {
    ALL,
    /** Those of the partitions. */
    OF_VALUES,
    /** Those of partitions that no row of a partition-wise input belongs to. */
    OF_OTHERS
  }

  Portion {
    values = List.copyOf(values);
  }

  static Portion of(List<Object> values) {
    return new Portion(Rows.OF_VALUES, values);
  }

  /** Whether all its rows belong into one partition. */
  boolean single() {
    return rows == Rows.OF_VALUES && values.size() == 1;
  }

  /**
   * The condition that is true of its rows.
   *
   * @param column by which the table is partitioned
   */
  String condition(String column, Type type) {
    return switch (rows) {
      case ALL -> "TRUE";
      case OF_VALUES -> Literals.in(column, type, values);
      // A model of which a row can be in no partition at all is not computed by portions.
      case OF_OTHERS -> "NOT (" + Literals.in(column, type, values) + ")";
    };
  }

  /**
   * What it needs of an input whose rows matter only to the partition of the value that they have
   * in {@code column}.
   */
  Expression needs(String column) {
    return switch (rows) {
      case ALL -> Expressions.alwaysTrue();
      case OF_VALUES -> Expressions.in(column, values.toArray());
      case OF_OTHERS -> Expressions.alwaysFalse();
    };
  }
}
