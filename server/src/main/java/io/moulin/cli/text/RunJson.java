package io.moulin.cli.text;

import io.moulin.control.BalanceReport;
import io.moulin.control.Figures;

/**
 * What a run or a demo did, as JSON. All counts are those of the dataset since its beginning.
 *
 * @param loaded records that the topic has ever received
 */
public record RunJson(
    String dataset,
    long loaded,
    long consumed,
    long dead,
    long bronze,
    long quarantine,
    long duplicate,
    long lateFlagged,
    long lateRouted,
    long lateDropped,
    long filtered,
    long silver,
    boolean balanced,
    Seconds seconds,
    long peakRssBytes) {

  /**
   * Where the time went.
   *
   * @param start until the platform answered
   * @param total since the process began
   */
  public record Seconds(double start, double load, double run, double query, double total) {
    public static Seconds of(double start, double load, double run, double query) {
      return new Seconds(
          Figures.rounded(start),
          Figures.rounded(load),
          Figures.rounded(run),
          Figures.rounded(query),
          Figures.rounded(Figures.secondsSinceStart()));
    }
  }

  public static RunJson of(BalanceReport books, Seconds seconds) {
    return new RunJson(
        books.dataset(),
        books.consumed() + books.waiting(),
        books.consumed(),
        books.dead(),
        books.bronze(),
        books.quarantine(),
        books.duplicate(),
        books.lateFlagged(),
        books.lateRouted(),
        books.lateDropped(),
        books.filtered(),
        books.silver(),
        books.balanced(),
        seconds,
        Figures.peakRssBytes());
  }
}
