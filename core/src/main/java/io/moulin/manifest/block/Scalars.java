package io.moulin.manifest.block;

import io.moulin.manifest.yaml.Problems;
import io.moulin.spec.TypeParser;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What scalars mean, and whether one is what its field asks for. */
public final class Scalars {
  /** What other systems call our types. */
  private static final Map<String, String> SYNONYMS =
      Map.ofEntries(
          Map.entry("integer", "int"),
          Map.entry("int32", "int"),
          Map.entry("smallint", "int"),
          Map.entry("int64", "long"),
          Map.entry("bigint", "long"),
          Map.entry("number", "double"),
          Map.entry("float64", "double"),
          Map.entry("real", "float"),
          Map.entry("numeric", "decimal(18,2)"),
          Map.entry("decimal", "decimal(18,2)"),
          Map.entry("money", "decimal(18,2)"),
          Map.entry("bool", "boolean"),
          Map.entry("varchar", "string"),
          Map.entry("text", "string"),
          Map.entry("str", "string"),
          Map.entry("datetime", "timestamp"),
          Map.entry("bytes", "binary"),
          Map.entry("blob", "binary"),
          Map.entry("array", "list<string>"),
          Map.entry("list", "list<string>"),
          Map.entry("map", "map<string, string>"),
          Map.entry("object", "struct<name: string>"),
          Map.entry("struct", "struct<name: string>"));

