package io.moulin.decode;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads timestamps by declared formats, tried in order. A text without a zone is taken in the
 * declared zone when an instant is asked for; a text with an offset loses it in favour of the
 * declared zone's local time when a timestamp without zone is asked for.
 */
final class TimeFormats {
  /** What no format could read. */
  static final long UNREADABLE = Long.MIN_VALUE;

  private static final String ISO = "iso";
  private static final long MICROS_PER_SECOND = 1_000_000L;

  private final List<String> names;
  private final List<DateTimeFormatter> patterns = new ArrayList<>();
  private final ZoneId zone;

  TimeFormats(List<String> names, ZoneId zone) {
    this.names = List.copyOf(names);
    this.zone = zone;
    for (String name : names) {
      if (!name.equals(ISO) && !name.startsWith("epoch-")) {
        patterns.add(formatter(name));
      }
    }
  }

  /**
   * A pattern in which {@code yyyy} is an ordinary year (strict resolution knows only {@code uuuu})
   * and 30 February is refused.
   */
  static DateTimeFormatter formatter(String pattern) {
    return new DateTimeFormatterBuilder()
        .parseCaseInsensitive()
        .appendPattern(pattern)
        .parseDefaulting(ChronoField.ERA, 1)
        .toFormatter(Locale.ROOT)
        .withResolverStyle(ResolverStyle.STRICT);
  }

  /** Microseconds of {@code text} as local time, or {@link #UNREADABLE}. */
  long local(String text) {
    return read(text, false);
  }

  /**
   * Microseconds since 1970 in UTC of the instant that {@code text} names, or {@link #UNREADABLE}.
   */
  long instant(String text) {
    return read(text, true);
  }

  private long read(String text, boolean instant) {
    int pattern = 0;
    for (String name : names) {
      long micros = UNREADABLE;
      if (name.equals(ISO)) {
        micros = iso(text, instant);
      } else if (!name.startsWith("epoch-")) {
        micros = byPattern(patterns.get(pattern++), text, instant);
      }
      if (micros != UNREADABLE) {
        return micros;
      }
    }
    return UNREADABLE;
  }

  /** Microseconds since 1970 of a number in the declared epoch unit, or {@link #UNREADABLE}. */
  long epoch(long number, boolean instant) {
    for (String name : names) {
      try {
        long micros =
            switch (name) {
              case "epoch-s" -> Math.multiplyExact(number, MICROS_PER_SECOND);
              case "epoch-ms" -> Math.multiplyExact(number, 1_000L);
              case "epoch-us" -> number;
              default -> UNREADABLE;
            };
        if (micros != UNREADABLE) {
          return instant
              ? micros(
                  LocalDateTime.ofInstant(
                      Instant.EPOCH.plus(micros, ChronoUnit.MICROS), ZoneOffset.UTC))
              : micros(local(micros));
        }
      } catch (ArithmeticException | DateTimeException e) {
        return UNREADABLE;
      }
    }
    return UNREADABLE;
  }

  private LocalDateTime local(long instantMicros) {
    return LocalDateTime.ofInstant(Instant.EPOCH.plus(instantMicros, ChronoUnit.MICROS), zone);
  }

  private long byPattern(DateTimeFormatter formatter, String text, boolean instant) {
    try {
      TemporalAccessor parsed = formatter.parse(text);
      LocalDate date = LocalDate.from(parsed);
      LocalTime time = parsed.query(TemporalQueries.localTime());
      LocalDateTime local = date.atTime(time == null ? LocalTime.MIDNIGHT : time);
      return resolve(local, parsed.query(TemporalQueries.zone()), instant);
    } catch (DateTimeException | ArithmeticException e) {
      return UNREADABLE;
    }
  }

  private long resolve(LocalDateTime local, @Nullable ZoneId written, boolean instant) {
    if (local.get(ChronoField.NANO_OF_SECOND) % 1_000 != 0) {
      return UNREADABLE; // finer than a microsecond: keeping it would mean cutting it
    }
    if (instant) {
      return micros(
          local
              .atZone(written == null ? zone : written)
              .withZoneSameInstant(ZoneOffset.UTC)
              .toLocalDateTime());
    }
    return micros(
        written == null
            ? local
            : local.atZone(written).withZoneSameInstant(zone).toLocalDateTime());
  }

  /** Years that every engine can read back. */
  static boolean readable(int year) {
    return year >= 1 && year <= 9999;
  }

  private static long micros(LocalDateTime utc) {
    if (!readable(utc.getYear())) {
      return UNREADABLE;
    }
    return Math.addExact(
        Math.multiplyExact(utc.toEpochSecond(ZoneOffset.UTC), MICROS_PER_SECOND),
        utc.get(ChronoField.MICRO_OF_SECOND));
  }

  /**
   * ISO 8601: {@code 2024-01-31T23:59:59[.f…][Z|±hh[:]mm]} with a {@code T} or a space. The common
   * form without zone is read by hand; it is most of what a stream carries.
   */
  private long iso(String text, boolean instant) {
    long fast = plainIso(text);
    if (fast != UNREADABLE
        && (!instant || zone.equals(ZoneOffset.UTC) || zone.getId().equals("UTC"))) {
      return fast;
    }
    String normal =
        text.length() > 10 && text.charAt(10) == ' '
            ? text.substring(0, 10) + 'T' + text.substring(11)
            : text;
    try {
      TemporalAccessor parsed =
          DateTimeFormatter.ISO_DATE_TIME.parseBest(
              normal, OffsetDateTime::from, LocalDateTime::from);
      if (parsed instanceof OffsetDateTime offset) {
        return resolve(offset.toLocalDateTime(), offset.getOffset(), instant);
      }
      return resolve((LocalDateTime) parsed, null, instant);
    } catch (DateTimeException | ArithmeticException e) {
      return UNREADABLE;
    }
  }

  /** {@code yyyy-MM-ddTHH:mm:ss} with up to six digits of a fraction and no zone. */
  private static long plainIso(String text) {
    int length = text.length();
    if (length < 19
        || length > 26
        || text.charAt(4) != '-'
        || text.charAt(7) != '-'
        || (text.charAt(10) != 'T' && text.charAt(10) != ' ')
        || text.charAt(13) != ':'
        || text.charAt(16) != ':') {
      return UNREADABLE;
    }
    int year = digits(text, 0, 4);
    int month = digits(text, 5, 7);
    int day = digits(text, 8, 10);
    int hour = digits(text, 11, 13);
    int minute = digits(text, 14, 16);
    int second = digits(text, 17, 19);
    int fraction = length == 19 ? 0 : fraction(text);
    if ((year | month | day | hour | minute | second | fraction) < 0
        || year < 1
        || month < 1
        || month > 12
        || day < 1
        || day > Month.of(month).length(Year.isLeap(year))
        || hour > 23
        || minute > 59
        || second > 59) {
      return UNREADABLE;
    }
    long seconds = ((daysFromCivil(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
    return seconds * MICROS_PER_SECOND + fraction;
  }

  private static int fraction(String text) {
    int length = text.length();
    if (text.charAt(19) != '.' || length == 20) {
      return -1;
    }
    int value = digits(text, 20, length);
    for (int i = length; value >= 0 && i < 26; i++) {
      value *= 10;
    }
    return value;
  }

  /** The number in {@code text[from, to)}; negative when there is anything but digits. */
  private static int digits(String text, int from, int to) {
    int value = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  /** Days since 1970-01-01 in the proleptic Gregorian calendar. */
  private static long daysFromCivil(int year, int month, int day) {
    return LocalDate.of(year, month, day).toEpochDay();
  }
}
