package io.moulin.load.file;

import io.moulin.spec.ColumnSpec;
import io.moulin.spec.TimeSpec;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads and writes the times of one column in the formats that the manifest declares. */
public final class TimeText {
  /** No time. */
  public static final long NONE = Long.MIN_VALUE;

  private static final long SECOND = 1_000_000;

  private final List<String> formats;
  private final List<DateTimeFormatter> patterns = new ArrayList<>();
  private final ZoneId zone;
  private final boolean utc;
  private final boolean readsIso;

  public TimeText(@Nullable ColumnSpec column, @Nullable TimeSpec time) {
    List<String> own = column == null ? List.of() : column.formats();
    List<String> all = own.isEmpty() && time != null ? time.formats() : own;
    this.formats = all.isEmpty() ? List.of("iso") : all;
    for (String format : formats) {
      patterns.add(
          named(format)
              ? DateTimeFormatter.ISO_DATE_TIME
              : DateTimeFormatter.ofPattern(format, Locale.ENGLISH));
    }
    this.readsIso = formats.stream().anyMatch(TimeText::readsIso);
    this.zone = time == null ? ZoneOffset.UTC : time.zone();
    this.utc = zone.normalized().equals(ZoneOffset.UTC);
  }

  private static boolean named(String format) {
    return format.equals("iso") || format.startsWith("epoch-");
  }

  private static boolean readsIso(String format) {
    return format.equals("iso") || format.matches("(yyyy|uuuu)-MM-dd'T'HH:mm:ss.*");
  }

  /** The instant in microseconds since 1970, or {@link #NONE} if no format reads it. */
  public long micros(String text) {
    for (int i = 0; i < formats.size(); i++) {
      long micros = micros(text, formats.get(i), patterns.get(i));
      if (micros != NONE) {
        return micros;
      }
    }
    return NONE;
  }

  private long micros(String text, String format, DateTimeFormatter pattern) {
    return switch (format) {
      case "iso" -> iso(text);
      case "epoch-s" -> epoch(text, SECOND);
      case "epoch-ms" -> epoch(text, 1000);
      case "epoch-us" -> epoch(text, 1);
      default -> {
        // Most patterns are ISO with a blank or without a zone: worth the short way.
        if (format.startsWith("yyyy-MM-dd") || format.startsWith("uuuu-MM-dd")) {
          long micros = iso(text);
          if (micros != NONE) {
            yield micros;
          }
        }
        yield pattern(text, pattern);
      }
    };
  }

  private static long epoch(String text, long unit) {
    try {
      return Math.multiplyExact(Long.parseLong(text), unit);
    } catch (NumberFormatException | ArithmeticException e) {
      return NONE;
    }
  }

  private long pattern(String text, DateTimeFormatter pattern) {
    try {
      TemporalAccessor parsed =
          pattern.parseBest(text, ZonedDateTime::from, LocalDateTime::from, LocalDate::from);
      if (parsed instanceof ZonedDateTime zoned) {
        return micros(zoned.toInstant());
      }
      LocalDateTime local =
          parsed instanceof LocalDate date ? date.atStartOfDay() : LocalDateTime.from(parsed);
      return micros(local.atZone(zone).toInstant());
    } catch (DateTimeException e) {
      return NONE;
    }
  }

  private static long micros(Instant instant) {
    return instant.getEpochSecond() * SECOND + instant.getNano() / 1000;
  }

