package io.moulin.ingest;

import static io.moulin.spec.DatasetTables.DQ_FLAGS;
import static io.moulin.spec.DatasetTables.EXTRA;
import static io.moulin.spec.DatasetTables.MALFORMED;
import static io.moulin.spec.DatasetTables.REASONS;
import static io.moulin.spec.DatasetTables.RECORD_TIME;

import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DatasetReasons;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DatasetSpec.UnknownFields;
import io.moulin.spec.PrivacySpec;
import io.moulin.spec.RuleSpec;
import io.moulin.spec.RuleSpec.Otherwise;
import io.moulin.spec.Sql;
import io.moulin.spec.TimeSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The SQL of what speaks against a row: reasons for quarantine, flags, filters and fatal
 * violations. Most rows have nothing against them, so the lists of names are only made for the
 * others.
 */
final class RowReasons {
  /** Whether the row is filtered. */
  static final String FILTERED = "_filtered";

  /** Violated rules that must not be violated. */
  static final String FATAL = "_fatal";

  /** The reasons that decoding has found, and the rest of a row that they are added to. */
  static final String BROKEN = "_broken";

  private static final String NONE = "CAST([] AS VARCHAR[])";

  private final DatasetSpec dataset;

  RowReasons(DatasetSpec dataset) {
    this.dataset = dataset;
  }

  /** Something that may speak against a row: when it does, and its name. */
  private record Objection(String when, String name) {
    String sql() {
      return "CASE WHEN %s THEN %s END".formatted(when, Sql.text(name));
    }
  }

  /** {@link #BROKEN}: values that are not of their declared wire type, and undeclared fields. */
  String onTheWire() {
    String names =
        dataset.columns().stream()
            .map(column -> Sql.text(column.name()) + ": " + Sql.text(DatasetReasons.cast(column)))
            .collect(Collectors.joining(", "));
    String casts =
        "CASE WHEN %s IS NULL THEN [] ELSE list_transform(json_keys(%s), lambda k: MAP {%s}[k]) END"
            .formatted(MALFORMED, MALFORMED, names);
    if (dataset.unknownFields() != UnknownFields.QUARANTINE) {
      return casts;
    }
    return "list_concat(%s, CASE WHEN %s IS NULL THEN [] ELSE [%s] END)"
        .formatted(casts, EXTRA, Sql.text(DatasetReasons.UNKNOWN_FIELD));
  }

  /** The columns that say what speaks against a row whose silver columns are there. */
  List<String> columns() {
    List<Objection> reasons = unkept();
    reasons.addAll(inFuture());
    for (int i = 0; i < dataset.derived().size(); i++) {
      String name = DatasetReasons.underivable(dataset.derived().get(i));
      reasons.add(new Objection("_t%d IS NULL".formatted(i), name));
    }
    reasons.addAll(violations(Otherwise.QUARANTINE));
    List<Objection> filters = violations(Otherwise.FILTER);
    return List.of(
        reasons(reasons) + " AS " + REASONS,
        names(violations(Otherwise.FLAG)) + " AS " + DQ_FLAGS,
        (filters.isEmpty() ? "FALSE" : any(filters)) + " AS " + FILTERED,
        names(violations(Otherwise.FAIL)) + " AS " + FATAL);
  }

  private static String reasons(List<Objection> found) {
    if (found.isEmpty()) {
      return BROKEN;
    }
    return "CASE WHEN len(%1$s) > 0 OR %2$s THEN list_concat(%1$s, %3$s) ELSE %4$s END"
        .formatted(BROKEN, any(found), list(found), NONE);
  }

  private static String names(List<Objection> found) {
    return found.isEmpty()
        ? NONE
        : "CASE WHEN %s THEN %s ELSE %s END".formatted(any(found), list(found), NONE);
  }

  private static String any(List<Objection> found) {
    return found.stream()
        .map(objection -> "(" + objection.when + ")")
        .collect(Collectors.joining(" OR "));
  }

  private static String list(List<Objection> found) {
    return "list_filter([%s], lambda n: n IS NOT NULL)"
        .formatted(found.stream().map(Objection::sql).collect(Collectors.joining(", ")));
  }

  /** Values that their cast did not keep, and values that must not be missing. */
  private List<Objection> unkept() {
    List<Objection> reasons = new ArrayList<>();
    for (int i = 0; i < dataset.columns().size(); i++) {
      ColumnSpec column = dataset.columns().get(i);
      if (!SilverCast.total(column) && !dropped(column)) {
        String lost = "_h%d AND %s IS NULL".formatted(i, Sql.name(column.as()));
        reasons.add(new Objection(lost, DatasetReasons.cast(column)));
      }
      if (column.required()) {
        reasons.add(new Objection("NOT _h" + i, DatasetReasons.missing(column)));
      }
    }
    return reasons;
  }

  private boolean dropped(ColumnSpec column) {
    return dataset.privacy().stream()
        .anyMatch(
            privacy ->
                privacy.column().equals(column.as()) && privacy.then() == PrivacySpec.Then.DROP);
  }

  /**
   * A record without a time of its own, which has a negative one, says nothing about the future.
   */
  private List<Objection> inFuture() {
    TimeSpec time = dataset.time();
    if (time == null || time.ahead() == null) {
      return List.of();
    }
    String when =
        "epoch_us(%1$s) >= 0 AND %2$s - epoch_us(%1$s) > %3$d"
            .formatted(RECORD_TIME, IngestSql.EVENT_MICROS, PartitionMemory.micros(time.ahead()));
    return List.of(new Objection(when, TimeSpec.IN_FUTURE));
  }

  private List<Objection> violations(Otherwise otherwise) {
    return dataset.rules().stream()
        .filter(rule -> rule.otherwise() == otherwise)
        .map(rule -> new Objection(violated(rule), rule.name()))
        .toList();
  }

  private static String violated(RuleSpec rule) {
    if (!rule.nullPasses()) {
      return "TRY(%s\n) IS NOT TRUE".formatted(rule.expect());
    }
    return "coalesce(TRY(struct_pack(v := coalesce((%s\n), TRUE))).v, FALSE) IS NOT TRUE"
        .formatted(rule.expect());
  }
}
