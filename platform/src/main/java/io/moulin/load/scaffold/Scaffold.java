package io.moulin.load.scaffold;

import io.moulin.load.file.SourceFile;
import io.moulin.load.scaffold.Profile.Column;
import io.moulin.spec.DatasetTables;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes the manifest of a dataset from one file of it. What the file does not say is guessed, and
 * every guess is marked; no guess makes a row of that file fail.
 */
public final class Scaffold {
  private static final Pattern EVENT_TIME =
      Pattern.compile("pickup|event|occurred|created|time|date|_at$|^at$|^ts$");
  private static final Pattern MONEY =
      Pattern.compile(
          "(amount|fee|fare|tax|tip|tolls?|price|total|cost|charge|extra|surcharge|balance)"
              + "(_amount|_fee)?$");
  private static final Pattern IDENTITY = Pattern.compile("(^|_)(id|key|no|code|number|uuid)$");
  private static final double LARGEST_TEN_DIGITS = 1e8;

  private final Profile profile;
  private final SourceFile file;
  private final String dataset;
  private final List<Line> lines = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();
  private final StringBuilder yaml = new StringBuilder();

  private record Line(Column column, String type, String as, String silver, String comment) {}

  private Scaffold(SourceFile file, Profile profile, String dataset) {
    this.file = file;
    this.profile = profile;
    this.dataset = dataset;
  }

  /**
   * The manifest of a dataset to which {@code file} belongs.
   *
   * @param name of the dataset, for example {@code taxi.green}
   * @throws io.moulin.spec.MoulinException if the file cannot be read
   */
  public static String of(Path file, String name) {
    SourceFile source = SourceFile.of(file);
    try (Profile profile = new Profile(source)) {
      Scaffold scaffold = new Scaffold(source, profile, name);
      scaffold.write();
      return scaffold.yaml.toString();
    }
  }

  private void write() {
    addLines();
    int dot = dataset.lastIndexOf('.');
    String topic = dataset.substring(0, dot + 1) + "raw_" + dataset.substring(dot + 1);
    line(
        "# Made by scaffold from %s: %d rows. Read what is marked 'guess'."
            .formatted(file.path().getFileName(), profile.rows()));
    line("dataset: " + dataset);
    line("source: {topic: %s, partitions: 4, retention: 3d, format: json}".formatted(topic));
    line("dead-letters: {topic: %s.dlq, max: 0}".formatted(topic));
    Line eventTime = eventTime();
    if (eventTime != null) {
      line(
          "time: {column: %s, formats: [iso], zone: UTC, watermark: 5m}  # guess: event time, UTC"
              .formatted(quoted(eventTime.column.name())));
    }
    line("columns:");
    for (Line line : lines) {
      line(column(line) + line.comment);
    }
    for (String comment : leftOut) {
      line(comment);
    }
    line("unknown-fields: keep");
    if (file.format() == SourceFile.Format.CSV) {
      line("nulls: [\"\"]  # guess: an empty field is no value");
    }
    writeDedup();
    if (eventTime != null) {
      line("partition: [month(%s)]  # guess".formatted(eventTime.as));
    }
  }

  private void line(String text) {
    yaml.append(text).append('\n');
  }

  private static String column(Line line) {
    StringBuilder text = new StringBuilder("  - {name: ");
    text.append(quoted(line.column.name())).append(", type: ").append(quoted(line.type));
    if (!line.as.equals(line.column.name())) {
      text.append(", as: ").append(line.as);
    }
    if (!line.silver.equals(line.type)) {
      text.append(", silver: ").append(quoted(line.silver));
    }
    return text.append('}').toString();
  }

