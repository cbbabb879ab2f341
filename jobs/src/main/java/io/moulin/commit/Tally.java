package io.moulin.commit;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Rows counted at every place where a row can end. It balances when {@code consumed = dead +
 * bronze} and {@code bronze = silver + quarantine + duplicate + lateRouted + lateDropped +
 * filtered}.
 *
 * <p>A ledger that was written before there was a count reads as 0 of it.
 *
 * @param reasons quarantined rows by their first reason; they add up to {@code quarantine}
 * @param lateFlagged late rows that stayed in silver: a part of {@code silver}, no place of its own
 * @param lateRouted late rows in the table of late rows
 * @param lateDropped late rows that are nowhere but in bronze
 */
public record Tally(
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
    long silver) {

  /** Nothing counted. */
  public static final Tally ZERO = new Tally(0, 0, 0, 0, Map.of(), 0, 0, 0, 0, 0, 0);

  public Tally {
    reasons = Collections.unmodifiableMap(new TreeMap<>(reasons));
  }

  /** Rows of bronze that are in quarantine, by their first reason. */
  public static Tally quarantined(Map<String, Long> reasons) {
    long rows = reasons.values().stream().mapToLong(Long::longValue).sum();
    return new Tally(rows, 0, rows, rows, reasons, 0, 0, 0, 0, 0, 0);
  }

  /** Records that could not be decoded. */
  public static Tally undecoded(long records) {
    return new Tally(records, records, 0, 0, Map.of(), 0, 0, 0, 0, 0, 0);
  }

  /** This without the other. */
  public Tally minus(Tally other) {
    Map<String, Long> rest = new TreeMap<>(reasons);
    other.reasons.forEach((reason, rows) -> rest.merge(reason, -rows, Long::sum));
    rest.values().removeIf(rows -> rows == 0);
    return new Tally(
        consumed - other.consumed,
        dead - other.dead,
        bronze - other.bronze,
        quarantine - other.quarantine,
        rest,
        duplicate - other.duplicate,
        lateFlagged - other.lateFlagged,
        lateRouted - other.lateRouted,
        lateDropped - other.lateDropped,
        filtered - other.filtered,
        silver - other.silver);
  }

  /** This and the other together. */
  public Tally plus(Tally other) {
    Map<String, Long> sum = new TreeMap<>(reasons);
    other.reasons.forEach((reason, rows) -> sum.merge(reason, rows, Long::sum));
    return new Tally(
        consumed + other.consumed,
        dead + other.dead,
        bronze + other.bronze,
        quarantine + other.quarantine,
        sum,
        duplicate + other.duplicate,
        lateFlagged + other.lateFlagged,
        lateRouted + other.lateRouted,
        lateDropped + other.lateDropped,
        filtered + other.filtered,
        silver + other.silver);
  }

  /** Whether every row that was consumed ended in exactly one place. */
  public boolean balanced() {
    return consumed == dead + bronze
        && bronze == silver + quarantine + duplicate + lateRouted + lateDropped + filtered
        && lateFlagged <= silver
        && quarantine == reasons.values().stream().mapToLong(Long::longValue).sum();
  }
}
