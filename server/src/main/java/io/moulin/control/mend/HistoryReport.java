package io.moulin.control.mend;

import io.moulin.history.Kept;

/**
 * What was done with a history.
 *
 * @param changed whether it changes the history
 * @param rows rows of silver that were read for it
 * @param versions rows of the history that it writes
 */
public record HistoryReport(String dataset, boolean changed, long rows, long versions) {
  static HistoryReport of(String dataset, Kept kept) {
    return new HistoryReport(
        dataset, kept.way() != Kept.Way.UNCHANGED, kept.rows(), kept.versions());
  }
}
