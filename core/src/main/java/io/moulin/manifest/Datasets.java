package io.moulin.manifest;

import io.moulin.manifest.block.Section;
import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DataType;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DatasetSpec.UnknownFields;
import io.moulin.spec.DeadLetterSpec;
import io.moulin.spec.DedupSpec;
import io.moulin.spec.DerivedSpec;
import io.moulin.spec.KeySpec;
import io.moulin.spec.PartitionSpec;
import io.moulin.spec.PrivacySpec;
import io.moulin.spec.QuarantineSpec;
import io.moulin.spec.RuleSpec;
import io.moulin.spec.SourceSpec;
import io.moulin.spec.TimeSpec;
import io.moulin.spec.history.HistorySpec;
import io.moulin.spec.live.LiveSpec;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Makes datasets of sections that have been checked, with the defaults that depend on others. */
final class Datasets {
  /** Clocks that are set by the network differ by less. */
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(1);

  private Datasets() {}

  static DatasetSpec dataset(Section section, RecordSchemas schemas) {
    return new DatasetSpec(
        section.text("dataset"),
        table(section),
        section.text("doc"),
        source(section.partOrEmpty("source"), schemas),
        section.has("freshness") ? section.duration("freshness") : null,
        deadLetters(section),
        quarantine(section.part("quarantine")),
        time(section.part("time")),
        section.parts("columns").stream().map(Datasets::column).toList(),
        section.option("unknown-fields", UnknownFields.class),
        section.strings("nulls"),
        section.parts("derive").stream().map(Datasets::derived).toList(),
        section.parts("rules").stream().map(Datasets::rule).toList(),
        dedup(section.part("dedup")),
        key(section.part("key")),
        section.strings("partition").stream().map(Datasets::partition).toList(),
        section.parts("privacy").stream().map(Datasets::privacy).toList(),
        section.partOrEmpty("bronze").strings("partition").stream()
            .map(Datasets::partition)
            .toList(),
        history(section.part("history")),
        section.parts("live").stream().map(Datasets::live).toList(),
        section.at());
  }

  /** The declared name of the tables, or the last part of the dataset's. */
  static String table(Section section) {
    String name = section.text("dataset");
    return section.has("table") ? section.text("table") : name.substring(name.lastIndexOf('.') + 1);
  }

  /** The declared topic of the dead letters, or one made of the source's. */
  static String deadLetterTopic(Section section) {
    Section deadLetters = section.partOrEmpty("dead-letters");
    return deadLetters.has("topic")
        ? deadLetters.text("topic")
        : section.partOrEmpty("source").text("topic") + ".dlq";
  }

  /** The declared name in silver, or that on the wire. */
  static String as(Section column) {
    return column.has("as") ? column.text("as") : column.text("name");
  }

  /** {@code day(at)} or {@code at}; null when it is neither. */
  static @Nullable PartitionSpec partitionOrNull(String text) {
    int open = text.indexOf('(');
    if (open < 0) {
      return new PartitionSpec(text, PartitionSpec.Transform.IDENTITY);
    }
    String word = text.substring(0, open).strip().toUpperCase(Locale.ROOT);
    for (PartitionSpec.Transform transform : PartitionSpec.Transform.values()) {
      boolean written = transform != PartitionSpec.Transform.IDENTITY;
      if (written && transform.name().equals(word) && text.endsWith(")")) {
        return new PartitionSpec(text.substring(open + 1, text.length() - 1).strip(), transform);
      }
    }
    return null;
  }

  private static PartitionSpec partition(String text) {
    PartitionSpec partition = partitionOrNull(text);
    if (partition == null) {
      throw new IllegalArgumentException("Invalid partition: " + text);
    }
    return partition;
  }

  private static SourceSpec source(Section source, RecordSchemas schemas) {
    return new SourceSpec(
        source.text("topic"),
        source.count("partitions"),
        source.duration("retention"),
        source.option("format", SourceSpec.Format.class),
        source.has("contract") ? source.text("contract") : null,
        schemas.schema(),
        schemas.registry());
  }

  private static DeadLetterSpec deadLetters(Section section) {
    Section deadLetters = section.partOrEmpty("dead-letters");
    return new DeadLetterSpec(
        deadLetterTopic(section),
        deadLetters.count("partitions"),
        deadLetters.duration("retention"),
        deadLetters.number("max"));
  }

