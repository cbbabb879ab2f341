package io.moulin.bench.models;

import io.moulin.load.trips.TripGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Trips of one day that come in after all others, as the generator makes them, faults too. */
final class LateTrips {
  /** That of the demo. */
  private static final LocalDate MONTH = LocalDate.of(2024, 1, 1);

  private static final int DAYS = 31;

  /** Enough for the emptiest of the days that are taken. */
  private static final double PLENTY = 1.5;

  /**
   * The days from which one is taken are the month's last full ones: dbt that looks seven days back
   * sees them too. The very last is not among them, of which the generator makes a few less.
   */
  private static final int FIRST_DAY = 25;

  private static final int DAY_AFTER = 31;

  private LateTrips() {}

  /**
   * Writes {@code rows} lines of one day, others for each seed; the day.
   *
   * @throws IllegalStateException when the generator made too few of that day
   */
  static LocalDate write(Path file, int rows, long seed) throws IOException {
    LocalDate day = MONTH.withDayOfMonth(new SplittableRandom(seed).nextInt(FIRST_DAY, DAY_AFTER));
    Path month = Files.createTempFile("moulin-bench-month", ".jsonl");
    try {
      new TripGenerator((long) (rows * DAYS * PLENTY), seed, MONTH).write(month);
      String begin = "\"tpep_pickup_datetime\":\"%sT".formatted(day);
      List<String> lines;
      // Lines that are no JSON, and in part no UTF-8, are of no day.
      try (Stream<String> all = Files.lines(month, StandardCharsets.ISO_8859_1)) {
        lines = all.filter(line -> line.contains(begin)).limit(rows).toList();
      }
      if (lines.size() < rows) {
        throw new IllegalStateException(
            "Cannot make late rows: %d of %d of %s".formatted(lines.size(), rows, day));
      }
      Files.write(file, lines, StandardCharsets.ISO_8859_1);
      return day;
    } finally {
      Files.delete(month);
    }
  }
}