  /** A word as it is, anything else in quotes, so that YAML takes it for text. */
  private static String quoted(String text) {
    boolean word = text.matches("[A-Za-z_][A-Za-z0-9_]*");
    boolean special =
        text.toLowerCase(Locale.ROOT).matches("y|n|yes|no|on|off|true|false|null|nan|inf");
    if (word && !special) {
      return text;
    }
    StringBuilder escaped = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        escaped.append('\\').append(c);
      } else if (c < 0x20 || c == 0x7f) {
        escaped.append("\\x%02x".formatted((int) c));
      } else {
        escaped.append(c);
      }
    }
    return escaped.append('"').toString();
  }

  private void addLines() {
    Set<String> taken = new HashSet<>();
    for (Column column : profile.columns()) {
      if (DatasetTables.ADDED_TO_THE_WIRE.contains(column.name().toLowerCase(Locale.ROOT))) {
        leftOut.add(
            "  # %s is a name of Moulin's own; it is kept in _extra".formatted(column.name()));
        continue;
      }
      String type = type(column);
      if (type == null) {
        leftOut.add(
            "  # guess: %s is nested (%s); it is kept as JSON in _extra"
                .formatted(column.name(), column.type().replaceAll("\\s+", " ")));
        continue;
      }
      String as = SilverName.of(column.name(), taken);
      taken.add(as);
      String silver = type;
      List<String> notes = new ArrayList<>();
      if (column.values() == 0) {
        notes.add("guess: no value in this file, so the type is unknown");
      } else if (!column.iso()) {
        notes.add("guess: looks like %s in a form of its own".formatted(column.type()));
      } else if (column.cents() && MONEY.matcher(as).find()) {
        silver = column.largest() < LARGEST_TEN_DIGITS ? "decimal(10,2)" : "decimal(18,2)";
        notes.add("guess: money, exact for all values of this file");
      }
      if (column.values() > 0 && column.values() < profile.rows()) {
        notes.add("%d of %d are null".formatted(profile.rows() - column.values(), profile.rows()));
      }
      String comment = notes.isEmpty() ? "" : "  # " + String.join("; ", notes);
      lines.add(new Line(column, type, as, silver, comment));
    }
  }

  /** The type on the wire; null for one that has parts. */
  private static @Nullable String type(Column column) {
    String type = column.type();
    if (type.endsWith("]") || type.startsWith("STRUCT(") || type.startsWith("MAP(")) {
      return null;
    }
    if (!column.iso()) {
      return "string";
    }
    if (type.startsWith("DECIMAL(")) {
      return type.toLowerCase(Locale.ROOT);
    }
    return switch (type) {
      case "BOOLEAN" -> "boolean";
      case "TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT" -> "int";
      case "BIGINT", "UINTEGER" -> "long";
      case "HUGEINT", "UBIGINT", "UHUGEINT" -> "decimal(38,0)";
      case "FLOAT" -> "float";
      case "DOUBLE" -> "double";
      case "DATE" -> "date";
      case "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS" -> "timestamp";
      case "TIMESTAMP WITH TIME ZONE" -> "timestamptz";
      case "BLOB" -> "binary";
      default -> "string";
    };
  }

  private @Nullable Line eventTime() {
    Line found = null;
    for (Line line : lines) {
      boolean time = line.type.equals("timestamp") || line.type.equals("timestamptz");
      if (time && line.column.values() == profile.rows() && profile.rows() > 0) {
        if (EVENT_TIME.matcher(line.as).find()) {
          return line;
        }
        found = found == null ? line : found;
      }
    }
    return found;
  }

  private void writeDedup() {
    List<Line> key = dedupKey();
    if (key.isEmpty()) {
      line("# guess: no columns that tell every row of this file from the others, so no dedup");
      return;
    }
    List<String> names = key.stream().map(Line::as).toList();
    line(
        "dedup: {key: [%s], within: 24h}  # guess: no two rows of this file are equal in these"
            .formatted(String.join(", ", names)));
  }

  /** One identity, or identities and times, or those and money: the first that is a key. */
  private List<Line> dedupKey() {
    if (profile.rows() == 0) {
      return List.of();
    }
    List<Line> identities = new ArrayList<>();
    for (Line line : lines) {
      if (line.column.values() == profile.rows() && IDENTITY.matcher(line.as).find()) {
        if (isKey(List.of(line))) {
          return List.of(line);
        }
        identities.add(line);
      }
    }
    List<Line> wider = new ArrayList<>(identities);
    for (Line line : full("timestamp|timestamptz|date")) {
      if (!wider.contains(line)) {
        wider.add(line);
      }
    }
    List<Line> money = full("decimal.*");
    money.sort(Comparator.comparing(line -> !line.as.contains("total")));
    for (Line line : money) {
      if (isKey(wider)) {
        return wider;
      }
      if (!wider.contains(line)) {
        wider.add(line);
      }
    }
    return isKey(wider) ? wider : List.of();
  }

  /** Columns of that type in silver that always have a value. */
  private List<Line> full(String silver) {
    List<Line> full = new ArrayList<>();
    for (Line line : lines) {
      if (line.column.values() == profile.rows() && line.silver.matches(silver)) {
        full.add(line);
      }
    }
    return full;
  }

  private boolean isKey(List<Line> key) {
    return !key.isEmpty() && profile.isKey(key.stream().map(line -> line.column.name()).toList());
  }
}
