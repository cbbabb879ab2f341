package io.moulin.bench.result;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How figures, and what they were made with, are written in all documents alike. */
final class Text {
  private Text() {}

  static String measured(String date, String commit, Results.Machine machine) {
    return "Measured on %s at commit `%s`: %d cores (%s), %s MiB, %s, Java %s."
        .formatted(
            date,
            commit,
            machine.cores(),
            machine.processor(),
            text("%,d", machine.memoryMib()),
            machine.system(),
            machine.java());
  }

  static String named(Map<String, String> values) {
    return values.entrySet().stream()
        .map(entry -> entry.getKey() + " " + entry.getValue())
        .reduce((left, right) -> left + ", " + right)
        .orElse("");
  }

  static String whole(@Nullable Spread spread) {
    return spread(spread, "%,.0f");
  }

  static String tenths(Spread spread) {
    return spread(spread, "%.1f");
  }

  static String hundredths(Spread spread) {
    return spread(spread, "%.2f");
  }

  private static String spread(@Nullable Spread spread, String format) {
    return spread == null
        ? "–"
        : "%s (%s–%s)"
            .formatted(
                text(format, spread.median()),
                text(format, spread.min()),
                text(format, spread.max()));
  }

  static String text(String format, Object value) {
    return String.format(Locale.ROOT, format, value);
  }
}
