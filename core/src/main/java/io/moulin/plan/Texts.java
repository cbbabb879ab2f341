package io.moulin.plan;

import java.time.Duration;

/** How numbers and durations are put into a plan's sentences. */
final class Texts {
  private static final int LONGEST_LINE = 60;

  private Texts() {}

  /** {@code 1 partition}, {@code 4 partitions}. */
  static String count(int number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  /** {@code for 3d}, {@code for ever}. */
  static String retention(Duration duration) {
    return duration.isNegative() ? "for ever" : "for " + duration(duration);
  }

  static String duration(Duration duration) {
    long millis = duration.toMillis();
    if (millis == 0) {
      return "0s";
    }
    StringBuilder text = new StringBuilder();
    append(text, duration.toDays(), "d");
    append(text, duration.toHoursPart(), "h");
    append(text, duration.toMinutesPart(), "m");
    append(text, duration.toSecondsPart(), "s");
    append(text, duration.toMillisPart(), "ms");
    return text.toString();
  }

  private static void append(StringBuilder text, long amount, String unit) {
    if (amount > 0) {
      text.append(text.isEmpty() ? "" : " ").append(amount).append(unit);
    }
  }

  /** The beginning of {@code text}, on one line. */
  static String line(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    return line.length() <= LONGEST_LINE ? line : line.substring(0, LONGEST_LINE - 1) + "…";
  }
}
