package io.moulin.control;

import io.moulin.sql.AsOf;
import io.moulin.sql.Cell;
import io.moulin.sql.QueryResult;
import io.moulin.sql.ResultColumn;
import io.moulin.sql.RowSink;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Answers SQL over the tables of a project. */
public final class Querying {

  /** One value of a row that is not NULL. */
  public static final class Value {
    private final Cell cell;

    private Value(Cell cell) {
      this.cell = cell;
    }

    /** As a person reads it. */
    public String text() {
      return cell.text();
    }

    /** As JSON. */
    public String json() {
      return cell.json();
    }
  }

  /** Takes an answer row by row. */
  public interface Sink {
    /** Called once, before the first row. */
    void columns(List<String> names);

    /** Called for each row; null is SQL's NULL. */
    void row(List<@Nullable Value> values);
  }

  /**
   * What came of a query.
   *
   * @param truncated whether there were more rows than the limit
   */
  public record Answered(long rows, boolean truncated) {}

  /**
   * Runs a query that only reads.
   *
   * @param asOf a time or the id of a snapshot; empty for now
   * @param limit most rows to give
   */
  public Answered query(Session session, String sql, Optional<String> asOf, long limit, Sink sink) {
    AsOf moment = asOf.map(AsOf::parse).orElse(AsOf.NOW);
    QueryResult result = session.sql().query(sql, moment, limit, new Forwarding(sink));
    return new Answered(result.rows(), result.truncated());
  }

  /** The one number that a query gives. */
  static long number(Session session, String sql) {
    List<Long> numbers = new ArrayList<>();
    RowSink sink =
        new RowSink() {
          @Override
          public void columns(List<ResultColumn> columns) {
            // One number has no need of a name.
          }

          @Override
          public void row(List<@Nullable Cell> values) {
            Cell first = values.get(0);
            numbers.add(first == null ? 0 : Long.parseLong(first.text()));
          }
        };
    session.sql().query(sql, AsOf.NOW, 1, sink);
    return numbers.get(0);
  }

  private record Forwarding(Sink sink) implements RowSink {
    @Override
    public void columns(List<ResultColumn> columns) {
      sink.columns(columns.stream().map(ResultColumn::name).toList());
    }

    @Override
    public void row(List<@Nullable Cell> cells) {
      List<@Nullable Value> values = new ArrayList<>(cells.size());
      for (Cell cell : cells) {
        values.add(cell == null ? null : new Value(cell));
      }
      sink.row(values);
    }
  }
}
