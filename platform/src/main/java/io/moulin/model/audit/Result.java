package io.moulin.model.audit;

import io.moulin.spec.model.CheckSpec.Kind;
import io.moulin.spec.model.CheckSpec.Verdict;
import java.util.List;
import java.util.Optional;

/**
 * What came of one check.
 *
 * @param table full name of what was checked; of a query its last table
 * @param kind empty for a query of its own
 * @param failing rows that fail
 * @param rows rows that were looked at; 0 where that was not counted
 * @param samples some failing rows, each a JSON object
 */
public record Result(
    String table,
    String check,
    Optional<Kind> kind,
    Verdict verdict,
    long failing,
    long rows,
    List<String> samples) {
  public Result {
    samples = List.copyOf(samples);
  }
}
