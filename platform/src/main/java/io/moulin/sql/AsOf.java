package io.moulin.sql;

import io.moulin.spec.MoulinException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.function.Function;

/** Which state of the tables a query reads. */
public sealed interface AsOf {

  /** The state of now. */
  AsOf NOW = new Now();

  /** The state of now. */
  record Now() implements AsOf {}

  /** The state as it was at a time. */
  record Time(Instant time) implements AsOf {}

  /** One snapshot of the one table that is read. */
  record SnapshotId(long id) implements AsOf {}

  /**
   * Reads what a user wrote: the id of a snapshot, or a time in ISO 8601, which is UTC when it
   * names no zone.
   */
  static AsOf parse(String text) {
    String word = text.strip();
    if (word.matches("\\d{5,19}")) {
      try {
        return new SnapshotId(Long.parseLong(word));
      } catch (NumberFormatException e) {
        throw invalid(text);
      }
    }
    String iso = word.replaceFirst("^(\\d{4}-\\d\\d-\\d\\d) ", "$1T");
    List<Function<String, Instant>> readers =
        List.of(
            time -> OffsetDateTime.parse(time).toInstant(),
            time -> LocalDateTime.parse(time).toInstant(ZoneOffset.UTC),
            time -> LocalDate.parse(time).atStartOfDay().toInstant(ZoneOffset.UTC));
    for (Function<String, Instant> reader : readers) {
      try {
        return new Time(reader.apply(iso));
      } catch (DateTimeParseException e) {
        // The next way of writing a time may fit.
      }
    }
    throw invalid(text);
  }

  private static MoulinException invalid(String text) {
    return MoulinException.user(
        "invalid-as-of",
        "Neither a time nor the id of a snapshot: '" + text + "'",
        "write a time such as 2024-01-31T12:00:00Z, or an id that 'moulin snapshots TABLE' lists");
  }
}
