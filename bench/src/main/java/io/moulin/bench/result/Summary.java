package io.moulin.bench.result;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * All passes of one contender.
 *
 * @param what it does, in a few words
 * @param heap most Java heap of its process
 * @param first rows a second in a fresh process
 * @param warm rows a second of the second pass in the same process; null where there was none
 * @param cpuSeconds of its processes, of the last pass
 * @param peakRssMib of its processes
 */
public record Summary(
    String name,
    String what,
    String heap,
    Spread first,
    @Nullable Spread warm,
    Spread cpuSeconds,
    Spread peakRssMib) {

  /**
   * Puts the passes together.
   *
   * @param measured of this contender; at least one of pass 1
   */
  public static Summary of(String name, String what, String heap, List<Measured> measured) {
    int last = measured.stream().mapToInt(Measured::pass).max().orElse(1);
    return new Summary(
        name,
        what,
        heap,
        spread(measured, 1, Measured::rowsPerSecond),
        last == 1 ? null : spread(measured, last, Measured::rowsPerSecond),
        spread(measured, last, Measured::cpuSeconds),
        spread(measured, last, Measured::peakRssMib));
  }

  /** What ratios are made of: the warm figure where there is one. */
  public double rowsPerSecond() {
    return (warm == null ? first : warm).median();
  }

  private static Spread spread(List<Measured> all, int pass, ToDoubleFunction<Measured> figure) {
    return Spread.of(
        all.stream()
            .filter(measured -> measured.pass() == pass)
            .mapToDouble(figure)
            .boxed()
            .toList());
  }
}
