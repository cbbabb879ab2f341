package io.moulin.ingest;

import static io.moulin.spec.DatasetTables.DQ_FLAGS;
import static io.moulin.spec.DatasetTables.DQ_VALID;
import static io.moulin.spec.DatasetTables.INGESTED_AT;
import static io.moulin.spec.DatasetTables.IS_LATE;
import static io.moulin.spec.DatasetTables.OFFSET;
import static io.moulin.spec.DatasetTables.PARTITION;
import static io.moulin.spec.DatasetTables.PATCH;
import static io.moulin.spec.DatasetTables.QUARANTINED_AT;
import static io.moulin.spec.DatasetTables.REASON;
import static io.moulin.spec.DatasetTables.REASONS;
import static io.moulin.spec.DatasetTables.RECORD_TIME;
import static io.moulin.spec.DatasetTables.RESOLUTION;
import static io.moulin.spec.DatasetTables.RESOLVED_AT;
import static io.moulin.spec.DatasetTables.RESOLVED_BY;
import static io.moulin.spec.DatasetTables.RULES_VERSION;
import static io.moulin.spec.DatasetTables.STATUS;
import static io.moulin.spec.DatasetTables.TOPIC;

import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DataType;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DatasetTables;
import io.moulin.spec.DedupSpec;
import io.moulin.spec.DerivedSpec;
import io.moulin.spec.KeySpec;
import io.moulin.spec.Layer;
import io.moulin.spec.PrivacySpec;
import io.moulin.spec.Sql;
import io.moulin.spec.TableSpec.FieldSpec;
import io.moulin.spec.TimeSpec;
import io.moulin.spec.TimeSpec.Then;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The SQL of the pass over one batch. A row's way through it: {@code batch} (as decoded) → {@code
 * raw} (nested values as such) → {@code checked} (silver's columns, and the reasons against the
 * row) → the files of bronze, quarantine, late and silver.
 *
 * <p>Every rule and derived column is evaluated under {@code TRY}, so that an error on one row is
 * that row's violation and not the end of the job. DuckDB refuses {@code TRY} around volatile
 * functions and subqueries, which would make the result depend on more than the row.
 */
public final class IngestSql {
  /** Position of a row within its batch. */
  public static final String ROW = "_row";

  static final String BATCH = "batch";
  public static final String RAW = "raw";
  public static final String CHECKED = "checked";

  /** What dedup and lateness have found about a row. */
  public static final String MARKS = "marks";

  /** What rows that stay as they are say about a row: see {@link #keptColumns}. */
  public static final String KEPT = "kept";

  public static final String FILTERED = RowReasons.FILTERED;
  public static final String HASH = "_hash";
  static final String EVENT_MICROS = "_event_micros";

  private final DatasetSpec dataset;
  private final Source source;
  private final ZoneId zone;
  private final RowReasons reasons;
  private final List<String> shared;

  /** Where the rows of the pass come from. */
  public enum Source {
    /** Records, for the first time: {@code raw} is a view of what was decoded. */
    RECORDS,
    /** Records that come late: rows that are in the tables count as seen before. */
    RECORDS_AGAIN,
    /** Rows of a table: {@code raw} is a table, filled by whoever makes the pass. */
    ROWS_AGAIN
  }

  IngestSql(DatasetSpec dataset) {
    this(dataset, Source.RECORDS);
  }

  public IngestSql(DatasetSpec dataset, Source source) {
    this.dataset = dataset;
    this.source = source;
    this.reasons = new RowReasons(dataset);
    this.shared = shared(dataset);
    TimeSpec time = dataset.time();
    this.zone = time == null ? ZoneOffset.UTC : time.zone();
  }

  /** Whether what stays in the tables has a say about the rows. */
  boolean again() {
    return source != Source.RECORDS;
  }

  /** Statements that make the tables which live as long as the connection. */
  public List<String> prepare() {
    return new IngestTables(dataset, source).all();
  }

  /** Those of {@link #prepare()} that make {@code batch} and, as a view of it, {@code raw}. */
  public List<String> staged() {
    return new IngestTables(dataset, source).staged();
  }

  /** Makes {@code checked} of the batch. */
  String check() {
    return "CREATE OR REPLACE TEMP TABLE %s AS %s".formatted(CHECKED, checkedRows());
  }