  private static final Pattern RATE = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,9})?)/([smh])");
  private static final Pattern SHARE = Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,9})?) ?%");

  private Scalars() {}

  /** True when it is; false after reporting why not. */
  public static boolean valid(Field field, Section.Text value, Problems problems) {
    String text = value.text();
    String fix = fix(field, text);
    if (fix == null) {
      return true;
    }
    String shown = field.need() == Field.Need.SECRET ? "not shown" : value.shown();
    String expected =
        field.kind() == Field.Kind.OPTION
            ? "one of " + String.join(", ", field.options())
            : field.kind().words();
    problems.error(
        "invalid-" + field.kind().name().toLowerCase(Locale.ROOT),
        value.at(),
        "Field '" + field.name() + "' is " + shown + "; expected " + expected,
        field.kind() == Field.Kind.TYPE ? complaint(text) : "",
        fix);
    return false;
  }

  /** How to mend a value; null when it is good. */
  private static @Nullable String fix(Field field, String text) {
    return switch (field.kind()) {
      case TEXT -> text.isBlank() && !"".equals(field.byDefault()) ? "write a text" : null;
      case BOOLEAN -> text.equals("true") || text.equals("false") ? null : "write true or false";
      case NUMBER -> numberFix(text, 0, Long.MAX_VALUE);
      case COUNT -> numberFix(text, 1, Integer.MAX_VALUE);
      case DURATION -> durationFix(text, duration(text));
      case SPAN ->
          Duration.ZERO.equals(duration(text))
              ? "write more than zero"
              : durationFix(text, duration(text));
      case SIZE -> sizeFix(text);
      case TYPE -> complaint(text).isEmpty() ? null : type(text);
      case ZONE -> zone(text);
      case OPTION ->
          field.options().contains(text) ? null : Suggestions.fix(text, field.options(), "options");
      case MOMENT ->
          moment(text, Instant.EPOCH) == null
              ? "write a time in UTC such as 2024-01-01T10:00:00Z, or a step such as +30s"
              : null;
      case RATE -> rate(text) > 0 ? null : "write a number, a slash and s, m or h, such as 10/s";
      case SHARE -> share(text) > 0 ? null : "write more than 0% and at most 100%, such as 1%";
      case TEXTS, VALUES, TEXT_MAP, BLOCK, BLOCKS, ROW, ROWS, NAMED_ROWS -> null;
    };
  }

  private static @Nullable String numberFix(String text, long least, long most) {
    Long number = number(text);
    if (number == null) {
      return "write digits only, such as " + Math.max(least, 1);
    }
    if (number < least) {
      return "the least is " + least;
    }
    return number > most ? "the most is " + most : null;
  }

  private static @Nullable String durationFix(String text, @Nullable Duration duration) {
    if (duration != null) {
      return null;
    }
    return number(text) == null ? "units are ms, s, m, h, d" : "add a unit: " + text + "s";
  }

  private static @Nullable String sizeFix(String text) {
    Long size = size(text);
    if (size != null) {
      return size == 0 ? "write more than zero" : null;
    }
    return number(text) == null ? "units are B, KB, MB, GB, TB" : "add a unit: " + text + "MB";
  }

  private static String complaint(String text) {
    try {
      return TypeParser.parse(text) == null ? text : "";
    } catch (IllegalArgumentException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static String type(String text) {
    String word = text.strip().toLowerCase(Locale.ROOT);
    List<String> known = new ArrayList<>();
    Arrays.stream(io.moulin.spec.DataType.Scalar.values()).forEach(s -> known.add(s.toString()));
    known.addAll(List.of("decimal(p,s)", "list<…>", "map<…, …>", "struct<…: …>"));
    if (word.startsWith("decimal(")) {
      return "write it as decimal(10,2)";
    }
    if (word.contains("<")) {
      return "write it as list<string>, map<string, int> or struct<a: int, b: string>";
    }
    String meant = SYNONYMS.get(word.replaceFirst("\\(.*", ""));
    return meant == null ? Suggestions.fix(word, known, "types") : "did you mean '" + meant + "'?";
  }

  private static @Nullable String zone(String text) {
    try {
      return ZoneId.of(text).getId().isEmpty() ? "write UTC" : null;
    } catch (DateTimeException e) {
      String nearest =
          Suggestions.nearest(text, ZoneId.getAvailableZoneIds().stream().sorted().toList());
      return nearest.isEmpty() ? "write a name such as UTC" : "did you mean '" + nearest + "'?";
    }
  }

  /** A whole number and one of ms, s, m, h, d; null when {@code text} is not that. */
  public static @Nullable Duration duration(String text) {
    int digits = digits(text);
    Long number = number(text.substring(0, digits));
    if (number == null) {
      return null;
    }
    try {
      return switch (text.substring(digits).strip()) {
        case "ms" -> Duration.ofMillis(number);
        case "s" -> bounded(Duration.ofSeconds(number));
        case "m" -> bounded(Duration.ofMinutes(number));
        case "h" -> bounded(Duration.ofHours(number));
        case "d" -> bounded(Duration.ofDays(number));
        default -> null;
      };
    } catch (ArithmeticException e) {
      return null;
    }
  }

  /** Rows in a second; 0 when {@code text} is no rate. */
  public static double rate(String text) {
    Matcher rate = RATE.matcher(text);
    if (!rate.matches()) {
      return 0;
    }
    double seconds =
        switch (rate.group(2)) {
          case "s" -> 1;
          case "m" -> 60;
          default -> 3600;
        };
    return Double.parseDouble(rate.group(1)) / seconds;
  }

  /** A share from 0 to 1; 0 when {@code text} is none. */
  public static double share(String text) {
    Matcher share = SHARE.matcher(text);
    double hundred = 100;
    double value = share.matches() ? Double.parseDouble(share.group(1)) / hundred : 0;
    return value <= 1 ? value : 0;
  }

  /** A time in UTC, or a step from {@code before}; null when {@code text} is neither. */
  public static @Nullable Instant moment(String text, Instant before) {
    if (text.startsWith("+") || text.startsWith("-")) {
      Duration step = duration(text.substring(1));
      if (step == null) {
        return null;
      }
      return text.startsWith("+") ? before.plus(step) : before.minus(step);
    }
    try {
      Instant at = Instant.parse(text);
      // Brokers keep timestamps in milliseconds since 1970.
      return at.isBefore(Instant.EPOCH) ? null : Instant.ofEpochMilli(at.toEpochMilli());
    } catch (DateTimeException | ArithmeticException e) {
      return null;
    }
  }

  /** A whole number and one of B, KB, MB, GB, TB, in powers of 1024; null when it is not that. */
  public static @Nullable Long size(String text) {
    int digits = digits(text);
    Long number = number(text.substring(0, digits));
    if (number == null) {
      return null;
    }
    int shift =
        switch (text.substring(digits).strip().toUpperCase(Locale.ROOT)) {
          case "B" -> 0;
          case "KB", "KIB" -> 10;
          case "MB", "MIB" -> 20;
          case "GB", "GIB" -> 30;
          case "TB", "TIB" -> 40;
          default -> -1;
        };
    return shift < 0 || number > Long.MAX_VALUE >> shift ? null : number << shift;
  }

  /** A whole number in digits, optionally negative; null when {@code text} is not that. */
  public static @Nullable Long number(String text) {
    try {
      return text.startsWith("+") ? null : Long.valueOf(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static int digits(String text) {
    int digits = 0;
    while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
      digits++;
    }
    return digits;
  }

  /** Brokers and engines count in milliseconds: what does not fit there is no duration for us. */
  private static Duration bounded(Duration duration) {
    return Duration.ofMillis(duration.toMillis());
  }
}
