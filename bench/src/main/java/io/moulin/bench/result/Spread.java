package io.moulin.bench.result;

import java.util.Arrays;
import java.util.List;

/** The least, the middle and the greatest of some figures. */
public record Spread(double min, double median, double max) {

  /**
   * The spread of these.
   *
   * @param figures at least one, in any order
   */
  public static Spread of(List<Double> figures) {
    if (figures.isEmpty()) {
      throw new IllegalArgumentException("Cannot make a spread: no figures");
    }
    double[] sorted = figures.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    if (Arrays.stream(sorted).anyMatch(figure -> !Double.isFinite(figure))) {
      throw new IllegalArgumentException("Invalid figures: " + figures);
    }
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Spread(sorted[0], median, sorted[sorted.length - 1]);
  }
}