  /** The query behind {@link #check()}, in steps, each over the one before. */
  String checkedRows() {
    List<String> kept = new ArrayList<>(List.of(ROW, PARTITION, OFFSET, RECORD_TIME));
    if (source == Source.ROWS_AGAIN) {
      kept.add(INGESTED_AT);
    }
    String normal = select(kept, normalised(), RAW);
    String cast = "SELECT *" + casts() + " FROM (" + normal + ")";
    String typed = select(with(kept, RowReasons.BROKEN, EVENT_MICROS), typed(), "(" + cast + ")");
    String derived = "SELECT *" + derived() + " FROM (" + typed + ")";
    if (!shared.isEmpty()) {
      derived = "SELECT *" + keyTexts() + " FROM (" + derived + ")";
    }
    return "SELECT * EXCLUDE (%s%s)%s FROM (%s)"
        .formatted(RowReasons.BROKEN, steps(), judged(), derived);
  }

  private static List<String> with(List<String> names, String... more) {
    List<String> all = new ArrayList<>(names);
    all.addAll(List.of(more));
    return all;
  }

  private static String select(List<String> kept, List<String> columns, String from) {
    return "SELECT "
        + String.join(", ", with(kept, columns.toArray(String[]::new)))
        + " FROM "
        + from;
  }

  /** Wire values as {@code _w0, _w1, …}: the user's texts for "no value" are NULL from here on. */
  private List<String> normalised() {
    List<String> columns = new ArrayList<>();
    String nulls = dataset.nulls().stream().map(Sql::text).collect(Collectors.joining(", "));
    for (int i = 0; i < dataset.columns().size(); i++) {
      ColumnSpec column = dataset.columns().get(i);
      String name = Sql.name(column.name());
      boolean text = column.type() == DataType.Scalar.STRING && !nulls.isEmpty();
      columns.add(
          (text ? "CASE WHEN %s IN (%s) THEN NULL ELSE %s END".formatted(name, nulls, name) : name)
              + " AS _w"
              + i);
    }
    columns.add(reasons.onTheWire() + " AS " + RowReasons.BROKEN);
    columns.add(eventMicros() + " AS " + EVENT_MICROS);
    return columns;
  }

  /** Event time as an instant: microseconds since 1970 in UTC. */
  public String eventMicros() {
    TimeSpec time = dataset.time();
    if (time == null) {
      return "CAST(NULL AS BIGINT)";
    }
    String column = Sql.name(time.column());
    boolean local =
        dataset.columns().stream()
            .anyMatch(c -> c.name().equals(time.column()) && c.type() == DataType.Scalar.TIMESTAMP);
    if (!local) {
      return "epoch_us(%s)".formatted(column);
    }
    if (zone.getRules().isFixedOffset()) {
      long seconds = zone.getRules().getOffset(Instant.EPOCH).getTotalSeconds();
      return "epoch_us(%s) - %d".formatted(column, TimeUnit.SECONDS.toMicros(seconds));
    }
    // A wall clock goes back once a year; lateness and the bound ahead need instants.
    return "epoch_us(%s AT TIME ZONE %s)".formatted(column, Sql.text(zone.getId()));
  }

  /** Casts that are looked at more than once, worked out once. */
  private String casts() {
    StringBuilder columns = new StringBuilder();
    for (int i = 0; i < dataset.columns().size(); i++) {
      ColumnSpec column = dataset.columns().get(i);
      if (SilverCast.checked(column)) {
        columns.append(", %s AS _c%d".formatted(SilverCast.tried("_w" + i, column), i));
      }
    }
    return columns.toString();
  }

