package io.moulin.control;

import io.moulin.commit.Balance;
import io.moulin.commit.Mended;
import io.moulin.commit.Tally;
import io.moulin.spec.Layer;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The books of a dataset.
 *
 * @param reasons quarantined rows by their first reason
 * @param lateFlagged late rows that stayed in silver: a part of {@code silver}
 * @param lateRouted late rows in the table of late rows
 * @param lateDropped late rows that are nowhere but in bronze
 * @param mended what was dealt with in quarantine and dead letters
 * @param rows what each table's newest snapshot says it holds
 * @param offsets what was read of each partition
 * @param problems what does not balance
 */
public record BalanceReport(
    String dataset,
    long consumed,
    long dead,
    long bronze,
    long quarantine,
    Map<String, Long> reasons,
    long duplicate,
    long lateFlagged,
    long lateRouted,
    long lateDropped,
    long filtered,
    long silver,
    Resolved mended,
    Map<Layer, Long> rows,
    Map<Integer, Offsets> offsets,
    List<String> problems) {

  public BalanceReport {
    reasons = Collections.unmodifiableMap(new TreeMap<>(reasons));
    rows = Collections.unmodifiableMap(new EnumMap<>(rows));
    offsets = Collections.unmodifiableMap(new TreeMap<>(offsets));
    problems = List.copyOf(problems);
  }

  /**
   * What was read of one partition.
   *
   * @param next offset of the first record that was not read yet
   * @param end offset after the last record that the topic holds
   */
  public record Offsets(long next, long end) {}

  /**
   * Rows that stay in quarantine or among the dead letters and were dealt with.
   *
   * @param replayed rows of quarantine that are counted where they went
   * @param discarded quarantined rows that were given up; still counted as quarantined
   * @param deadReplayed dead letters that are counted in bronze
   * @param deadDiscarded dead letters that were given up; still counted as dead
   */
  public record Resolved(long replayed, long discarded, long deadReplayed, long deadDiscarded) {}

  private static Resolved resolved(Mended mended) {
    return new Resolved(
        mended.replayed(), mended.discarded(), mended.deadReplayed(), mended.deadDiscarded());
  }

  static BalanceReport of(Balance balance, Map<Integer, Long> ends) {
    Tally total = balance.total();
    Map<Integer, Offsets> offsets = new TreeMap<>();
    ends.forEach((partition, end) -> offsets.put(partition, new Offsets(0, end)));
    balance
        .positions()
        .forEach(
            (partition, range) ->
                offsets.put(
                    partition, new Offsets(range.to(), ends.getOrDefault(partition, range.to()))));
    return new BalanceReport(
        balance.dataset(),
        total.consumed(),
        total.dead(),
        total.bronze(),
        total.quarantine(),
        total.reasons(),
        total.duplicate(),
        total.lateFlagged(),
        total.lateRouted(),
        total.lateDropped(),
        total.filtered(),
        total.silver(),
        resolved(balance.mended()),
        balance.rows(),
        offsets,
        balance.problems());
  }

  /** Whether every row is accounted for. */
  public boolean balanced() {
    return problems.isEmpty();
  }

  /** Records that wait in the topic. */
  public long waiting() {
    return offsets.values().stream().mapToLong(range -> range.end() - range.next()).sum();
  }
}