  private static @Nullable QuarantineSpec quarantine(@Nullable Section quarantine) {
    return quarantine == null
        ? null
        : new QuarantineSpec(
            quarantine.share("max-rate"),
            quarantine.duration("over"),
            quarantine.option("then", QuarantineSpec.Then.class));
  }

  private static @Nullable TimeSpec time(@Nullable Section time) {
    if (time == null) {
      return null;
    }
    Section lateness = time.part("lateness");
    return new TimeSpec(
        time.text("column"),
        time.strings("formats"),
        ZoneId.of(time.text("zone")),
        time.duration("watermark"),
        lateness == null
            ? null
            : new TimeSpec.LatenessSpec(
                lateness.duration("allow"), lateness.option("then", TimeSpec.Then.class)),
        ahead(time, lateness),
        time.duration("idle"));
  }

  /**
   * The declared bound, or one by which no row of the future makes a row late that came within the
   * watermark: such a row is at most {@code watermark + ahead} behind the greatest event time, and
   * late beyond {@code watermark + allow}.
   */
  private static @Nullable Duration ahead(Section time, @Nullable Section lateness) {
    if (time.has("ahead")) {
      return time.duration("ahead");
    }
    if (lateness == null) {
      return null;
    }
    Duration allow = lateness.duration("allow");
    return allow.compareTo(CLOCK_SKEW) < 0 ? CLOCK_SKEW : allow;
  }

  private static ColumnSpec column(Section column) {
    DataType type = type(column, "type");
    return new ColumnSpec(
        column.text("name"),
        type,
        as(column),
        column.has("silver") ? type(column, "silver") : type,
        column.text("doc"),
        column.flag("required"),
        column.flag("round"),
        column.strings("formats"),
        column.has("was") ? column.text("was") : null,
        column.at());
  }

  private static DerivedSpec derived(Section derived) {
    return new DerivedSpec(
        derived.text("name"),
        type(derived, "type"),
        derived.text("sql"),
        derived.text("doc"),
        derived.at("sql"));
  }

  private static RuleSpec rule(Section rule) {
    return new RuleSpec(
        rule.text("name"),
        rule.text("expect"),
        rule.option("otherwise", RuleSpec.Otherwise.class),
        rule.option("nulls", Vocabulary.Nulls.class) == Vocabulary.Nulls.PASS,
        rule.text("doc"),
        rule.at("expect"));
  }

  private static @Nullable DedupSpec dedup(@Nullable Section dedup) {
    return dedup == null
        ? null
        : new DedupSpec(
            dedup.strings("key"),
            dedup.option("keep", DedupSpec.Keep.class),
            dedup.duration("within"),
            dedup.option("across", DedupSpec.Across.class),
            dedup.at());
  }

  private static @Nullable KeySpec key(@Nullable Section key) {
    return key == null
        ? null
        : new KeySpec(
            key.text("name"), key.strings("of"), key.option("hash", KeySpec.Hash.class), key.at());
  }

  private static @Nullable HistorySpec history(@Nullable Section history) {
    if (history == null) {
      return null;
    }
    boolean listing = history.has("listing");
    return new HistorySpec(
        history.strings("key"),
        history.strings("track"),
        listing ? HistorySpec.Mode.LISTING : HistorySpec.Mode.CHANGES,
        history.text(listing ? "listing" : "order-by"),
        history.has("deletes") ? history.text("deletes") : null,
        history.count("buckets"),
        history.has("every") ? history.duration("every") : null,
        history.at("deletes"));
  }

  private static LiveSpec live(Section live) {
    return new LiveSpec(
        live.text("name"),
        live.duration("window"),
        hop(live),
        live.strings("by"),
        live.has("where") ? live.text("where") : null,
        live.parts("values").stream().map(Datasets::derived).toList(),
        live.has("lateness") ? live.duration("lateness") : null,
        live.has("idle") ? live.duration("idle") : null,
        live.has("every") ? live.duration("every") : null,
        live.has("keep") ? live.duration("keep") : null,
        live.at("where"));
  }

  /** How often a window begins: windows that do not overlap, where nothing else is said. */
  static Duration hop(Section live) {
    return live.duration(live.has("hop") ? "hop" : "window");
  }

  private static PrivacySpec privacy(Section privacy) {
    return new PrivacySpec(
        privacy.text("column"), privacy.option("then", PrivacySpec.Then.class), privacy.at());
  }

  private static DataType type(Section section, String name) {
    DataType type = section.type(name);
    if (type == null) {
      throw new IllegalStateException("Cannot read " + name + ": it was not checked");
    }
    return type;
  }
}