  /** Silver's columns, and whether each had a value on the wire. */
  private List<String> typed() {
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < dataset.columns().size(); i++) {
      ColumnSpec column = dataset.columns().get(i);
      String cast = SilverCast.sql("_w" + i, "_c" + i, column, zone);
      columns.add(privately(cast, column) + " AS " + Sql.name(column.as()));
      columns.add("_w" + i + " IS NOT NULL AS _h" + i);
    }
    return columns;
  }

  /**
   * Personal data is replaced before anything else can see it, derived columns and rules included.
   */
  private String privately(String value, ColumnSpec column) {
    for (PrivacySpec privacy : dataset.privacy()) {
      if (privacy.column().equals(column.as())) {
        return switch (privacy.then()) {
          case SHA256 -> "sha256(lower(trim(%s)))".formatted(value);
          case MASK -> "left(%s, 1) || '***'".formatted(value);
          case DROP -> "CAST(NULL AS %s)".formatted(column.silver().sql());
        };
      }
    }
    return value;
  }

  /** Each derived column may use those before it, so each gets its own alias. */
  private String derived() {
    StringBuilder columns = new StringBuilder();
    for (int i = 0; i < dataset.derived().size(); i++) {
      DerivedSpec derived = dataset.derived().get(i);
      columns.append(", ").append(tried(derived)).append(" AS _t").append(i);
      columns
          .append(", struct_extract(_t")
          .append(i)
          .append(", 'v') AS ")
          .append(Sql.name(derived.name()));
    }
    return columns.toString();
  }

  /** NULL when evaluating failed; a struct around the value, NULL or not, when it worked. */
  static String tried(DerivedSpec derived) {
    return "TRY(struct_pack(v := CAST((%s\n) AS %s)))"
        .formatted(derived.sql(), derived.type().sql());
  }

  /** Columns that only serve the steps. */
  private String steps() {
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < dataset.columns().size(); i++) {
      names.append(", _h").append(i);
    }
    for (int i = 0; i < dataset.derived().size(); i++) {
      names.append(", _t").append(i);
    }
    for (int i = 0; i < shared.size(); i++) {
      names.append(", _k").append(i);
    }
    return names.toString();
  }

  /** Columns of both keys: their values become text once. */
  private static List<String> shared(DatasetSpec dataset) {
    DedupSpec dedup = dataset.dedup();
    KeySpec key = dataset.key();
    return dedup == null || key == null
        ? List.of()
        : key.of().stream().filter(dedup.key()::contains).distinct().toList();
  }

  private String keyTexts() {
    StringBuilder columns = new StringBuilder();
    for (int i = 0; i < shared.size(); i++) {
      columns.append(", %s AS _k%d".formatted(text(shared.get(i)), i));
    }
    return columns.toString();
  }

  /** What speaks against the row, the hash of its dedup key, and its own key. */
  private String judged() {
    StringBuilder sql = new StringBuilder();
    reasons.columns().forEach(column -> sql.append(", ").append(column));
    if (dataset.dedup() != null) {
      sql.append(
          ", md5_number(%s) AS %s".formatted(joined(dataset.dedup().key(), this::keyText), HASH));
    }
    KeySpec key = dataset.key();
    if (key != null) {
      String function = key.hash() == KeySpec.Hash.MD5 ? "md5" : "sha256";
      sql.append(
          ", %s(%s) AS %s"
              .formatted(function, joined(key.of(), this::keyText), Sql.name(key.name())));
    }
    return sql.toString();
  }

  /** 128 bits of MD5 over the values of {@code columns}. */
  public static String hash(List<String> columns) {
    return "md5_number(%s)".formatted(joined(columns, IngestSql::text));
  }

  /** Values as one text; control characters keep ('a','b') apart from ('ab') and NULL from ''. */
  private static String joined(List<String> columns, UnaryOperator<String> text) {
    return columns.stream().map(text).collect(Collectors.joining(", chr(31), ", "concat(", ")"));
  }

  private static String text(String column) {
    return "coalesce(CAST(%s AS VARCHAR), chr(30))".formatted(Sql.name(column));
  }

  private String keyText(String column) {
    int at = shared.indexOf(column);
    return at < 0 ? text(column) : "_k" + at;
  }

  /** Rows that nothing speaks against, in order, with what dedup and lateness need to know. */
  String candidates() {
    String hash =
        dataset.dedup() == null
            ? "0::BIGINT, 0::BIGINT"
            : "CAST(%1$s >> 65 AS BIGINT), CAST(%1$s & 9223372036854775807 AS BIGINT)"
                .formatted(HASH);
    String columns =
        "%s, %s, %s, epoch_us(%s), %s".formatted(ROW, PARTITION, hash, RECORD_TIME, EVENT_MICROS);
    if (!again()) {
      return DedupSpec.acrossTopic(dataset.dedup())
          ? "SELECT %s FROM (SELECT *, %s AS _turn FROM %s) WHERE %s ORDER BY _turn, %s, %s"
              .formatted(columns, turn(PARTITION), CHECKED, passed(), PARTITION, OFFSET)
          : "SELECT %s FROM %s WHERE %s".formatted(columns, CHECKED, passed());
    }
    return "SELECT %s, coalesce(duplicate, FALSE), max_event FROM %s LEFT JOIN %s USING (%s)"
            .formatted(columns, CHECKED, KEPT, ROW)
        + " WHERE %s ORDER BY %s".formatted(passed(), ROW);
  }

  /**
   * By what the rows of one batch have their turns where equal ones are looked for across
   * partitions: record time, but never before the one that precedes it in its partition. Bronze
   * tells it as well as the batch does, so that a rebuild has the turns of the stream.
   *
   * @param partition columns within which offsets are in order
   */
  public static String turn(String partition) {
    return "max(%s) OVER (PARTITION BY %s ORDER BY %s ROWS UNBOUNDED PRECEDING)"
        .formatted(RECORD_TIME, partition, OFFSET);
  }

  public static String passed() {
    return "len(%s) = 0 AND NOT %s".formatted(REASONS, RowReasons.FILTERED);
  }

  /** How many rows were quarantined for which first reason. */
  String reasons() {
    return "SELECT %s[1], count(*) FROM %s WHERE len(%1$s) > 0 GROUP BY 1"
        .formatted(REASONS, CHECKED);
  }

  /** How many rows were filtered. */
  String filtered() {
    return "SELECT count(*) FROM %s WHERE len(%s) = 0 AND %s"
        .formatted(CHECKED, REASONS, RowReasons.FILTERED);
  }

  /** The first row that violates a rule which must not be violated. */
  String fatal() {
    return "SELECT %s[1], %s, %s FROM %s WHERE len(%1$s) > 0 ORDER BY 2, 3 LIMIT 1"
        .formatted(RowReasons.FATAL, PARTITION, OFFSET, CHECKED);
  }

  /** The rows of one table, in the order of its fields. */
  public String rows(Layer layer, String ingestedAt) {
    List<FieldSpec> fields = dataset.table(layer).fields();
    String columns =
        fields.stream()
            .map(field -> column(layer, field, ingestedAt) + " AS " + Sql.name(field.name()))
            .collect(Collectors.joining(", "));
    String from =
        switch (layer) {
          case BRONZE -> RAW;
          case QUARANTINE ->
              "%s JOIN %s USING (%s) WHERE len(%s) > 0".formatted(CHECKED, RAW, ROW, REASONS);
          case SILVER -> silverRows(false);
          case LATE -> silverRows(true);
          case DEAD_LETTERS, HISTORY, LIVE ->
              throw new IllegalArgumentException("Invalid layer: " + layer);
        };
    return "SELECT " + columns + " FROM " + from;
  }

  /** Rows without a mark are silver; marked rows are duplicates, or late. */
  private String silverRows(boolean late) {
    String kept = late ? MARKS + ".late" : MARKS + "." + ROW + " IS NULL";
    if (!late && late(dataset) == Then.FLAG) {
      kept = "(" + kept + " OR " + MARKS + ".late)";
    }
    return "%1$s LEFT JOIN %2$s ON %2$s.%3$s = %1$s.%3$s WHERE %4$s AND %5$s"
        .formatted(CHECKED, MARKS, ROW, passed(), kept);
  }

  /** What becomes of late rows; where none is ever late, they would stay where they are. */
  public static Then late(DatasetSpec dataset) {
    TimeSpec time = dataset.time();
    return time == null || time.lateness() == null ? Then.FLAG : time.lateness().then();
  }

  private String column(Layer layer, FieldSpec field, String ingestedAt) {
    boolean quarantine = layer == Layer.QUARANTINE;
    String name = Sql.name(field.name());
    return switch (field.name()) {
      case INGESTED_AT ->
          source == Source.ROWS_AGAIN ? table(layer) + "." + name : time(ingestedAt);
      case QUARANTINED_AT ->
          source == Source.ROWS_AGAIN
              ? "coalesce(%s.%s, %s)".formatted(RAW, name, time(ingestedAt))
              : time(ingestedAt);
      case STATUS -> Sql.text(DatasetTables.OPEN);
      case RESOLVED_AT, RESOLVED_BY, RESOLUTION -> nothing(field);
      case PATCH -> source == Source.ROWS_AGAIN ? RAW + "." + name : nothing(field);
      case TOPIC -> Sql.text(dataset.source().topic());
      case RULES_VERSION -> Sql.text(RulesVersion.of(dataset));
      case REASON -> REASONS + "[1]";
      case DQ_VALID -> "len(" + DQ_FLAGS + ") = 0";
      case IS_LATE -> "coalesce(" + MARKS + ".late, FALSE)";
      default -> (quarantine && !field.name().equals(REASONS) ? RAW : table(layer)) + "." + name;
    };
  }

  private static String time(String at) {
    return "TIMESTAMPTZ " + Sql.text(at);
  }

  static String nothing(FieldSpec field) {
    return "CAST(NULL AS %s)".formatted(field.type().sql());
  }

  private static String table(Layer layer) {
    return layer == Layer.BRONZE ? RAW : CHECKED;
  }
}
