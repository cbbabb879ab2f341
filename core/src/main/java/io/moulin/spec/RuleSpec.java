package io.moulin.spec;

import java.io.Serializable;

/**
 * A rule of quality. It is evaluated once a row, to TRUE, FALSE or NULL.
 *
 * @param name in capitals; the reason that a violating row carries
 * @param expect DuckDB SQL over the silver names and derived columns; TRUE for a good row
 * @param nullPasses whether NULL counts as good; by default it counts as a violation
 * @param at where {@code expect} is written
 */
public record RuleSpec(
    String name, String expect, Otherwise otherwise, boolean nullPasses, String doc, Place at)
    implements Serializable {

  /** What happens to a row that violates the rule. */
  public enum Otherwise {
    /** It goes to quarantine with the rule's name. */
    QUARANTINE,
    /** It goes to silver with the rule's name in {@code dq_flags} and {@code dq_valid} false. */
    FLAG,
    /** It goes nowhere and is counted as filtered. */
    FILTER,
    /** The job fails; nothing of the batch is committed. */
    FAIL
  }
}