  /** {@code yyyy-MM-dd[(T| )HH:mm[:ss[.f…]][zone]]}, read by hand: it is read for every row. */
  private long iso(String text) {
    int length = text.length();
    if (length < 10 || text.charAt(4) != '-' || text.charAt(7) != '-') {
      return NONE;
    }
    int year = number(text, 0, 4);
    int month = number(text, 5, 7);
    int day = number(text, 8, 10);
    if (year < 0 || month < 1 || month > 12 || day < 1 || day > 31) {
      return NONE;
    }
    long days;
    try {
      days = LocalDate.of(year, month, day).toEpochDay();
    } catch (DateTimeException e) {
      return NONE;
    }
    if (length == 10) {
      return local(days, 0, 0);
    }
    char separator = text.charAt(10);
    if (length < 16 || (separator != 'T' && separator != ' ') || text.charAt(13) != ':') {
      return NONE;
    }
    int hour = number(text, 11, 13);
    int minute = number(text, 14, 16);
    int second = 0;
    int at = 16;
    if (length >= 19 && text.charAt(16) == ':') {
      second = number(text, 17, 19);
      at = 19;
    }
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
      return NONE;
    }
    int end = at;
    long fraction = 0;
    if (end < length && text.charAt(end) == '.' && at == 19) {
      end++;
      int start = end;
      while (end < length && Character.isDigit(text.charAt(end))) {
        if (end - start < 6) {
          fraction = fraction * 10 + (text.charAt(end) - '0');
        }
        end++;
      }
      if (end == start) {
        return NONE;
      }
      for (int i = end - start; i < 6; i++) {
        fraction *= 10;
      }
    }
    long seconds = hour * 3600L + minute * 60L + second;
    return end == length
        ? local(days, seconds, fraction)
        : offset(text.substring(end), days * 86_400 + seconds, fraction);
  }

  private static long offset(String text, long localSeconds, long fraction) {
    try {
      int offset = text.equals("Z") ? 0 : ZoneOffset.of(text).getTotalSeconds();
      return (localSeconds - offset) * SECOND + fraction;
    } catch (DateTimeException e) {
      return NONE;
    }
  }

  private long local(long days, long seconds, long fraction) {
    long local = days * 86_400 + seconds;
    if (utc) {
      return local * SECOND + fraction;
    }
    LocalDateTime time = LocalDateTime.ofEpochSecond(local, 0, ZoneOffset.UTC);
    return time.atZone(zone).toEpochSecond() * SECOND + fraction;
  }

  private static int number(String text, int from, int to) {
    int value = 0;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      value = value * 10 + (c - '0');
    }
    return value;
  }

  /** Days since 1970 of an instant, in the zone of the dataset. */
  public long day(long micros) {
    long seconds = Math.floorDiv(micros, SECOND);
    return utc
        ? Math.floorDiv(seconds, 86_400L)
        : Instant.ofEpochSecond(seconds).atZone(zone).toLocalDate().toEpochDay();
  }

  /** A local time as its column writes it. */
  public String ofLocal(long micros) {
    long seconds = Math.floorDiv(micros, SECOND);
    int nanos = (int) Math.floorMod(micros, SECOND) * 1000;
    return of(LocalDateTime.ofEpochSecond(seconds, nanos, ZoneOffset.UTC), "");
  }

  /** An instant as its column writes it. */
  public String ofInstant(long micros) {
    long seconds = Math.floorDiv(micros, SECOND);
    int nanos = (int) Math.floorMod(micros, SECOND) * 1000;
    return of(LocalDateTime.ofEpochSecond(seconds, nanos, ZoneOffset.UTC), "Z");
  }

  /** A local time in nanoseconds as its column writes it. */
  public String ofNanos(long nanos) {
    long seconds = Math.floorDiv(nanos, 1000 * SECOND);
    int fraction = (int) Math.floorMod(nanos, 1000 * SECOND);
    return of(LocalDateTime.ofEpochSecond(seconds, fraction, ZoneOffset.UTC), "");
  }

  /** The first declared format that keeps the whole time; ISO where none does. */
  private String of(LocalDateTime time, String offset) {
    String iso = DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(time) + offset;
    if (readsIso) {
      return iso;
    }
    Instant instant =
        offset.isEmpty() ? time.atZone(zone).toInstant() : time.toInstant(ZoneOffset.UTC);
    String format = formats.get(0);
    return switch (format) {
      case "epoch-s" -> number(instant, SECOND, iso);
      case "epoch-ms" -> number(instant, 1000, iso);
      case "epoch-us" -> number(instant, 1, iso);
      default -> {
        String text = patterns.get(0).format(instant.atZone(zone));
        yield micros(text) == micros(instant) ? text : iso;
      }
    };
  }

  private static String number(Instant instant, long unit, String otherwise) {
    long micros = micros(instant);
    return micros % unit == 0 ? Long.toString(micros / unit) : otherwise;
  }

  /** The date of a local time, or the whole of it when it is not midnight. */
  public String dateOf(long micros) {
    long day = Math.floorDiv(micros, 86_400 * SECOND);
    return Math.floorMod(micros, 86_400 * SECOND) == 0
        ? LocalDate.ofEpochDay(day).toString()
        : ofLocal(micros);
  }
}
