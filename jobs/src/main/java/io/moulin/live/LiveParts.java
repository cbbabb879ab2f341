package io.moulin.live;

import io.moulin.duck.Duck;
import io.moulin.ingest.SqlProbe;
import io.moulin.live.LiveValues.Refused;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DerivedSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.live.LiveSpec;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the values of an aggregate are made of.
 *
 * @param partials the aggregates over rows
 * @param expressions the values, as SQL over the partials
 */
record LiveParts(List<Partial> partials, List<String> expressions) {
  LiveParts {
    partials = List.copyOf(partials);
    expressions = List.copyOf(expressions);
  }

  /**
   * An aggregate over rows.
   *
   * @param sql over the columns of silver
   * @param merge the aggregate that merges its values; null when nothing does
   */
  record Partial(String name, String sql, String type, @Nullable String merge) {}

  /** Whether the values of some rows and those of others give the values of all. */
  boolean merge() {
    return partials.stream().allMatch(partial -> partial.merge() != null);
  }

  /**
   * Those of an aggregate that was checked. They are a function of the declaration, and the engine
   * is asked many small questions for them: one keeper asks once.
   */
  static final class Once {
    private final DatasetSpec dataset;
    private final LiveSpec live;
    private @Nullable LiveParts found;

    Once(DatasetSpec dataset, LiveSpec live) {
      this.dataset = dataset;
      this.live = live;
    }

    LiveParts of(Duck duck) throws SQLException {
      LiveParts known = found;
      if (known == null) {
        known = read(duck);
        found = known;
      }
      return known;
    }

    private LiveParts read(Duck duck) throws SQLException {
      LiveValues values = new LiveValues(duck, SqlProbe.nullColumns(dataset.table(Layer.SILVER)));
      for (DerivedSpec value : live.values()) {
        try {
          values.add(value.sql());
        } catch (Refused e) {
          throw new SQLException("value '%s': %s".formatted(value.name(), e.what()), e);
        }
      }
      return values.parts();
    }
  }
}
