package io.moulin.live;

import io.moulin.ingest.SqlProbe;
import io.moulin.live.LiveValues.Refused;
import io.moulin.spec.DataType;
import io.moulin.spec.DataType.Decimal;
import io.moulin.spec.DataType.Scalar;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DerivedSpec;
import io.moulin.spec.Diagnostic;
import io.moulin.spec.Layer;
import io.moulin.spec.live.LiveSpec;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks the SQL of live aggregates with the engine that will run it, before there is any data. */
public final class LiveCheck {
  private static final Pattern DECIMAL = Pattern.compile("DECIMAL\\((\\d+),\\s*(\\d+)\\)");
  private static final Set<String> WHOLE =
      Set.of(
          "TINYINT",
          "SMALLINT",
          "INTEGER",
          "BIGINT",
          "HUGEINT",
          "UTINYINT",
          "USMALLINT",
          "UINTEGER",
          "UBIGINT");

  private final SqlProbe probe;

  public LiveCheck(SqlProbe probe) {
    this.probe = probe;
  }

  /** What is wrong with the SQL of the dataset's live aggregates; empty when nothing is. */
  public List<Diagnostic> check(DatasetSpec dataset) {
    List<Diagnostic> found = new ArrayList<>();
    for (LiveSpec live : dataset.live()) {
      List<String> columns = SqlProbe.nullColumns(dataset.table(Layer.SILVER));
      String where = live.where();
      if (where != null) {
        String what = "live.where of '" + live.name() + "'";
        probe.condition(what, where, columns, live.at()).ifPresent(found::add);
      }
      for (DerivedSpec value : live.values()) {
        value(value, columns).ifPresent(found::add);
      }
    }
    return found;
  }

  private Optional<Diagnostic> value(DerivedSpec value, List<String> columns) {
    String what = "value '" + value.name() + "'";
    try {
      LiveValues values = new LiveValues(probe.duck(), columns);
      Set<String> unsteady = probe.unsteady(probe.duck().parse("SELECT " + value.sql() + "\n"));
      if (!unsteady.isEmpty()) {
        return Optional.of(
            Diagnostic.error(
                "sql-not-deterministic",
                value.at(),
                "The SQL of %s uses %s".formatted(what, String.join(", ", unsteady)),
                "a window has to be the same whenever it is computed",
                "compute with the columns of the rows instead of the clock or chance"));
      }
      values.add(value.sql());
      String type = values.lastType();
      return holds(value.type(), type)
          ? Optional.empty()
          : Optional.of(
              Diagnostic.error(
                  "live-type",
                  value.at(),
                  "The SQL of %s gives %s, of which %s does not hold every value exactly"
                      .formatted(what, type, value.type()),
                  "what does not fit would be rounded, or be no value",
                  "declare a type that holds it, or round it in the SQL: CAST(round(…, 2) AS %s)"
                      .formatted(value.type().sql())));
    } catch (Refused e) {
      return Optional.of(
          Diagnostic.error(
              e.code(),
              value.at(),
              "The SQL of %s %s".formatted(what, e.what()),
              "it is evaluated over the rows of a window",
              e.fix()));
    } catch (SQLException e) {
      return Optional.of(SqlProbe.unbound(what, e, value.at()));
    }
  }

  /** Whether no digit after the point is lost. A range is not asked for: sums have none. */
  private static boolean holds(DataType declared, String type) {
    if (declared.sql().equals(type)
        || (declared == Scalar.TIMESTAMPTZ && type.equals("TIMESTAMP WITH TIME ZONE"))
        || type.equals("\"NULL\"")) {
      return true;
    }
    int scale = scale(type);
    if (declared == Scalar.DOUBLE) {
      return type.equals("FLOAT");
    }
    if (declared instanceof Decimal decimal) {
      return scale >= 0 && decimal.scale() >= scale;
    }
    return (declared == Scalar.INT || declared == Scalar.LONG) && scale == 0;
  }

  /** Digits after the point; negative for what has no fixed number of them. */
  private static int scale(String type) {
    Matcher decimal = DECIMAL.matcher(type);
    if (decimal.matches()) {
      return Integer.parseInt(decimal.group(2));
    }
    return WHOLE.contains(type) ? 0 : -1;
  }
}
