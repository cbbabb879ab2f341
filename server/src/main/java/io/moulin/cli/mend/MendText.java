package io.moulin.cli.mend;

import io.moulin.cli.text.Console;
import io.moulin.cli.text.Json;
import io.moulin.cli.text.TextTable;
import io.moulin.control.mend.MendReport;
import io.moulin.spec.MoulinException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a correction did, for people or as JSON. */
final class MendText {
  private MendText() {}

  /** One JSON object. */
  static void json(MendReport report, Console console) {
    console.out().println(Json.line(report));
  }

  /** Where rows went. */
  static void places(MendReport report, Console console) {
    TextTable table = new TextTable("", "");
    report.places().forEach((place, rows) -> table.row(place, rows));
    table.lines("  ", console.outStyle()).forEach(console.out()::println);
    if (report.unmended() > 0) {
      console
          .out()
          .println(
              String.format(
                  Locale.ROOT,
                  "  %,d not mended by their patch: they still violate a rule and stay as they were",
                  report.unmended()));
    }
  }

  /** The books before and after. */
  static void books(MendReport report, Console console) {
    TextTable table = new TextTable("", "before", "after");
    report
        .before()
        .forEach((place, rows) -> table.row(place, rows, report.after().getOrDefault(place, 0L)));
    table.lines("  ", console.outStyle()).forEach(console.out()::println);
  }

  /** A time as an option gives it: a date, or an instant in UTC. */
  static Optional<Instant> time(String option, @Nullable String text) {
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          text.contains("T")
              ? Instant.parse(text)
              : LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC));
    } catch (DateTimeException e) {
      throw MoulinException.user(
          "bad-time",
          "%s is '%s', which is no time".formatted(option, text),
          "write 2024-01-31 or 2024-01-31T12:00:00Z",
          e);
    }
  }
}
