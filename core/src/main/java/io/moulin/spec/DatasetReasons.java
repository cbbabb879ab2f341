package io.moulin.spec;

import io.moulin.spec.RuleSpec.Otherwise;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The reasons for which rows of a dataset can be quarantined, as the tables name them. */
public final class DatasetReasons {
  public static final String UNKNOWN_FIELD = "UNKNOWN_FIELD";

  private DatasetReasons() {}

  /** All of them: those of columns, of derived columns, and the rules that quarantine. */
  public static List<String> of(DatasetSpec dataset) {
    List<String> reasons = new ArrayList<>();
    for (RuleSpec rule : dataset.rules()) {
      if (rule.otherwise() == Otherwise.QUARANTINE) {
        reasons.add(rule.name());
      }
    }
    for (ColumnSpec column : dataset.columns()) {
      reasons.add(cast(column));
      if (column.required()) {
        reasons.add(missing(column));
      }
    }
    dataset.derived().forEach(derived -> reasons.add(underivable(derived)));
    if (dataset.unknownFields() == DatasetSpec.UnknownFields.QUARANTINE) {
      reasons.add(UNKNOWN_FIELD);
    }
    TimeSpec time = dataset.time();
    if (time != null && time.ahead() != null) {
      reasons.add(TimeSpec.IN_FUTURE);
    }
    return List.copyOf(reasons);
  }

  /** The column has a value that its type cannot keep. */
  public static String cast(ColumnSpec column) {
    return "CAST_" + column.as().toUpperCase(Locale.ROOT);
  }

  /** The column must have a value and has none. */
  public static String missing(ColumnSpec column) {
    return "NULL_" + column.as().toUpperCase(Locale.ROOT);
  }

  /** The SQL of the derived column failed. */
  public static String underivable(DerivedSpec derived) {
    return "DERIVE_" + derived.name().toUpperCase(Locale.ROOT);
  }
}
