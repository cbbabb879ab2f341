package io.moulin.spec.model;

import io.moulin.spec.Place;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What must be true of a table's rows.
 *
 * @param name by which it is reported; unique within its table
 * @param columns the columns that it is about; none for an expression
 * @param values of {@link Kind#ACCEPTED_VALUES}, as text
 * @param to the table of {@link Kind#RELATIONSHIPS}; empty for the others
 * @param toColumns its columns, as many as {@code columns}
 * @param expect the SQL of {@link Kind#EXPRESSION}; empty for the others
 * @param where SQL of the rows that it is about; empty for all of them
 * @param share how far {@link Kind#ROW_COUNT_CHANGE} may go, 0.2 for 20 %
 * @param age of {@link Kind#FRESHNESS}
 */
public record CheckSpec(
    Kind kind,
    String name,
    List<String> columns,
    List<String> values,
    String to,
    List<String> toColumns,
    String expect,
    String where,
    double share,
    Duration age,
    Limits limits,
    Place at) {

  public CheckSpec {
    columns = List.copyOf(columns);
    values = List.copyOf(values);
    toColumns = List.copyOf(toColumns);
  }

  /** What is checked. */
  public enum Kind {
    NOT_NULL,
    UNIQUE,
    ACCEPTED_VALUES,
    RELATIONSHIPS,
    EXPRESSION,
    ROW_COUNT_CHANGE,
    FRESHNESS,
    /** There is at least one row; every table has it that does not declare otherwise. */
    NOT_EMPTY
  }

  /** What a check that fails does. */
  public enum Severity {
    /** The new rows are not published. */
    ERROR,
    /** It is reported. */
    WARN
  }

  /**
   * From how many failing rows on what happens.
   *
   * @param severity what more than {@code warnAbove} failing rows are where nothing else is said
   * @param warnAbove failing rows that are borne without a word
   * @param errorAbove failing rows above which it is an error in any case; null for none
   */
  public record Limits(Severity severity, long warnAbove, @Nullable Long errorAbove) {
    /** Any failing row counts. */
    public static Limits of(Severity severity) {
      return new Limits(severity, 0, null);
    }

    /** Whether it may pass although rows fail. */
    public boolean bears() {
      return warnAbove > 0 || errorAbove != null;
    }

    /** What {@code failing} rows come to. */
    public Verdict verdict(long failing) {
      if (errorAbove != null && failing > errorAbove) {
        return Verdict.FAILED;
      }
      if (failing <= warnAbove) {
        return Verdict.PASSED;
      }
      return severity == Severity.ERROR && errorAbove == null ? Verdict.FAILED : Verdict.WARNED;
    }
  }

  /** What came of a check. */
  public enum Verdict {
    PASSED,
    WARNED,
    FAILED
  }
}
