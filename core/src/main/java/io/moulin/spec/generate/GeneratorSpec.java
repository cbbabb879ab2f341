package io.moulin.spec.generate;

import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Place;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How rows of a dataset are generated: row {@code n} is a function of {@code n} and the seed alone.
 *
 * @param start the time of row 0
 * @param rate rows in a second, which the times of rows follow
 * @param lets values that shapes share, each a function of those before it
 * @param shapes kinds of rows; never empty
 */
public record GeneratorSpec(
    DatasetSpec dataset,
    long seed,
    Instant start,
    double rate,
    List<SqlSpec> lets,
    List<ShapeSpec> shapes,
    List<FaultSpec> faults,
    Place at) {

  public GeneratorSpec {
    lets = List.copyOf(lets);
    shapes = List.copyOf(shapes);
    faults = List.copyOf(faults);
  }

  /** All the SQL of users in it. */
  public List<SqlSpec> pieces() {
    List<SqlSpec> pieces = new ArrayList<>(lets);
    shapes.forEach(shape -> pieces.addAll(shape.row()));
    for (FaultSpec fault : faults) {
      pieces.addAll(fault.set());
      if (fault.raw() != null) {
        pieces.add(fault.raw());
      }
    }
    return pieces;
  }

  /** A named SQL expression. */
  public record SqlSpec(String name, String sql, Place at) {}

  /**
   * A kind of rows.
   *
   * @param weight how often it comes, compared with the others
   * @param row the wire's columns in order
   */
  public record ShapeSpec(String name, int weight, List<SqlSpec> row, Place at) {
    public ShapeSpec {
      row = List.copyOf(row);
    }
  }

  /**
   * Something wrong that is planted in rows.
   *
   * @param share of the rows, from 0 to 1
   * @param shapes in which it is planted; empty for all
   * @param set what other values columns get
   * @param raw the SQL of a text in place of the row; null when the row stays
   * @param copyWithin the row is a copy of one of so many before it; 0 when it is none
   * @param expect where the row must end: {@link Outcome} in lower case, or the name of a rule
   */
  public record FaultSpec(
      String name,
      double share,
      List<String> shapes,
      List<SqlSpec> set,
      @Nullable SqlSpec raw,
      int copyWithin,
      String expect,
      Place at) {
    public FaultSpec {
      shapes = List.copyOf(shapes);
      set = List.copyOf(set);
    }

    /** Whether it is planted in rows of this shape. */
    public boolean appliesTo(ShapeSpec shape) {
      return shapes.isEmpty() || shapes.contains(shape.name());
    }
  }

  /** Where a row can be expected to end, besides the rules that it violates. */
  public enum Outcome {
    SILVER,
    DUPLICATE,
    LATE,
    DEAD_LETTER
  }
}
